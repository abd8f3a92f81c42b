import { existsSync, lstatSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fstabLine } from './fstab-line.ts';

/**
 * The root a container's first process pivots to before it enters the container: the host's programs, read-only, an
 * empty `root` for the container and `old` for what is left behind. A folder of empty places, the same for every pod;
 * the mounts are each container's own.
 */
export interface ToolRoot {
  folder: string;
  /** fstab lines that fill it. */
  lines: string[];
  /** `/dev` of containers: empty files to mount devices on. */
  devices: string;
}

const PROGRAMS = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix'];
export const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

export function makeToolRoot(folder: string): ToolRoot {
  const root = join(folder, 'tools');
  for (const name of ['old', 'root', 'proc']) mkdirSync(join(root, name), { recursive: true, mode: 0o755 });
  const lines = [fstabLine(root, root, 'none', 'bind')];
  for (const path of PROGRAMS.filter(place => existsSync(place))) {
    const target = join(root, path);
    if (lstatSync(path).isSymbolicLink()) {
      link(readlinkSync(path), target);
      continue;
    }
    mkdirSync(target, { recursive: true });
    lines.push(fstabLine(path, target, 'none', 'bind,ro'));
  }
  lines.push(fstabLine('proc', join(root, 'proc'), 'proc', 'nosuid,nodev,noexec'));
  return { folder: root, lines, devices: makeDevices(folder) };
}

/** What is there stays: another process may have containers on it, and removing a mount point would unmount it there. */
function link(target: string, place: string): void {
  if (!lstatSync(place, { throwIfNoEntry: false })) symlinkSync(target, place);
}

function makeDevices(folder: string): string {
  const devices = join(folder, 'dev');
  for (const name of ['pts', 'shm', 'mqueue'])
    mkdirSync(join(devices, name), { recursive: true, mode: 0o755 });
  for (const name of DEVICES) writeFileSync(join(devices, name), '');
  const links = { fd: '/proc/self/fd', stdin: 'fd/0', stdout: 'fd/1', stderr: 'fd/2', ptmx: 'pts/ptmx' };
  for (const [name, target] of Object.entries(links)) link(target, join(devices, name));
  writeFileSync(join(devices, 'termination-log'), '');
  return devices;
}
