import type { IncomingMessage } from 'node:http';
import { StatusError } from '@slipway/api';
import type { JWTPayload } from 'jose';
import type { Directory, Person } from '../people/directory.ts';
import { PLATFORM_AUDIENCE } from '../provider/claims.ts';

/** A person who signed in, and by which sign-in. */
export interface SignedIn {
  person: Person;
  sid: string;
}

/**
 * Who asks, when it is a person who signed in. A token for scripts is not enough: whoever found one must not be able to
 * make more of them, nor to sign its owner out.
 * @throws StatusError Unauthorized, Forbidden
 */
export function signedInBy(options: {
  directory: Directory;
  verify(token: string): Promise<JWTPayload | undefined>;
}): (request: IncomingMessage) => Promise<SignedIn> {
  return async request => {
    const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (bearer.startsWith('slp_')) {
      const message = 'a token for scripts is not enough here; sign in: in the portal, or with slipway login';
      throw new StatusError('Forbidden', message);
    }
    const payload = await options.verify(bearer);
    const person = options.directory.byId(payload?.sub ?? '');
    // A tool's own token must not change its person's account.
    const isOurs = [payload?.aud].flat().includes(PLATFORM_AUDIENCE);
    if (!payload || !person || typeof payload.sid !== 'string' || !isOurs) {
      throw new StatusError('Unauthorized', 'sign in first: in the portal, or with slipway login');
    }
    return { person, sid: payload.sid };
  };
}
