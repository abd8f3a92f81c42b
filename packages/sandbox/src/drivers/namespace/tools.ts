import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Absolute paths of the programs that the namespace driver runs. */
export type Tools = Record<(typeof NEEDED)[number], string> &
  Partial<Record<(typeof WANTED)[number], string>>;

const NEEDED = ['sh', 'cat', 'unshare', 'nsenter', 'setpriv', 'mount', 'umount', 'pivot_root', 'ip'] as const;
const WANTED = ['script', 'stty', 'prlimit', 'rm', 'cp', 'hostname'] as const;
/** Where system programs live, also for users whose PATH has no sbin. */
const PLACES = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

/** Looks for the programs in `path` (a PATH value) and the system's usual places. */
export function findTools(path: string): { tools?: Tools; missing: string[] } {
  const places = [...path.split(delimiter).filter(place => place.startsWith('/')), ...PLACES];
  const found = new Map<string, string>();
  for (const name of [...NEEDED, ...WANTED]) {
    const file = places.map(place => join(place, name)).find(isProgram);
    if (file) found.set(name, file);
  }
  const missing = NEEDED.filter(name => !found.has(name));
  if (missing.length > 0) return { missing };
  return { tools: Object.fromEntries(found) as Tools, missing: [] };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
