import type { Authenticator, Clock, KeyProvider, Random } from '@slipway/api';
import { builtInAdmission } from '../admission/index.ts';
import {
  authenticationReviews,
  createAuthentication,
  deriveSigningKey,
  type ServiceAccountTokens,
  type StaticToken,
  serviceAccountTokens,
} from '../authn/index.ts';
import type { AccessDocument, Admission, Authorize, VirtualResource } from '../http/seams.ts';
import type { StoreReader } from '../store/store.ts';
import { rbacAuthorizer } from './authorizer.ts';
import { createRbacIndex } from './rbac-index.ts';
import { authorizationReviews } from './reviews.ts';

export interface AccessControlOptions {
  store: StoreReader;
  keys: KeyProvider;
  clock: Clock;
  random: Random;
  /** Tokens known from the start: `local-admin`. */
  staticTokens?: StaticToken[];
  /** Of ServiceAccount tokens. */
  issuer?: string;
}

/** Who may come in and what they may do: everything the request pipeline asks. */
export interface AccessControl {
  authenticator: Authenticator;
  /** Adds a source of users (identity's tokens), for requests and for TokenReviews; returns how to remove it. */
  addAuthenticator(authenticator: Authenticator): () => void;
  authorize: Authorize;
  admission: Admission;
  virtual: VirtualResource[];
  tokens: ServiceAccountTokens;
  /** OpenID discovery of the tokens' issuer, and its keys. */
  documents: ReadonlyMap<string, AccessDocument>;
  close(): void;
}

/** Puts authentication, RBAC and admission together over a store. */
export async function createAccessControl(options: AccessControlOptions): Promise<AccessControl> {
  const { store, keys, clock, random, staticTokens, issuer } = options;
  const key = await deriveSigningKey(keys);
  const tokens = serviceAccountTokens({ store, key, clock, random, ...(issuer ? { issuer } : {}) });
  const { configuration, jwks } = tokens.discovery();
  const authentication = createAuthentication({ tokens, ...(staticTokens ? { staticTokens } : {}) });
  const index = createRbacIndex(store);
  const authorize = rbacAuthorizer(index);
  const { admission, close } = builtInAdmission({ store, clock, random, index, authorize });
  return {
    authenticator: authentication,
    addAuthenticator: authentication.add,
    authorize,
    admission,
    virtual: [
      ...authenticationReviews({ store, tokens, authentication }),
      ...authorizationReviews(index, authorize),
    ],
    tokens,
    documents: new Map([
      [
        '/.well-known/openid-configuration',
        { contentType: 'application/json', body: JSON.stringify(configuration) },
      ],
      ['/openid/v1/jwks', { contentType: 'application/jwk-set+json', body: JSON.stringify(jwks) }],
    ]),
    close: () => {
      index.close();
      close();
    },
  };
}
