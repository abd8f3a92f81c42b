import { readdir, readFile, readlink } from 'node:fs/promises';
import { bad, type Check, ok, several, unknown } from './check.ts';

/** LISTEN in the kernel's tables (include/net/tcp_states.h). */
const LISTEN = '0A';
/** 127.0.0.0/8, ::1, and the former as the latter, in the kernel's byte order. */
const LOOPBACK = /^([0-9A-F]{6}7F|00000000000000000000000001000000|0000000000000000FFFF0000[0-9A-F]{6}7F)$/;

/** Every socket that this process and its children listen on. */
export function listeners(pid: number): Check {
  return {
    check: 'listeners',
    what: 'every listener of the platform is on loopback',
    how: 'the kernel’s tables of listening sockets, for this process and those it started',
    look: async () => {
      if (process.platform !== 'linux')
        return unknown(`no /proc on ${process.platform}`, 'run: lsof -nP -iTCP -sTCP:LISTEN');
      const pids = await familyOf(pid);
      const inodes = new Set((await Promise.all(pids.map(socketsOf))).flat());
      const tables = await Promise.all(
        ['tcp', 'tcp6'].map(name => readFile(`/proc/${pid}/net/${name}`, 'utf8')),
      );
      const open = tables.flatMap(table => listening(table, inodes));
      const outside = open.filter(({ address }) => !LOOPBACK.test(address));
      if (open.length === 0) return unknown('no listener was seen', 'ask as the user who runs the platform');
      if (outside.length === 0) return ok(`${open.length} listeners, all on loopback`);
      const ports = several(outside.map(({ port }) => String(port)));
      return bad(
        `reachable from outside: port ${ports}`,
        'if a pod of the driver process listens there, choose another driver; otherwise report it',
      );
    },
  };
}

async function familyOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // The name in brackets may hold anything; the parent is the second field after it.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (parent > 0) parents.set(Number(name), parent);
  }
  const family = new Set([pid]);
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.add(child);
  }
  return [...family];
}

async function socketsOf(pid: number): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(names.map(name => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return targets.flatMap(target => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}

/** Lines of `/proc/<pid>/net/tcp` (proc_net_tcp): `sl local remote state … inode`. */
export function listening(table: string, inodes: ReadonlySet<string>): { address: string; port: number }[] {
  return table
    .split('\n')
    .slice(1)
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields[3] === LISTEN && inodes.has(fields[9] ?? ''))
    .map(([, local = '']) => {
      const [address = '', port = ''] = local.split(':');
      return { address, port: Number.parseInt(port, 16) };
    });
}
