import type { Transport, UserInfo } from '@slipway/api';

/**
 * The same transport, acting as someone else (`Impersonate-*` headers); the one who really asks needs the right
 * to `impersonate`, and the audit names both.
 * @example
 * const asAda = createClient(impersonate(transport, { username: 'ada', groups: ['payments'] }));
 */
export function impersonate(transport: Transport, user: UserInfo): Transport {
  const headers = actingHeaders(user);
  return { send: request => transport.send({ ...request, headers: { ...request.headers, ...headers } }) };
}

/** The headers that say in whose name a request is made; the Git door takes them, too. */
export function actingHeaders(user: UserInfo): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'impersonate-user': user.username };
  if (user.uid) headers['impersonate-uid'] = user.uid;
  if (user.groups.length > 0) headers['impersonate-group'] = user.groups;
  for (const [key, values] of Object.entries(user.extra ?? {})) {
    headers[`impersonate-extra-${encodeURIComponent(key).toLowerCase()}`] = values;
  }
  return headers;
}
