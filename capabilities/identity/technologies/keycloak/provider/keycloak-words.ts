import type { KoaContextWithOIDC } from 'oidc-provider';
import { PASSWORD_GRANT } from './password-grant.ts';
import { ROUTES } from './routes.ts';

interface Answer {
  error?: string;
  error_description?: string;
  access_token?: string;
  id_token?: string;
  refresh_token?: string;
  scope?: string;
}

/** Keycloak's descriptions at the token endpoint, by error, or by error and grant. */
const DESCRIPTIONS: Record<string, string> = {
  invalid_client: 'Invalid client or Invalid client credentials',
  unsupported_grant_type: 'Unsupported grant_type',
  'invalid_grant authorization_code': 'Code not valid',
  'invalid_grant refresh_token': 'Invalid refresh token',
};
const NOT_ALLOWED: Record<string, { status: number; description: string }> = {
  [PASSWORD_GRANT]: { status: 400, description: 'Client not allowed for direct access grants' },
  client_credentials: { status: 401, description: 'Client not enabled to retrieve service account' },
  refresh_token: { status: 400, description: 'Client not allowed to refresh tokens' },
  authorization_code: { status: 400, description: 'Client not allowed for standard flow' },
};
/** Seconds that a refresh token lives at least, as the configuration says. */
const REFRESH_TTL = { session: 10 * 3600, offline: 30 * 24 * 3600 };

/**
 * Says what the token endpoint says in Keycloak's words, adds the fields that only Keycloak's clients read, and answers
 * for addresses that there are not.
 */
export async function keycloakWords(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (context.status === 404 && !context.body) return notServed(context);
  if (context.oidc?.route !== 'token' || typeof context.body !== 'object' || context.body === null) return;
  const body = context.body as Answer;
  context.body = body.error === undefined ? withFields(body) : inWords(context, body);
}

function notServed(context: KoaContextWithOIDC): void {
  const isWrongMethod = Object.values(ROUTES).includes(context.path);
  // Setting a body makes the status 200, unless it comes after.
  context.body = {
    error: isWrongMethod ? 'HTTP 405 Method Not Allowed' : 'Unable to find matching target resource method',
  };
  context.status = isWrongMethod ? 405 : 404;
}

function inWords(context: KoaContextWithOIDC, body: Answer): Answer {
  const grant = String(context.oidc.params?.grant_type ?? '');
  const refused = NOT_ALLOWED[grant];
  if (body.error_description === 'requested grant type is not allowed for this client' && refused) {
    context.status = refused.status;
    return { error: 'unauthorized_client', error_description: refused.description };
  }
  if (grant === '') return { ...body, error_description: 'Missing form parameter: grant_type' };
  const words = DESCRIPTIONS[`${body.error} ${grant}`] ?? DESCRIPTIONS[body.error ?? ''];
  return words === undefined ? body : { ...body, error_description: words };
}

function withFields(body: Answer): Answer {
  const { refresh_token: refresh, scope = '' } = body;
  const life = scope.split(' ').includes('offline_access') ? REFRESH_TTL.offline : REFRESH_TTL.session;
  return { ...body, refresh_expires_in: refresh ? life : 0, 'not-before-policy': 0 } as Answer;
}
