import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fstabLine } from './fstab-line.ts';
import { DEVICES, type ToolRoot } from './tool-root.ts';

/** As container runtimes have it: what in /proc tells of the host, or changes it. */
const MASKED = ['kcore', 'keys', 'latency_stats', 'timer_list', 'sched_debug', 'interrupts'];
const HIDDEN = ['acpi', 'scsi', 'asound'];
const READ_ONLY = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'];

export interface RootMounts {
  toolRoot: ToolRoot;
  rootfs: RootSource;
  readOnly: boolean;
  mounts: { source: string; inside: string; readOnly: boolean }[];
}

/** `overlay` names symbolic links to the real folders, which keeps the line short and free of special characters. */
export type RootSource =
  | { kind: 'overlay'; lowers: string[]; upper: string; work: string; options: string[] }
  | { kind: 'folder'; folder: string };

/** All mounts of a container in order, the tools' root first. */
export function containerFstab({ toolRoot, rootfs, readOnly, mounts }: RootMounts): string {
  const root = join(toolRoot.folder, 'root');
  const lines = [...toolRoot.lines, rootLine(rootfs, root, readOnly), ...systemLines(toolRoot, root)];
  for (const mount of mounts) {
    const options = mount.readOnly ? 'bind,ro,nosuid,nodev' : 'bind,nosuid,nodev';
    lines.push(fstabLine(mount.source, join(root, mount.inside), 'none', options));
  }
  return `${lines.join('\n')}\n`;
}

function rootLine(rootfs: RootSource, root: string, readOnly: boolean): string {
  const access = readOnly ? 'ro' : 'rw';
  if (rootfs.kind === 'folder') return fstabLine(rootfs.folder, root, 'none', `bind,${access},nosuid,nodev`);
  const lower = `lowerdir=${[...rootfs.lowers].reverse().join(':')}`;
  const upper = `upperdir=${rootfs.upper},workdir=${rootfs.work}`;
  const options = [access, 'nosuid', 'nodev', lower, upper, ...rootfs.options].join(',');
  return fstabLine('overlay', root, 'overlay', options);
}

function systemLines(toolRoot: ToolRoot, root: string): string[] {
  const proc = join(root, 'proc');
  const dev = join(root, 'dev');
  const there = (name: string) => existsSync(join('/proc', name));
  return [
    fstabLine('proc', proc, 'proc', 'nosuid,nodev,noexec'),
    ...READ_ONLY.filter(there).map(name => fstabLine(join(proc, name), join(proc, name), 'none', 'bind,ro')),
    ...MASKED.filter(there).map(name => fstabLine('/dev/null', join(proc, name), 'none', 'bind')),
    ...HIDDEN.filter(there).map(name => fstabLine('tmpfs', join(proc, name), 'tmpfs', 'ro,size=0')),
    fstabLine(toolRoot.devices, dev, 'none', 'bind,ro'),
    ...DEVICES.map(name => fstabLine(join('/dev', name), join(dev, name), 'none', 'bind')),
    fstabLine('devpts', join(dev, 'pts'), 'devpts', 'newinstance,ptmxmode=0666,mode=0620,nosuid,noexec'),
    fstabLine('shm', join(dev, 'shm'), 'tmpfs', 'mode=1777,size=65536k,nosuid,nodev,noexec'),
  ];
}
