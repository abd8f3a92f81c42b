import type { TemplateRun } from '@slipway/kinds';
import { teamOf } from './team-of.ts';

const SECRET = /secret|password|token|key/i;

/** The command that starts the same run from a terminal. Values whose names say that they are secret are left out. */
export function createCommand(
  namespace: string,
  { template, values, onFailure }: TemplateRun['spec'],
): string {
  const { name, owner, ...others } = values;
  const team = namespace.replace(/^team-/, '');
  // `service create` names service and team itself; everything else is a run of any template.
  const ownTeam = owner === undefined || teamOf({ owner }) === team;
  const isService = typeof name === 'string' && ownTeam && onFailure !== 'keep';
  const words = isService
    ? ['slipway', 'service', 'create', '--template', template, '--name', name]
    : ['slipway', 'template', 'run', template];
  if (team !== 'default') words.push('--team', team);
  if (onFailure === 'keep') words.push('--keep');
  for (const [key, value] of Object.entries(isService ? others : values)) {
    if (value === '' || value === undefined || value === null) continue;
    words.push('--set', `${key}=${SECRET.test(key) ? '…' : textOf(value)}`);
  }
  return words.map(quoted).join(' ');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A word as a POSIX shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./…-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
