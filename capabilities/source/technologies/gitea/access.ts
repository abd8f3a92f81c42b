import type { IncomingMessage } from 'node:http';
import type { UserInfo } from '@slipway/api';
import { isAllowed, reviewToken } from '@slipway/client';
import { actingAs } from './acting-as.ts';
import { namespaceOf, objectNameOf, type RepositoryName } from './git/name.ts';
import type { GitServer } from './server.ts';

export type RepositoryVerb = 'get' | 'list' | 'create' | 'update' | 'delete';

/** The token of a request: Basic password (the user name is ignored), `Bearer x` or Gitea's `token x`. */
export function tokenOf(request: IncomingMessage): string | undefined {
  const header = request.headers.authorization ?? '';
  const [, scheme = '', value = ''] = /^(\S+)\s+(.+)$/.exec(header) ?? [];
  if (/^(bearer|token)$/i.test(scheme)) return value.trim() || undefined;
  if (!/^basic$/i.test(scheme)) return undefined;
  const text = Buffer.from(value, 'base64').toString();
  const [user = '', password = ''] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)];
  // Gitea takes a token as user name too, with an empty password or `x-oauth-basic`.
  return password === '' || password === 'x-oauth-basic' ? user || undefined : password;
}

/** Who sends a request; undefined without credentials, `invalid` with ones that are not. */
export async function authenticate(
  server: GitServer,
  request: IncomingMessage,
): Promise<UserInfo | 'invalid' | undefined> {
  const token = tokenOf(request);
  if (!token) return undefined;
  const caller = await reviewToken(server.client, token, { clock: server.clock });
  return caller ? actingAs(server, caller, request) : 'invalid';
}

/** Whether someone may do something with a repository, or with all of an owner's when `name` is absent. */
export function mayRepository(
  server: GitServer,
  user: UserInfo,
  verb: RepositoryVerb,
  { owner, name }: { owner: string; name?: string },
): Promise<boolean> {
  const attributes = {
    verb,
    group: 'source.slipway.dev',
    resource: 'repositories',
    namespace: namespaceOf(owner),
    ...(name ? { name: objectNameOf(name) } : {}),
  };
  return isAllowed(server.client, user, attributes, { clock: server.clock });
}

/** Whether someone may open changes in a team's repositories, or decide about them (kinds.md, Rights). */
export function mayChange(
  server: GitServer,
  user: UserInfo,
  what: 'open' | 'approve',
  owner: string,
): Promise<boolean> {
  const [group, resource] =
    what === 'open' ? ['source.slipway.dev', 'changerequests'] : ['slipway.dev', 'approvals'];
  const attributes = { verb: 'create', group, resource, namespace: namespaceOf(owner) };
  return isAllowed(server.client, user, attributes, { clock: server.clock });
}

/** Text form of a name, for messages. */
export function nameText({ owner, name }: RepositoryName): string {
  return `${owner}/${name}`;
}
