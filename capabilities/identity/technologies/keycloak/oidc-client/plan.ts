import { type Key, keyText } from '@slipway/api';
import type { OidcClient } from '@slipway/kinds';
import type {
  ClientRepresentation,
  MapperRepresentation,
  ScopeRepresentation,
} from '../admin/representation.ts';

/** Attribute of a client of Keycloak's: `<platform>/<namespace>/<name>` of the OidcClient it belongs to. */
export const OWNER = 'slipway.owner';

export function ownerOf(platform: string, key: Key): string {
  return `${platform}/${keyText(key)}`;
}

/** Tokens name people's groups (`groups`, without a leading slash) to whoever asks for the scope of that name. */
export const GROUPS_SCOPE: ScopeRepresentation = {
  name: 'groups',
  protocol: 'openid-connect',
  attributes: { 'include.in.token.scope': 'true', 'display.on.consent.screen': 'false' },
  protocolMappers: [
    {
      name: 'groups',
      protocol: 'openid-connect',
      protocolMapper: 'oidc-group-membership-mapper',
      config: { 'claim.name': 'groups', 'full.path': 'false', ...inEveryToken() },
    },
  ],
};

/** What the client has to be at Keycloak; everything else of it is left as it is. */
export function wantedClient({ spec }: OidcClient, owner: string): ClientRepresentation {
  const isPublic = spec.isPublic === true;
  return {
    clientId: spec.clientId,
    enabled: true,
    protocol: 'openid-connect',
    publicClient: isPublic,
    standardFlowEnabled: true,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: false,
    // Its tokens carry its own roles, not all that a person has elsewhere.
    fullScopeAllowed: false,
    redirectUris: spec.redirects,
    // `+`: pages at the redirects' origins may ask for tokens; only programs without a secret of their own do.
    webOrigins: isPublic ? ['+'] : [],
    attributes: {
      [OWNER]: owner,
      'post.logout.redirect.uris': (spec.signedOut ?? []).join('##'),
      // Demanded where there is no secret; others may use it, and many tools do not.
      'pkce.code.challenge.method': isPublic ? 'S256' : '',
    },
  };
}

/** The claim `roles`: what the person may do at this client. */
export function rolesMapper(clientId: string): MapperRepresentation {
  return {
    name: 'roles',
    protocol: 'openid-connect',
    protocolMapper: 'oidc-usermodel-client-role-mapper',
    config: {
      'usermodel.clientRoleMapping.clientId': clientId,
      'claim.name': 'roles',
      'jsonType.label': 'String',
      multivalued: 'true',
      ...inEveryToken(),
    },
  };
}

function inEveryToken(): Record<string, string> {
  return {
    'id.token.claim': 'true',
    'access.token.claim': 'true',
    'userinfo.token.claim': 'true',
    'introspection.token.claim': 'true',
  };
}

/** Whether what is there has every wanted value; lists of URLs have no order at Keycloak. */
export function isAsWanted(present: ClientRepresentation, wanted: ClientRepresentation): boolean {
  const { attributes, ...fields } = wanted;
  const sameAttributes = Object.entries(attributes ?? {}).every(
    ([name, value]) => (present.attributes?.[name] ?? '') === value,
  );
  return (
    sameAttributes &&
    Object.entries(fields).every(([name, value]) => {
      const found = present[name as keyof ClientRepresentation];
      return JSON.stringify(sorted(found)) === JSON.stringify(sorted(value));
    })
  );
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.toSorted() : value;
}

/** What becomes of a client that is there already. */
export type Whose = 'ours' | 'orphan' | 'others';

/** An orphan belonged to an OidcClient of this platform that is no more: whoever asks next may have it. */
export function whoseIs(present: ClientRepresentation, owner: string, known: (key: Key) => boolean): Whose {
  const found = present.attributes?.[OWNER];
  if (found === owner) return 'ours';
  const [platform, namespace, name] = found?.split('/') ?? [];
  if (platform !== owner.split('/')[0] || !namespace || !name) return 'others';
  return known({ namespace, name }) ? 'others' : 'orphan';
}
