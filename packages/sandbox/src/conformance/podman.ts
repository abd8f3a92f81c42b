import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { signal } from '../process-tree.ts';

/** A Docker-compatible socket for tests, with a store of its own. */
export interface Podman {
  socket: string;
  /** Runs podman beside the service, on the same store; resolves when it has ended. */
  args(command: string[]): string[];
  stop(): Promise<void>;
}

/** Why no such socket can be had here; undefined when one can. */
export function missingPodman(): string | undefined {
  const missing = ['podman', 'runc'].filter(name => spawnSync(name, ['--version']).error);
  if (missing.length > 0) return `needs ${missing.join(' and ')}`;
  return process.getuid?.() === 0 ? undefined : 'needs root';
}

/** Starts `podman system service` in a folder of its own, which `stop` removes with all that ran there. */
export async function startPodman(): Promise<Podman> {
  const folder = mkdtempSync(join(tmpdir(), 'podman-'));
  const socket = join(folder, 'podman.sock');
  const options = [
    ...['--root', join(folder, 'storage'), '--runroot', join(folder, 'run'), '--tmpdir', join(folder, 'tmp')],
    ...['--runtime', 'runc', '--cgroup-manager', 'cgroupfs'],
  ];
  // Its monitors leave a file `oom` where they were started when a container runs out of memory.
  const service = spawn('podman', [...options, 'system', 'service', '--time=0', `unix://${socket}`], {
    stdio: 'ignore',
    cwd: folder,
  });
  for (let tries = 0; tries < 400 && !existsSync(socket); tries++) await sleep(25);
  return { socket, args: command => [...options, ...command], stop: () => stop(service, folder, options) };
}

async function stop(service: ChildProcess, folder: string, options: string[]): Promise<void> {
  const ended = once(service, 'exit');
  service.kill('SIGKILL');
  await ended;
  spawnSync('podman', [...options, 'system', 'reset', '--force'], { stdio: 'ignore' });
  // Its watchers of exec stay for five minutes; they name this folder and nobody else's.
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    if (commandOf(pid).includes(folder)) signal(Number(pid), 'SIGKILL');
  }
  // Podman leaves its storage mounted on itself.
  spawnSync('umount', ['--lazy', join(folder, 'storage', 'overlay')], { stdio: 'ignore' });
  rmSync(folder, { recursive: true, force: true });
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
