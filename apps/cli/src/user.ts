import { systemClock, systemRandom } from '@slipway/api';
import { Team, User } from '@slipway/kinds';
import { issueSignIn } from '@slipway/platform';
import type { Connection } from './connection.ts';
import { CommandError } from './output.ts';

/** A person as people read it. */
export interface UserReport {
  name: string;
  displayName: string;
  email: string;
  groups: string[];
  /** Of which they are a member, themselves or by a group. */
  teams: string[];
  /** May sign in. */
  active: boolean;
  reason?: string;
  lastSignIn: string | null;
}

/** @throws CommandError when there is no such user */
export async function userNamed({ client }: Connection, name: string) {
  const user = await client.find(User, { name });
  if (user) return user;
  throw new CommandError(`user ${JSON.stringify(name)}: there is none`, { next: 'slipway user list' });
}

export async function reportOnUsers({ client }: Connection, users: User[]): Promise<UserReport[]> {
  const { items: teams } = await client.list(Team);
  return users.map(user => reportOf(user, teams));
}

function reportOf({ metadata, spec, status }: User, teams: Team[]): UserReport {
  const name = metadata.name ?? '';
  const groups = spec.groups ?? [];
  const words = [`user:${name}`, ...groups.map(group => `group:${group}`)];
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const isRefused = spec.disabled === true || ready?.status === 'False';
  return {
    name,
    displayName: spec.displayName ?? '',
    email: spec.email ?? '',
    groups,
    teams: teams
      .filter(team => team.spec.members?.some(member => words.includes(member)))
      .map(team => team.metadata.name ?? ''),
    active: !isRefused,
    ...(isRefused ? { reason: spec.disabled ? 'Disabled' : (ready?.reason ?? '') } : {}),
    lastSignIn: status?.lastSignIn ?? null,
  };
}

/** A link by which a person signs in once and chooses a password: the only way that one is set. */
export function linkFor({ client, platform }: Connection, user: string) {
  const ports = { client, clock: systemClock, random: systemRandom };
  return issueSignIn({ ...ports, issuer: platform.issuer, user });
}
