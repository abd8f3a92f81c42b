import { type Clock, SlipwayError } from '@slipway/api';
import type { OidcClient, Tokens } from './oidc-client.ts';

/** What the session's cookie holds. */
export interface SessionCookie {
  id: string;
  refreshToken: string;
  user: string;
  name: string;
  groups: string[];
  /** When it ends, whatever is done in it; milliseconds since 1970. */
  endsAt: number;
}

/** An access token for a session now; `cookie` is set when the session's cookie has to be written anew. */
export interface Access {
  accessToken: string;
  session: SessionCookie;
  isChanged: boolean;
}

/** Access tokens of sessions, refreshed when they are about to end; one refresh at a time for each. */
export interface Sessions {
  remember(session: SessionCookie, tokens: Tokens): void;
  /** Undefined: the session has ended. */
  access(session: SessionCookie): Promise<Access | undefined>;
  forget(id: string): void;
}

const MOST_SESSIONS = 5000;
const EARLY_MS = 30_000;

export function createSessions(client: Pick<OidcClient, 'refresh'>, clock: Clock): Sessions {
  const known = new Map<string, { access: Access; until: number }>();
  const refreshing = new Map<string, Promise<Access | undefined>>();
  const remember = (session: SessionCookie, tokens: Tokens): Access => {
    const access = { accessToken: tokens.accessToken, session, isChanged: false };
    known.delete(session.id);
    known.set(session.id, { access, until: clock.now() + tokens.expiresInMs - EARLY_MS });
    const oldest = known.keys().next();
    if (known.size > MOST_SESSIONS && !oldest.done) known.delete(oldest.value);
    return access;
  };
  const refresh = async (session: SessionCookie): Promise<Access | undefined> => {
    try {
      const tokens = await client.refresh(session.refreshToken);
      const next = {
        ...session,
        ...describe(tokens),
        refreshToken: tokens.refreshToken ?? session.refreshToken,
      };
      const isChanged = JSON.stringify(next) !== JSON.stringify(session);
      return { ...remember(next, tokens), isChanged };
    } catch (error) {
      if (error instanceof SlipwayError && error.code === 'SignInRefused') return undefined;
      throw error;
    }
  };
  return {
    remember,
    forget: id => {
      known.delete(id);
    },
    access(session) {
      const kept = known.get(session.id);
      if (kept && kept.until > clock.now()) return Promise.resolve(kept.access);
      const running = refreshing.get(session.id);
      if (running) return running;
      const started = refresh(session).finally(() => refreshing.delete(session.id));
      refreshing.set(session.id, started);
      return started;
    },
  };
}

/** Who the tokens say it is, for the portal's pages. */
export function describe({ claims }: Tokens): Pick<SessionCookie, 'user' | 'name' | 'groups'> {
  const user = claims.preferred_username ?? claims.sub;
  return { user, name: claims.name ?? user, groups: claims.groups ?? [] };
}
