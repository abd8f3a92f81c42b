import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';

/** Reads a file of an image whose layers are stacked, lowest first; undefined when no layer has it. */
function readLayered(layers: string[], path: string): string | undefined {
  for (const layer of [...layers].reverse()) {
    try {
      return readFileSync(join(layer, path), 'utf8');
    } catch {
      // A lower layer may have it.
    }
  }
  return undefined;
}

/**
 * Numeric ids of an image's `USER` (`name`, `uid`, with an optional `:group`), looked up in its own passwd and group.
 * @throws SlipwayError `ConfigError`
 */
export function imageUser(user: string, layers: string[]): { uid: number; gid: number } {
  if (user === '') return { uid: 0, gid: 0 };
  const [name = '', group] = user.split(':');
  const entry = rows(readLayered(layers, 'etc/passwd')).find(
    row => row[0] === name || (isNumber(name) && row[2] === name),
  );
  if (!entry && !isNumber(name)) {
    throw new SlipwayError('ConfigError', `unable to find user ${name}: no matching entries in passwd file`);
  }
  const uid = Number(entry?.[2] ?? name);
  if (group === undefined) return { uid, gid: Number(entry?.[3] ?? 0) };
  return { uid, gid: groupId(group, layers) };
}

function groupId(group: string, layers: string[]): number {
  if (isNumber(group)) return Number(group);
  const entry = rows(readLayered(layers, 'etc/group')).find(row => row[0] === group);
  if (entry) return Number(entry[2]);
  throw new SlipwayError('ConfigError', `unable to find group ${group}: no matching entries in group file`);
}

/** Home folder by uid, for HOME. */
export function homeOf(uid: number, layers: string[]): string {
  const entry = rows(readLayered(layers, 'etc/passwd')).find(row => row[2] === String(uid));
  return entry?.[5] || (uid === 0 ? '/root' : '/');
}

function rows(text: string | undefined): string[][] {
  return (text ?? '').split('\n').map(line => line.split(':'));
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}
