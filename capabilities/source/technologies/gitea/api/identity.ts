import { createHash } from 'node:crypto';
import type { UserInfo } from '@slipway/api';

/** A number from an object's uid or a name: Gitea's ids are numbers, ours have none. Stable, below 2^48. */
export function numberOf(text: string): number {
  return Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 12), 16);
}

/** Gitea's User. */
export function userJson(login: string, base: string, { fullName = '', email = emailOf(login) } = {}) {
  return {
    id: numberOf(`user ${login}`),
    login,
    login_name: '',
    source_id: 0,
    full_name: fullName,
    email,
    avatar_url: `${base}/assets/img/avatar_default.png`,
    html_url: `${base}/${encodeURIComponent(login)}`,
    language: '',
    is_admin: false,
    last_login: '0001-01-01T00:00:00Z',
    created: '1970-01-01T00:00:00Z',
    restricted: false,
    active: true,
    prohibit_login: false,
    location: '',
    website: '',
    description: '',
    visibility: 'private',
    followers_count: 0,
    following_count: 0,
    starred_repos_count: 0,
    username: login,
  };
}

/** Gitea's Organization: a team. */
export function organizationJson(name: string, base: string) {
  return {
    id: numberOf(`user ${name}`),
    name,
    full_name: name,
    email: '',
    avatar_url: `${base}/assets/img/avatar_default.png`,
    description: '',
    website: '',
    location: '',
    visibility: 'private',
    repo_admin_change_team_access: false,
    username: name,
  };
}

/** Name and address in commits made for someone. A service account is shown as what it is. */
export function authorOf(user: UserInfo): { name: string; email: string } {
  const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(user.username);
  if (!account) return { name: user.username, email: emailOf(user.username) };
  const [, namespace = '', name = ''] = account;
  return { name, email: `${name}@${namespace}.serviceaccount.slipway.internal` };
}

function emailOf(login: string): string {
  return `${login.replace(/[^A-Za-z0-9._-]/g, '-')}@users.slipway.internal`;
}
