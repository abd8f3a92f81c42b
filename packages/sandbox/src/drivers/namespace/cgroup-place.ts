import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** What we limit with cgroups. */
export type Controller = 'memory' | 'cpu' | 'pids';
const CONTROLLERS: Controller[] = ['memory', 'cpu', 'pids'];

/** A folder of a cgroup hierarchy in which we may make groups, for some controllers. */
export interface Place {
  version: 1 | 2;
  folder: string;
  controllers: Controller[];
}

/** Finds where this process may make groups, and proves it by putting a child into one. */
export async function findPlaces(name: string): Promise<{ places: Place[]; reason: string }> {
  const candidates = hierarchies();
  if (candidates.length === 0) return { places: [], reason: 'no cgroups are mounted' };
  const places: Place[] = [];
  for (const options of candidates) {
    for (const parent of options.parents) {
      const place = {
        version: options.version,
        folder: join(parent, name),
        controllers: options.controllers,
      };
      if (!(await works(place))) continue;
      places.push(place);
      break;
    }
  }
  const found = new Set(places.flatMap(place => place.controllers));
  const lacking = CONTROLLERS.filter(controller => !found.has(controller));
  const reason = lacking.length === 0 ? '' : `no cgroup for ${lacking.join(', ')} may be made by this user`;
  return { places, reason };
}

interface Candidates {
  version: 1 | 2;
  controllers: Controller[];
  parents: string[];
}

function hierarchies(): Candidates[] {
  const own = ownGroups();
  const mounts = readLines('/proc/self/mounts').map(line => line.split(' '));
  const first: Candidates[] = [];
  for (const [, mount = '', type, options = ''] of mounts) {
    const wanted = CONTROLLERS.filter(name => options.split(',').includes(name));
    if (type === 'cgroup' && wanted.length > 0) {
      const path = own.get(wanted[0] ?? '') ?? '/';
      first.push({ version: 1, controllers: wanted, parents: parentsOf(mount, path).slice(0, 1) });
    }
    if (type === 'cgroup2') {
      const parents = parentsOf(mount, own.get('') ?? '/').filter(parent => offered(parent).length > 0);
      const controllers = offered(parents[0] ?? mount);
      if (controllers.length > 0) first.push({ version: 2, controllers, parents });
    }
  }
  return first;
}

/** This process' own group by controller; '' is version 2's. */
function ownGroups(): Map<string, string> {
  const groups = new Map<string, string>();
  for (const line of readLines('/proc/self/cgroup')) {
    const [, controllers = '', path = '/'] = line.split(':');
    for (const controller of controllers.split(',')) groups.set(controller, path);
  }
  return groups;
}

function parentsOf(mount: string, path: string): string[] {
  const parents: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    const folder = join(mount, at);
    if (existsSync(folder) && isWritable(folder)) parents.push(folder);
    if (at === '/' || at === '.') return parents;
  }
}

/** Controllers that children of a version 2 group get. */
function offered(folder: string): Controller[] {
  const names = readLines(join(folder, 'cgroup.subtree_control')).join(' ').split(' ');
  return CONTROLLERS.filter(controller => names.includes(controller));
}

async function works(place: Place): Promise<boolean> {
  const trial = join(place.folder, 'trial');
  const child = spawn('/bin/sh', ['-c', 'read -r end'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = new Promise(resolve => child.once('close', resolve).once('error', resolve));
  try {
    prepare(place);
    mkdirSync(trial, { recursive: true });
    writeFileSync(join(trial, 'cgroup.procs'), String(child.pid));
    return true;
  } catch {
    return false;
  } finally {
    child.stdin.end();
    await ended;
    removeEmpty(trial);
  }
}

/** Makes our own folder, and on version 2 hands the controllers on to groups in it. */
export function prepare(place: Place): void {
  mkdirSync(place.folder, { recursive: true });
  if (place.version === 1) return;
  const wanted = place.controllers.map(controller => `+${controller}`).join(' ');
  writeFileSync(join(place.folder, 'cgroup.subtree_control'), wanted);
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another attempt is made when the driver cleans up.
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}
