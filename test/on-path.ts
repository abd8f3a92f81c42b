import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where the peers of Debian's packages live is not on everybody's path. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin'];

/** The file that a command name stands for; undefined: the peer is not here, and its row says so. */
export function onPath(command: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map(folder => join(folder, command)).find(isProgram);
}

/** Whether a file is there that may be run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
