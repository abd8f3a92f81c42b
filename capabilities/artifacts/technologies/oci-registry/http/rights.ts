import type { IncomingMessage } from 'node:http';
import type { Clock, UserInfo } from '@slipway/api';
import { type Client, isAllowed, reviewToken } from '@slipway/client';
import { Failure } from '../registry/failure.ts';

export type Verb = 'get' | 'update' | 'delete';

/** Who may do what with which repository (kinds.md, "Rights"). */
export interface Rights {
  /** @throws Failure `UNAUTHORIZED` */
  identify(request: IncomingMessage): Promise<UserInfo>;
  allows(user: UserInfo, verb: Verb, repository: string): Promise<boolean>;
}

/** Everybody who has an identity may pull what the platform itself brings. */
const PLATFORM_REPOSITORIES = 'slipway/';

export function makeRights(client: Client, clock: Clock): Rights {
  return {
    identify: async request => {
      const token = tokenIn(request.headers.authorization);
      const user = token === undefined ? undefined : await reviewToken(client, token, { clock });
      if (user) return user;
      throw new Failure('UNAUTHORIZED', 'sign in with a token as the password', {
        headers: { 'www-authenticate': 'Basic realm="slipway registry"' },
      });
    },
    allows: async (user, verb, repository) => {
      if (repository.startsWith(PLATFORM_REPOSITORIES)) return verb === 'get';
      const [team = '', ...rest] = repository.split('/');
      const image = { group: 'artifacts.slipway.dev', resource: 'images' };
      return isAllowed(
        client,
        user,
        { ...image, verb, namespace: `team-${team}`, name: rest.join('/') },
        { clock },
      );
    },
  };
}

/** @throws Failure `DENIED` naming what was wanted */
export async function demand(rights: Rights, user: UserInfo, verb: Verb, repository: string): Promise<void> {
  if (await rights.allows(user, verb, repository)) return;
  throw new Failure(
    'DENIED',
    `${user.username} may not ${verb} images.artifacts.slipway.dev ${repository}; ask an owner of its team`,
    { detail: { name: repository, action: verb } },
  );
}

/** Bearer, or the password of Basic, whose user name says nothing. */
function tokenIn(header: string | undefined): string | undefined {
  const [scheme = '', value = ''] = (header ?? '').split(' ');
  if (/^bearer$/i.test(scheme)) return value || undefined;
  if (!/^basic$/i.test(scheme)) return undefined;
  const text = Buffer.from(value, 'base64').toString();
  return text.slice(text.indexOf(':') + 1) || undefined;
}
