import type { UserInfo } from '@slipway/api';
import { LIMITED_TO, scopeRole } from '@slipway/kinds';

const PREFIX = `${LIMITED_TO}${scopeRole('')}`;

/** Scopes of the token that somebody came with; none: it has no limits. */
export function limitsOf({ groups }: UserInfo): string[] {
  return groups.filter(group => group.startsWith(PREFIX)).map(group => group.slice(PREFIX.length));
}

/** What of Gitea's API belongs to which of its scopes (routers/api/v1/api.go, tokenRequiresScopes). */
const CATEGORIES: [RegExp, string[]][] = [
  [/^\/user\/repos\/?$/, ['user', 'repository']],
  [/^\/users?(\/|$)/, ['user']],
  [/^\/orgs?\/[^/]+\/repos\/?$/, ['organization', 'repository']],
  [/^\/orgs?(\/|$)/, ['organization']],
  [/^\/repos(\/|$)/, ['repository']],
];

/** Scopes that a call needs and the token has not; empty: it may be made, as far as scopes say. */
export function missingScopes(user: UserInfo, method: string, path: string): string[] {
  const limits = limitsOf(user);
  if (limits.length === 0) return [];
  const level = method === 'GET' || method === 'HEAD' ? 'read' : 'write';
  const needed = CATEGORIES.find(([pattern]) => pattern.test(path))?.[1] ?? [];
  const has = (category: string) =>
    limits.includes(`write:${category}`) || (level === 'read' && limits.includes(`read:${category}`));
  return needed.filter(category => !has(category)).map(category => `${level}:${category}`);
}
