import type { UserInfo } from '@slipway/api';
import type { BranchProtection } from '@slipway/kinds';
import { glob } from '../pattern/glob.ts';

export type Protection = BranchProtection['spec'];

/** The rule that counts for a branch: lowest priority first, then plain names, then in the order of the alphabet. */
export function protectionOf(protections: Protection[], branch: string): Protection | undefined {
  return [...protections].sort(byRank).find(({ rule }) => fits(rule, branch));
}

function byRank(a: Protection, b: Protection): number {
  const rank = ({ priority = 0, rule }: Protection) => priority * 2 + (isPlain(rule) ? 0 : 1);
  return rank(a) - rank(b) || (a.rule < b.rule ? -1 : 1);
}

function isPlain(rule: string): boolean {
  return !/[*?[{\\]/.test(rule);
}

/** As Gitea: plain names without regard to case. A pattern that is none stands for itself. */
function fits(rule: string, branch: string): boolean {
  if (rule.toLowerCase() === branch.toLowerCase()) return true;
  return !isPlain(rule) && (patternOf(rule)?.test(branch) ?? false);
}

/** A shell pattern, or undefined for a text that is none. */
export function patternOf(text: string, separators = '/') {
  try {
    return glob(text, separators);
  } catch {
    return undefined;
  }
}

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
