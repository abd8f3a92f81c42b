import { isDeepStrictEqual } from 'node:util';
import { hasReason, SlipwayError, type Stored } from '@slipway/api';
import type { HttpAnswer, WiringSettings } from '@slipway/definition';
import { type OidcClient, Secret } from '@slipway/kinds';
import type { Discovery } from '../../existing/discovery.ts';
import type { ClientFacts, IssuerContext } from '../../oidc-client/issuer.ts';

/** What the issuer said of a client that we registered, in a Secret beside the tool's own. */
interface Registration {
  client_id: string;
  client_secret?: string;
  registration_access_token?: string;
  registration_client_uri?: string;
}

/** Registers a client once (RFC 7591) and keeps it true (RFC 7592) where the issuer lets us. */
export async function register(given: {
  issuer: string;
  token: string;
  wanted: Stored<OidcClient>;
  context: IssuerContext;
  settings: WiringSettings;
}): Promise<ClientFacts> {
  const { issuer, token, wanted, context, settings } = given;
  const kept = await readRegistration(wanted, context);
  const metadata = metadataOf(wanted);
  const known = kept && (await renew(kept, metadata, settings));
  if (known && JSON.stringify(known) !== JSON.stringify(kept)) await keep(wanted, known, context);
  if (known) return factsOf(issuer, known);
  const discovery = (
    await settings.http(asked(settings, `${issuer}/.well-known/openid-configuration`))
  ).json() as Discovery | undefined;
  if (!discovery?.registration_endpoint)
    throw new SlipwayError('RegistrationRefused', `${issuer}: it does not let clients be registered`);
  const answer = await settings.http({
    ...asked(settings, discovery.registration_endpoint),
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: { ...metadata, client_id: wanted.spec.clientId },
  });
  const made = answer.json() as Registration | undefined;
  if (![200, 201].includes(answer.status) || !made?.client_id) throw refused(issuer, answer);
  await keep(wanted, made, context);
  if (made.client_id !== wanted.spec.clientId) {
    await endRegistration({ gone: wanted, context, settings });
    throw new SlipwayError(
      'RegistrationRefused',
      `${issuer}: it chooses clients’ ids itself, but tools are told them before; make client ${JSON.stringify(wanted.spec.clientId)} by hand`,
    );
  }
  return factsOf(issuer, made);
}

/** Takes a registration back; one that the issuer does not let us end stays there. */
export async function endRegistration({
  gone,
  context,
  settings,
}: {
  gone: Stored<OidcClient>;
  context: IssuerContext;
  settings: WiringSettings;
}): Promise<void> {
  const kept = await readRegistration(gone, context);
  if (kept?.registration_client_uri && kept.registration_access_token) {
    const answer = await settings.http({
      ...asked(settings, kept.registration_client_uri),
      method: 'DELETE',
      headers: { authorization: `Bearer ${kept.registration_access_token}` },
    });
    // 401 and 404: it is gone; 403 and 405: it cannot be ended by us (RFC 7592, 2.3).
    if (answer.status >= 500) throw refused(kept.registration_client_uri, answer);
  }
  await context.client.delete(Secret, keyOfRegistration(gone)).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}

/** The registration as it is now; undefined when the issuer knows the client no longer. */
async function renew(
  kept: Registration,
  metadata: Record<string, unknown>,
  settings: WiringSettings,
): Promise<Registration | undefined> {
  const { registration_client_uri: uri, registration_access_token: token } = kept;
  // Nothing can be asked: what was registered has to be believed.
  if (!uri || !token) return kept;
  const request = { ...asked(settings, uri), headers: { authorization: `Bearer ${token}` } };
  const present = await settings.http(request);
  if ([401, 404].includes(present.status)) return undefined;
  if (present.status !== 200) throw refused(new URL(uri).origin, present);
  const said = present.json() as Record<string, unknown>;
  const isSame = Object.entries(metadata).every(([name, value]) => isDeepStrictEqual(said[name], value));
  if (isSame) return kept;
  const { client_id, client_secret } = kept;
  const body = { ...metadata, client_id, ...(client_secret ? { client_secret } : {}) };
  const answer = await settings.http({ ...request, method: 'PUT', body });
  if (answer.status !== 200) throw refused(new URL(uri).origin, answer);
  // An update may come with another token (RFC 7592, 3).
  return registrationOf({ ...kept, ...(answer.json() as Registration) });
}

function registrationOf(said: Registration): Registration {
  const { client_id, client_secret, registration_access_token, registration_client_uri } = said;
  return { client_id, client_secret, registration_access_token, registration_client_uri } as Registration;
}

function metadataOf({ spec }: OidcClient): Record<string, unknown> {
  return {
    client_name: spec.clientId,
    redirect_uris: spec.redirects,
    ...(spec.signedOut ? { post_logout_redirect_uris: spec.signedOut } : {}),
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: spec.isPublic ? 'none' : 'client_secret_basic',
  };
}

function factsOf(issuer: string, { client_secret }: Registration): ClientFacts {
  return { issuer, origin: 'registered', ...(client_secret ? { clientSecret: client_secret } : {}) };
}

function keyOfRegistration({ metadata }: Stored<OidcClient>) {
  return { namespace: metadata.namespace ?? '', name: `${metadata.name}-registration` };
}

async function readRegistration(
  object: Stored<OidcClient>,
  { client }: IssuerContext,
): Promise<Registration | undefined> {
  const secret = await client.find(Secret, keyOfRegistration(object));
  const text = secret?.data?.registration;
  return text === undefined ? undefined : JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
}

async function keep(
  object: Stored<OidcClient>,
  made: Registration,
  { client }: IssuerContext,
): Promise<void> {
  const registration = Buffer.from(JSON.stringify(registrationOf(made))).toString('base64');
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: keyOfRegistration(object),
    data: { registration },
  };
  await client.apply(Secret, secret, { fieldManager: 'slipway-oidc-client', force: true });
}

function asked({ ca }: WiringSettings, url: string) {
  return { url, ...(ca ? { ca } : {}) };
}

function refused(issuer: string, answer: HttpAnswer): SlipwayError {
  const said = answer.json() as { error?: string; error_description?: string } | undefined;
  const words = said?.error_description ?? said?.error ?? 'no reason given';
  return new SlipwayError('RegistrationRefused', `${issuer}: ${answer.status}: ${words.slice(0, 300)}`);
}
