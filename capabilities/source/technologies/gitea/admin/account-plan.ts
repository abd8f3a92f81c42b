import { createHash } from 'node:crypto';
import { type Key, keyText, type Random } from '@slipway/api';
import type { GitAccess } from '@slipway/kinds';

/** An account as Gitea gives it to an administrator. */
export interface GiteaUser {
  login: string;
  /** Set by administrators only: whose account it is. */
  login_name?: string;
  is_admin?: boolean;
  active?: boolean;
  restricted?: boolean;
  prohibit_login?: boolean;
}

/** Gitea's longest is 40. */
const LONGEST_STEM = 27;

/** One for each GitAccess of each platform; two dashes or dots in a row are refused by Gitea. */
export function accountName(platform: string, key: Key): string {
  const stem = `${key.namespace}-${key.name}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const short = stem.slice(0, LONGEST_STEM).replace(/^-|-$/g, '');
  const hash = createHash('sha256').update(ownerMark(platform, key)).digest('hex').slice(0, 8);
  return `git-${short}-${hash}`;
}

/** What `login_name` says of an account that is ours. */
export function ownerMark(platform: string, key: Key): string {
  return `slipway:${platform}/${keyText(key)}`;
}

/**
 * What the account has to be. Gitea has no account that sees every repository but an administrator's: its tokens can do
 * no more than what they are for, and nobody has its password.
 */
export function wantedUser({ spec }: GitAccess): Required<Pick<GiteaUser, 'is_admin' | 'restricted'>> {
  const isForAll = spec.repositories === undefined;
  return { is_admin: isForAll, restricted: !isForAll };
}

export function isAsWanted(user: GiteaUser, wanted: ReturnType<typeof wantedUser>): boolean {
  const { is_admin, restricted, active, prohibit_login } = user;
  const isOpen = active !== false && !prohibit_login;
  return isOpen && is_admin === wanted.is_admin && restricted === wanted.restricted;
}

/** All that its token may do. */
export function scopesOf({ spec }: GitAccess): string[] {
  return [`${spec.rights}:repository`];
}

/** Never stored: whoever has to be the account again gives it another. */
export function passingPassword(random: Random): string {
  return `${Buffer.from(random.bytes(32)).toString('base64url')}aA1!`;
}
