import { StatusError, type UserInfo } from '@slipway/api';
import { auditedResource, type Exchange, type Incoming, sourceOf } from './exchange.ts';
import { attributesOf } from './route.ts';
import type { Attributes } from './seams.ts';

export const ANONYMOUS: UserInfo = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Step: finds out who acts. Without credentials it is nobody; with wrong ones it is an error. */
export async function authenticate(exchange: Exchange): Promise<void> {
  const { incoming, parts } = exchange;
  if (incoming.user) {
    exchange.user = incoming.user;
    return;
  }
  const { bearer, certificate } = incoming.credentials;
  if (bearer === undefined && certificate === undefined) return;
  const user = await parts.authenticator.authenticate(incoming.credentials);
  if (!user && bearer !== undefined) throw new StatusError('Unauthorized', 'Unauthorized');
  if (user) exchange.user = { ...user, groups: [...new Set([...user.groups, 'system:authenticated'])] };
}

/** Step: acts as somebody else when `Impersonate-*` headers say so and the rules allow it. */
export async function impersonate(exchange: Exchange): Promise<void> {
  const { incoming } = exchange;
  const username = incoming.header('impersonate-user')[0];
  const groups = incoming.header('impersonate-group');
  if (username === undefined) {
    if (groups.length === 0) return;
    throw new StatusError('BadRequest', 'requested impersonation of groups without impersonating a user');
  }
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username);
  const who = account
    ? { resource: 'serviceaccounts', namespace: account[1] ?? '', name: account[2] ?? '' }
    : { resource: 'users', name: username };
  await allowOrThrow(exchange, { verb: 'impersonate', group: '', version: 'v1', ...who });
  for (const name of groups) {
    await allowOrThrow(exchange, { verb: 'impersonate', group: '', version: 'v1', resource: 'groups', name });
  }
  exchange.impersonator = exchange.user;
  exchange.user = impersonated(incoming, username, groups, account?.[1]);
}

function impersonated(
  incoming: Incoming,
  username: string,
  groups: string[],
  namespace: string | undefined,
): UserInfo {
  const implied =
    namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  const own = groups.length > 0 ? groups : implied;
  const authenticated = username === ANONYMOUS.username ? 'system:unauthenticated' : 'system:authenticated';
  const uid = incoming.header('impersonate-uid')[0];
  return { username, groups: [...new Set([...own, authenticated])], ...(uid === undefined ? {} : { uid }) };
}

/** Step: asks the rules. */
export async function authorize(exchange: Exchange): Promise<void> {
  await allowOrThrow(exchange, attributesOf(exchange.incoming));
}

async function allowOrThrow(exchange: Exchange, attributes: Attributes): Promise<void> {
  const { user, parts } = exchange;
  const pending = parts.authorize(user, attributes);
  const decision = pending instanceof Promise ? await pending : pending;
  if (decision.allowed) return;
  await parts.store.audit.append({
    actor: user.username,
    door: 'api',
    verb: attributes.verb,
    resource: attributes.nonResourcePath ?? auditedResource(attributes.group, attributes.resource),
    object: [attributes.namespace, attributes.name, attributes.subresource].filter(Boolean).join('/'),
    source: sourceOf(exchange),
    outcome: 'denied',
  });
  throw forbidden(user, attributes, decision.reason);
}

/** Words and fields of the real server (apiserver/pkg/endpoints/handlers/responsewriters/errors.go). */
function forbidden(user: UserInfo, attributes: Attributes, reason: string): StatusError {
  const { verb, group, resource, subresource, namespace, name, nonResourcePath } = attributes;
  const because = reason === '' ? '' : `: ${reason}`;
  if (nonResourcePath !== undefined) {
    const message = `forbidden: User "${user.username}" cannot ${verb} path "${nonResourcePath}"${because}`;
    return new StatusError('Forbidden', message);
  }
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const subject = name ? `${qualified} "${name}"` : qualified;
  const message = `${subject} is forbidden: User "${user.username}" cannot ${verb} resource "${what}" in API group "${group}" ${where}${because}`;
  return new StatusError('Forbidden', message, {
    ...(name ? { name } : {}),
    ...(group ? { group } : {}),
    kind: resource,
  });
}
