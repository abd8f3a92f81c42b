import { createHash } from 'node:crypto';
import { request as send } from 'node:https';
import { SlipwayError } from '@slipway/api';
import type { Upstream } from '../proxy/upstream.ts';

/** The issuer as a relying party sees it (OpenID Connect Core, 3.1: code flow with PKCE). */
export interface OidcClient {
  /** Where to send the browser. */
  authorizationUrl(options: { state: string; nonce: string; verifier: string; redirectUri: string }): string;
  /** Exchanges a code; checks issuer, audience and nonce of the id token. */
  exchange(options: { code: string; verifier: string; redirectUri: string; nonce: string }): Promise<Tokens>;
  refresh(refreshToken: string): Promise<Tokens>;
  revoke(refreshToken: string): Promise<void>;
  /**
   * Ends the session at the issuer that an access token came from, by Keycloak's Account REST API, and with it what
   * every application got by it. False: this issuer has no such thing.
   */
  endSession(accessToken: string): Promise<boolean>;
  /** Where to send the browser to sign out everywhere. */
  endSessionUrl(redirectUri: string): string;
}

export interface Tokens {
  accessToken: string;
  expiresInMs: number;
  refreshToken: string | undefined;
  claims: Claims;
}

export interface Claims {
  sub: string;
  preferred_username?: string;
  name?: string;
  groups?: string[];
  email?: string;
}

export interface OidcClientOptions {
  /** `https://id.<domain>:<port>/realms/<realm>`, with Keycloak's paths below it. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** How to reach the issuer from here. */
  upstream(): Upstream;
}

const SCOPE = 'openid profile email groups';

export function oidcClient(options: OidcClientOptions): OidcClient {
  const { issuer, clientId } = options;
  const root = `${issuer}/protocol/openid-connect`;
  const tokens = async (parameters: Record<string, string>) =>
    tokensOf(await post(`${root}/token`, parameters, options), options);
  return {
    authorizationUrl({ state, nonce, verifier, redirectUri }) {
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      const query = new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        scope: SCOPE,
        redirect_uri: redirectUri,
        state,
        nonce,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      });
      return `${root}/auth?${query}`;
    },
    async exchange({ code, verifier, redirectUri, nonce }) {
      const parameters = {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: redirectUri,
      };
      const found = await tokens(parameters);
      if ((found.claims as { nonce?: string }).nonce !== nonce)
        throw refused('the answer belongs to another sign-in');
      return found;
    },
    refresh: refreshToken => tokens({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    revoke: async token => {
      await post(`${root}/revoke`, { token, token_type_hint: 'refresh_token' }, options);
    },
    endSession: async accessToken => {
      const { sid } = payloadOf(accessToken);
      if (typeof sid !== 'string') return false;
      const target = new URL(`${issuer}/account/sessions/${encodeURIComponent(sid)}`);
      const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
      return (await ask({ target, method: 'DELETE', headers }, options)).status === 204;
    },
    endSessionUrl: redirectUri =>
      `${root}/logout?${new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: redirectUri })}`,
  };
}

function tokensOf(body: Record<string, unknown>, { issuer, clientId }: OidcClientOptions): Tokens {
  const idToken = String(body.id_token ?? '');
  // It came straight from the issuer over TLS, so its signature need not be checked (Core, 3.1.3.7, 6).
  const claims = payloadOf(idToken) as unknown as Claims & { iss?: string; aud?: string | string[] };
  if (claims.iss !== issuer || ![claims.aud].flat().includes(clientId)) {
    throw refused('the issuer answered with a token for somebody else');
  }
  return {
    accessToken: String(body.access_token),
    expiresInMs: Number(body.expires_in) * 1000,
    refreshToken: typeof body.refresh_token === 'string' ? body.refresh_token : undefined,
    claims,
  };
}

function payloadOf(token: string): Record<string, unknown> {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  return JSON.parse(payload || '{}') as Record<string, unknown>;
}

/** @throws SlipwayError SignInRefused (the issuer says no), IssuerUnreachable */
async function post(
  url: string,
  parameters: Record<string, string>,
  options: OidcClientOptions,
): Promise<Record<string, unknown>> {
  const { clientId, clientSecret } = options;
  const target = new URL(url);
  const body = new URLSearchParams(parameters).toString();
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString(
    'base64',
  );
  const headers = {
    authorization: `Basic ${basic}`,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    accept: 'application/json',
  };
  const { status, text } = await ask({ target, method: 'POST', headers, body }, options);
  const answer = answerOf(text, target);
  if (status !== 200) throw refused(String(answer.error_description ?? answer.error ?? status));
  return answer;
}

function answerOf(text: string, target: URL): Record<string, unknown> {
  try {
    return JSON.parse(text || '{}') as Record<string, unknown>;
  } catch (error) {
    throw unreachable(target, error as Error);
  }
}

interface Question {
  target: URL;
  method: string;
  headers: Record<string, string | number>;
  body?: string;
}

function ask(
  { target, method, headers, body }: Question,
  { upstream }: OidcClientOptions,
): Promise<{ status: number; text: string }> {
  const { host, port, serverName, ca } = upstream();
  const options = {
    host,
    port,
    servername: serverName,
    ca,
    method,
    path: target.pathname,
    headers: { host: target.host, ...headers },
    timeout: 10_000,
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(unreachable(target, error));
    const request = send(options, async response => {
      try {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve({ status: response.statusCode ?? 0, text });
      } catch (error) {
        fail(error as Error);
      }
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 10 s')));
    request.on('error', fail);
    request.end(body);
  });
}

function unreachable(target: URL, cause: Error): SlipwayError {
  return new SlipwayError('IssuerUnreachable', `sign-in: ${target.host}: ${cause.message}`, { cause });
}

function refused(message: string): SlipwayError {
  return new SlipwayError('SignInRefused', `sign-in: the issuer refused: ${message}`);
}
