import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { SlipwayError } from '@slipway/api';
import { codeOf } from '../../errors.ts';
import type { DriverOptions } from '../../open-sandbox.ts';
import { signal } from '../../process-tree.ts';
import type { Guarantees, PodOptions, PodSandbox, Sandbox } from '../../sandbox.ts';
import { dialLoopback } from './dial.ts';
import { type Surroundings, startPlain } from './start.ts';
import { startWarden } from './warden.ts';

const REASON = 'driver process: plain processes of this user, without isolation';

const GUARANTEES: Guarantees = {
  ownFiles: { holds: false, reason: `${REASON}: they can read what this user can` },
  ownNetwork: {
    holds: false,
    reason: `${REASON}: they share this machine's ports and reach what it reaches`,
  },
  limits: { holds: false, reason: `${REASON}: nothing bounds their CPU and memory` },
  anyImage: { holds: false, reason: `${REASON}: only images made of this machine's own programs run` },
};

/** Names the platform's pods in the environment of all their processes, so that leftovers are found again. */
export const MARKER = 'SLIPWAY_SANDBOX';

/** Pods as plain child processes. It always works, and it isolates nothing. */
export async function openProcessSandbox(options: DriverOptions): Promise<Sandbox> {
  const pods = new Map<string, PodSandbox>();
  const taken = new Map<number, string>();
  const folder = join(options.folder, 'plain');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const warden = startWarden();
  return {
    driver: 'process',
    guarantees: GUARANTEES,
    pod: async pod => {
      await claimPorts(pod, taken);
      const opened = openPlainPod(pod, {
        path: options.path.split(delimiter),
        marker: { [MARKER]: options.folder, SLIPWAY_POD: pod.id },
        warden,
      });
      pods.set(pod.id, opened);
      const stop = async () => {
        await opened.stop();
        pods.delete(pod.id);
        for (const [port, owner] of taken) if (owner === pod.id) taken.delete(port);
      };
      return { ...opened, stop };
    },
    dial: target => dialLoopback(target.port),
    carry: async () => {},
    remove: target => rm(target, { recursive: true, force: true }),
    clean: async () => {
      if (pods.size > 0) return;
      endMarked(options.folder);
      await rm(folder, { recursive: true, force: true });
    },
    close: async () => {
      await Promise.all([...pods.values()].map(pod => pod.stop()));
      pods.clear();
      taken.clear();
      warden.close();
    },
  };
}

async function claimPorts(pod: PodOptions, taken: Map<number, string>): Promise<void> {
  for (const port of pod.ports) {
    const owner = taken.get(port);
    if ((owner !== undefined && owner !== pod.id) || !(await isFree(port))) {
      const by = owner === undefined ? 'something else on this machine' : 'another pod';
      const text = `pod ${pod.hostname}: port ${port} is taken by ${by}; with the process driver each port can be had once`;
      throw new SlipwayError('PortTaken', text);
    }
  }
  for (const port of pod.ports) taken.set(port, pod.id);
}

/** Asks by listening for a moment; a port that this user may not have is left to the pod to find out. */
function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', error => resolve(codeOf(error) !== 'EADDRINUSE'));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function openPlainPod(pod: PodOptions, surroundings: Surroundings): PodSandbox {
  const running = new Set<Awaited<ReturnType<typeof startPlain>>>();
  return {
    id: pod.id,
    address: '127.0.0.1',
    start: async container => {
      const started = await startPlain(container, surroundings);
      running.add(started);
      void started.exited.then(() => running.delete(started));
      return started;
    },
    dial: port => dialLoopback(port),
    dialLoopback: port => dialLoopback(port),
    stop: async () => {
      const all = [...running];
      for (const container of all) container.kill('SIGKILL');
      await Promise.all(all.map(container => container.exited));
    },
  };
}

/** Processes of an earlier run, by the mark in their environment; Linux shows it to their own user. */
function endMarked(marker: string): void {
  if (process.platform !== 'linux') return;
  for (const name of readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
    const pid = Number(name);
    if (pid !== process.pid && environmentOf(pid).includes(`${MARKER}=${marker}`)) signal(pid, 'SIGKILL');
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
