import type { UserInfo } from '@slipway/api';
import type { BranchProtection } from '@slipway/kinds';
import { patternOf } from '@slipway/sources';

export type Protection = BranchProtection['spec'];

/** Whether somebody is named in a list, or one of their groups is. */
export function isListed(
  user: Pick<UserInfo, 'username' | 'groups'>,
  users: string[] = [],
  groups: string[] = [],
): boolean {
  return users.includes(user.username) || user.groups.some(group => groups.includes(group));
}

/** Whether somebody who may write to the repository may push to a branch under this rule. */
export function mayPush(protection: Protection, user: UserInfo): boolean {
  if (!protection.enablePush) return false;
  return !protection.enablePushWhitelist || isListed(user, protection.pushUsers, protection.pushGroups);
}

/** Whether such a push may also throw commits away. */
export function mayForcePush(protection: Protection, user: UserInfo): boolean {
  if (!protection.enableForcePush || !mayPush(protection, user)) return false;
  const { enableForcePushAllowlist, forcePushUsers, forcePushGroups } = protection;
  return !enableForcePushAllowlist || isListed(user, forcePushUsers, forcePushGroups);
}

export function mayMerge(protection: Protection, user: UserInfo): boolean {
  if (!protection.enableMergeWhitelist) return true;
  return isListed(user, protection.mergeUsers, protection.mergeGroups);
}

/** Changed files that only somebody who may push may change, by `protectedFilePatterns` (`*.lock;deploy/**`). */
export function protectedFiles({ protectedFilePatterns = '' }: Protection, files: string[]): string[] {
  const patterns = protectedFilePatterns
    .split(';')
    .map(text => text.trim().toLowerCase())
    .filter(Boolean)
    .map(text => patternOf(text, './'))
    .filter(pattern => pattern !== undefined);
  return files.filter(file => patterns.some(pattern => pattern.test(file.toLowerCase())));
}
