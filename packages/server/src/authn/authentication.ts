import { createHash, timingSafeEqual } from 'node:crypto';
import { type Authenticator, StatusError, type UserInfo } from '@slipway/api';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

/** A token that is known from the start, and whom it stands for (`local-admin`). */
export interface StaticToken {
  token: string;
  user: UserInfo;
}

/** What a token review needs to know. */
export interface Authenticated {
  user: UserInfo;
  /** Which of the wanted audiences the token is for; absent when its kind knows no audiences. */
  audiences?: string[];
}

export interface Authentication extends Authenticator {
  /** Who a token belongs to; undefined when it is not valid. */
  review(token: string, audiences?: string[]): Promise<Authenticated | undefined>;
  /** Adds one more source of users (identity's tokens); it is asked after the built-in ones. */
  add(authenticator: Authenticator): () => void;
}

/** Asks each source in turn: client certificate, static tokens, ServiceAccount tokens, then what was added. */
export function createAuthentication(options: {
  tokens: ServiceAccountTokens;
  staticTokens?: StaticToken[];
}): Authentication {
  const { tokens, staticTokens = [] } = options;
  const known = staticTokens.map(({ token, user }) => ({ digest: digestOf(token), user }));
  const added = new Set<Authenticator>();

  const byToken = async (bearer: string, audiences: string[]): Promise<Authenticated | undefined> => {
    const digest = digestOf(bearer);
    const fixed = known.find(entry => timingSafeEqual(entry.digest, digest));
    if (fixed) return { user: fixed.user };
    const account = tokens.authenticate(bearer, audiences);
    if (account) return account;
    for (const authenticator of added) {
      const user = await authenticator.authenticate({ bearer });
      if (user) return { user };
    }
    return undefined;
  };

  return {
    authenticate: async ({ bearer, certificate }) => {
      if (bearer !== undefined) {
        const found = await byToken(bearer, tokens.audiences);
        return found && authenticatedUser(found.user);
      }
      if (certificate?.commonName) {
        return authenticatedUser({ username: certificate.commonName, groups: certificate.organizations });
      }
      return undefined;
    },
    isOut: user => [...added].some(authenticator => authenticator.isOut?.(user) === true),
    review: async (token, audiences = tokens.audiences) => {
      const found = await byToken(token, audiences).catch(refused);
      return found && { ...found, user: authenticatedUser(found.user) };
    },
    add: authenticator => {
      added.add(authenticator);
      return () => added.delete(authenticator);
    },
  };
}

function refused(error: unknown): undefined {
  if (error instanceof StatusError && error.reason === 'Unauthorized') return undefined;
  throw error;
}

/** Everyone who proved something is in this group. */
function authenticatedUser(user: UserInfo): UserInfo {
  const group = 'system:authenticated';
  return user.groups.includes(group) ? user : { ...user, groups: [...user.groups, group] };
}

/** Digests have one length, as a comparison in constant time needs. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
