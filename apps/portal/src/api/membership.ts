import type { Team } from '@slipway/kinds';

/** Whether somebody is a member, themselves or by a group of theirs. */
export function isIn(
  { spec }: Pick<Team, 'spec'>,
  { name, groups }: { name: string; groups: string[] },
): boolean {
  const words = [`user:${name}`, ...groups.map(group => `group:${group}`)];
  return spec.members?.some(member => words.includes(member)) ?? false;
}
