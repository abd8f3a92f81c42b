import type { IncomingMessage } from 'node:http';
import type { UserInfo } from '@slipway/api';
import { isAllowed } from '@slipway/client';
import type { GitServer } from './server.ts';

/** Where a UserInfo says who acts in its name. */
const VIA = 'source.slipway.dev/via';

/**
 * Somebody else in whose name the caller acts, by the API server's own headers (`Impersonate-User`,
 * `Impersonate-Group`) and with its own rights (`impersonate`); the caller where there are none. `invalid` without them.
 */
export async function actingAs(
  server: GitServer,
  caller: UserInfo,
  request: IncomingMessage,
): Promise<UserInfo | 'invalid'> {
  const [username] = valuesOf(request, 'impersonate-user');
  const groups = valuesOf(request, 'impersonate-group');
  if (username === undefined) return groups.length === 0 ? caller : 'invalid';
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username);
  const who = account
    ? { resource: 'serviceaccounts', namespace: account[1] ?? '', name: account[2] ?? '' }
    : { resource: 'users', name: username };
  const may = (attributes: { resource: string; namespace?: string; name: string }) =>
    isAllowed(server.client, caller, { verb: 'impersonate', group: '', ...attributes }, server);
  for (const each of [who, ...groups.map(name => ({ resource: 'groups', name }))])
    if (!(await may(each))) return 'invalid';
  return {
    username,
    groups: [...new Set([...groups, 'system:authenticated'])],
    extra: { [VIA]: [caller.username] },
  };
}

/** Who acts in this one's name, for the audit. */
export function viaOf({ extra }: UserInfo): string | undefined {
  return extra?.[VIA]?.[0];
}

/** All values of a header, also where it came more than once. */
function valuesOf({ rawHeaders }: IncomingMessage, name: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
}
