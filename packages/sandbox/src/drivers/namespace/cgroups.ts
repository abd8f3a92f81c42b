import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, messageOf } from '@slipway/api';
import { type Controller, findPlaces, type Place, prepare } from './cgroup-place.ts';

export interface Limits {
  cpuMillis?: number;
  memoryBytes?: number;
  pids?: number;
}

/** One container's group in every hierarchy that has it. */
export interface Group {
  /** Files a process writes its pid into to join. */
  joinFiles: string[];
  /** True when the kernel ended something in it for want of memory. */
  ranOutOfMemory(): boolean;
  remove(): Promise<void>;
}

export interface Cgroups {
  controllers: Controller[];
  /** Why a controller is missing; '' when none is. */
  reason: string;
  make(id: string, limits: Limits): Group;
  /** Ends and removes every group of this name, also those of an earlier run. */
  clear(): Promise<void>;
}

const CPU_PERIOD_US = 100_000;
/** The namespaces' own processes live in the group too. */
const OWN_PROCESSES = 4;

export async function openCgroups(name: string, clock: Clock): Promise<Cgroups> {
  const { places, reason } = await findPlaces(name);
  return {
    controllers: places.flatMap(place => place.controllers),
    reason,
    make: (id, limits) => {
      const folders = places.map(place => makeGroup(place, id, limits));
      return {
        joinFiles: folders.map(folder => join(folder, 'cgroup.procs')),
        ranOutOfMemory: () => folders.some(ranOutOfMemory),
        remove: async () => {
          for (const folder of folders) await removeGroup(folder, clock);
        },
      };
    },
    clear: async () => {
      for (const place of places) await removeGroup(place.folder, clock);
    },
  };
}

function makeGroup(place: Place, id: string, limits: Limits): string {
  prepare(place);
  const folder = join(place.folder, id);
  mkdirSync(folder, { recursive: true });
  const settings = place.version === 1 ? settingsV1(limits) : settingsV2(limits);
  for (const [file, value] of settings) {
    if (existsSync(join(folder, file))) writeFileSync(join(folder, file), value);
  }
  return folder;
}

function settingsV1({ cpuMillis, memoryBytes, pids }: Limits): [string, string][] {
  const settings: [string, string][] = [];
  if (memoryBytes) settings.push(['memory.limit_in_bytes', String(memoryBytes)]);
  if (memoryBytes) settings.push(['memory.memsw.limit_in_bytes', String(memoryBytes)]);
  if (pids) settings.push(['pids.max', String(pids + OWN_PROCESSES)]);
  if (cpuMillis) settings.push(['cpu.cfs_period_us', String(CPU_PERIOD_US)]);
  if (cpuMillis) settings.push(['cpu.cfs_quota_us', String(quota(cpuMillis))]);
  return settings;
}

function settingsV2({ cpuMillis, memoryBytes, pids }: Limits): [string, string][] {
  const settings: [string, string][] = [];
  if (memoryBytes) settings.push(['memory.max', String(memoryBytes)], ['memory.swap.max', '0']);
  if (pids) settings.push(['pids.max', String(pids + OWN_PROCESSES)]);
  if (cpuMillis) settings.push(['cpu.max', `${quota(cpuMillis)} ${CPU_PERIOD_US}`]);
  return settings;
}

/** The kernel takes no less than 1 ms for each period. */
function quota(cpuMillis: number): number {
  return Math.max(1000, Math.round((cpuMillis * CPU_PERIOD_US) / 1000));
}

function ranOutOfMemory(folder: string): boolean {
  for (const file of ['memory.oom_control', 'memory.events']) {
    const count = /^oom_kill (\d+)$/m.exec(read(join(folder, file)))?.[1];
    if (count !== undefined && count !== '0') return true;
  }
  return false;
}

/** Kills what is in it, below first; a group is busy until its last process is reaped. */
async function removeGroup(folder: string, clock: Clock): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    if (!existsSync(folder)) return;
    for (const name of childGroups(folder)) await removeGroup(join(folder, name), clock);
    killAll(folder);
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      if (!/EBUSY|ENOTEMPTY/.test(messageOf(error))) return;
      await clock.sleep(attempt < 10 ? 5 : 20);
    }
  }
}

function childGroups(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name);
}

function killAll(folder: string): void {
  for (const pid of read(join(folder, 'cgroup.procs')).split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
