import type { Clock } from '@slipway/api';
import type { ArtifactStore } from '../provider/artifact-store.ts';
import { wasSignedOut } from '../provider/sign-out.ts';

const SIGN_IN = 'SignIn';
const ENDED = 'EndedSignIn';
const HOUR_MS = 3600 * 1000;
/** As long as what hangs on it: a browser's session, or a refresh token of `offline_access`. */
const LIFE_MS = { browser: 10 * HOUR_MS, offline: 30 * 24 * HOUR_MS };
/** Longer than any access token. */
const ENDED_MS = 24 * HOUR_MS;

/** Somebody's sign-in, and the applications that got tokens by it. Times are milliseconds since 1970. */
export interface SignIn {
  /** The browser's session at the issuer; of a device, its grant. Access tokens name it as `sid`. */
  id: string;
  accountId: string;
  startedAt: number;
  lastAccess: number;
  endsAt: number;
  ipAddress: string;
  userAgent: string;
  clients: string[];
  grants: string[];
  /** Lives on without a browser (`offline_access`). */
  isOffline: boolean;
}

/** What is known of a sign-in at the moment in which an application gets something by it. */
export interface Use {
  id: string;
  accountId: string;
  client: string;
  grant: string | undefined;
  isOffline: boolean;
  /** Address and program of the person's side; absent: an application acts for them. */
  ipAddress?: string | undefined;
  userAgent?: string | undefined;
}

/** Where people are signed in. */
export interface SignIns {
  of(accountId: string): SignIn[];
  note(use: Use): void;
  /** Ends it at once: the session at the issuer, refresh tokens, access tokens. */
  end(id: string): void;
}

export function openSignIns({ store, clock }: { store: ArtifactStore; clock: Clock }): SignIns {
  const find = (id: string) => store.find(SIGN_IN, id)?.signIn as SignIn | undefined;
  return {
    of: accountId =>
      store
        .findAll(SIGN_IN, accountId)
        .map(({ signIn }) => signIn as SignIn)
        .filter(({ startedAt }) => !wasSignedOut(store, accountId, Math.floor(startedAt / 1000))),
    note: use => {
      // A token that was asked for while the sign-in ended must not bring it back.
      if (store.find(ENDED, use.id)) return;
      const now = clock.now();
      const signIn = noted(find(use.id), use, now);
      // The column that other models find a session by finds a person's sign-ins here.
      store.put(SIGN_IN, use.id, { uid: use.accountId, signIn }, signIn.endsAt - now);
    },
    end: id => {
      store.put(ENDED, id, {}, ENDED_MS);
      const session = store.findBy('Session', 'uid', id);
      if (session) store.remove('Session', String(session.jti));
      for (const grant of find(id)?.grants ?? []) {
        store.removeGrant(grant);
        store.remove('Grant', grant);
      }
      store.remove(SIGN_IN, id);
    },
  };
}

/** Whether the sign-in that a token names as `sid` was ended. */
export function wasEnded(store: ArtifactStore, sid: unknown): boolean {
  return typeof sid === 'string' && store.find(ENDED, sid) !== undefined;
}

/** The sign-in that a token belongs to. */
export function signInOf(token: {
  expiresWithSession?: boolean | undefined;
  sessionUid?: string | undefined;
  grantId?: string | undefined;
}): { id: string; isOffline: boolean } | undefined {
  const isOffline = !token.expiresWithSession || !token.sessionUid;
  const id = isOffline ? token.grantId : token.sessionUid;
  return id === undefined ? undefined : { id, isOffline };
}

function noted(known: SignIn | undefined, use: Use, now: number): SignIn {
  const { id, accountId, isOffline, client, grant } = use;
  const startedAt = known?.startedAt ?? now;
  return {
    id,
    accountId,
    isOffline,
    startedAt,
    lastAccess: now,
    endsAt: isOffline ? now + LIFE_MS.offline : Math.max(startedAt + LIFE_MS.browser, now + 1),
    ipAddress: use.ipAddress ?? known?.ipAddress ?? '',
    userAgent: (use.userAgent ?? known?.userAgent ?? '').slice(0, 300),
    clients: [...new Set([...(known?.clients ?? []), client])],
    grants: [...new Set([...(known?.grants ?? []), ...(grant ? [grant] : [])])],
  };
}
