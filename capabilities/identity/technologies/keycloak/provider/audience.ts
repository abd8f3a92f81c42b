import { ACCOUNT_AUDIENCE, PLATFORM_AUDIENCE, SCOPES } from './claims.ts';
import type { Clients } from './clients.ts';

/** Seconds, as Keycloak's. */
export const ACCESS_TOKEN_TTL = 5 * 60;

/** Whom a client's access tokens are for. They are JWTs, as Keycloak's are, so each needs an audience. */
export async function audienceOf(clients: Clients, clientId: string): Promise<string> {
  const found = await clients.find(clientId);
  return found?.isPlatform ? PLATFORM_AUDIENCE : ACCOUNT_AUDIENCE;
}

/** The name of an audience as a resource (RFC 8707). */
export function resourceOf(audience: string): string {
  return `urn:slipway:${audience}`;
}

/** Keycloak's clients expect RS256; the platform's own take ES256, which costs a tenth to sign. */
export function resourceServerOf(audience: string) {
  const alg = audience === PLATFORM_AUDIENCE ? ('ES256' as const) : ('RS256' as const);
  return {
    scope: SCOPES,
    audience,
    accessTokenTTL: ACCESS_TOKEN_TTL,
    accessTokenFormat: 'jwt' as const,
    jwt: { sign: { alg } },
  };
}
