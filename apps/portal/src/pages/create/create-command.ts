import type { TemplateRun } from '@slipway/kinds';

const SECRET = /secret|password|token|key/i;

/** The command that starts the same run from a terminal. Values whose names say that they are secret are left out. */
export function createCommand(namespace: string, { template, values }: TemplateRun['spec']): string {
  const { name, owner: _owner, ...others } = values;
  const team = namespace.replace(/^team-/, '');
  const words = ['slipway', 'service', 'create', '--template', template, '--name', String(name ?? '')];
  if (team !== 'default') words.push('--team', team);
  for (const [key, value] of Object.entries(others)) {
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
