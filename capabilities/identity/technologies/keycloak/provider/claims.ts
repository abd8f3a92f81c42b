import type { Person } from '../people/directory.ts';

/** Audience of tokens that the Kubernetes API (and with it every door) takes. */
export const PLATFORM_AUDIENCE = 'kubernetes';
/** Audience of tokens for anybody else's client, as Keycloak writes it. */
export const ACCOUNT_AUDIENCE = 'account';
export const SCOPES = 'openid profile email groups offline_access';

/** What tokens and userinfo say about a person. */
export function claimsOf(person: Person) {
  return {
    preferred_username: person.name,
    name: person.displayName ?? person.name,
    groups: person.groups,
    ...(person.email ? { email: person.email, email_verified: false } : {}),
  };
}

/** What a person may do at a client, by their groups: the claim `roles`, where the client has roles at all. */
export function rolesOf(
  { groups }: Pick<Person, 'groups'>,
  roles: Record<string, string[]> | undefined,
): { roles?: string[] } {
  if (!roles) return {};
  const held = Object.entries(roles).filter(([, wanted]) => wanted.some(group => groups.includes(group)));
  return { roles: held.map(([role]) => role) };
}

/** Adds all scopes to a grant; what a token gets is what its request asked for. */
export function grantEverything(grant: { addOIDCScope(scope: string): void }): void {
  grant.addOIDCScope(SCOPES);
}
