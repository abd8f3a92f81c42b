import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { silentLog, systemClock } from '@slipway/api';
import { openSandbox, type SandboxOptions } from '../open-sandbox.ts';
import type {
  Container,
  ContainerOptions,
  Exit,
  PodNetwork,
  PodOptions,
  PodSandbox,
  Sandbox,
} from '../sandbox.ts';
import { makeHostRoot } from './host-root.ts';

/** A driver with an image and places to write, for one suite. */
export interface Testbed {
  sandbox: Sandbox;
  /** Everything of the suite; the driver's own folder is `run` in it. */
  folder: string;
  layer: string;
  dockerSocket: string | undefined;
  pod(options?: Partial<PodOptions>): Promise<PodSandbox>;
  container(command: string[], options?: Partial<ContainerOptions>): ContainerOptions;
  /** Starts, reads everything, waits for the end. */
  run(pod: PodSandbox, command: string[], options?: Partial<ContainerOptions>): Promise<Output>;
  close(): Promise<void>;
}

export interface Output extends Exit {
  stdout: string;
  stderr: string;
}

export const NOWHERE: PodNetwork = {
  lookup: async () => [],
  connect: async ({ address, port }) => {
    throw new Error(`${address}:${port}: not allowed`);
  },
};

export async function openTestbed(
  options: Pick<SandboxOptions, 'driver'> & Partial<SandboxOptions>,
): Promise<Testbed> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  chmodSync(folder, 0o755);
  const path = process.env.PATH ?? '';
  const layer = join(folder, 'layer');
  makeHostRoot(layer, path);
  mkdirSync(join(folder, 'run'));
  const sandbox = await openSandbox({
    folder: join(folder, 'run'),
    clock: systemClock,
    log: silentLog,
    singleUser: true,
    path,
    ...options,
  });
  let count = 0;
  const container: Testbed['container'] = (command, more = {}) => ({
    name: `c${++count}`,
    rootfs: { layers: [layer], upper: join(folder, 'upper', String(count)) },
    image: `test.invalid/host@sha256:${'0'.repeat(64)}`,
    hostBased: true,
    command,
    env: {},
    workingDir: '/',
    user: { uid: 0, gid: 0 },
    mounts: [],
    readOnlyRootFilesystem: false,
    limits: {},
    tty: false,
    stdin: false,
    ...more,
  });
  return {
    sandbox,
    folder,
    layer,
    dockerSocket: options.dockerSocket,
    container,
    pod: (more = {}) => {
      count++;
      const address = `10.244.7.${count}`;
      return sandbox.pod({
        id: `pod-${count}`,
        hostname: `host-${count}`,
        address,
        network: NOWHERE,
        ports: [],
        ...more,
      });
    },
    run: async (pod, command, more) => finished(await pod.start(container(command, more))),
    close: async () => {
      await sandbox.close();
      await sandbox.remove(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function finished(container: Pick<Container, 'stdout' | 'stderr' | 'exited'>): Promise<Output> {
  const [stdout, stderr, exit] = await Promise.all([
    text(container.stdout),
    text(container.stderr),
    container.exited,
  ]);
  return { ...exit, stdout, stderr };
}

export async function text(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Resolves with what a stream says until it contains `word`. */
export async function heard(stream: Readable, word: string): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    stream.on('data', chunk => {
      said += String(chunk);
      if (said.includes(word)) resolve(said);
    });
    stream.once('end', () => reject(new Error(`ended without ${JSON.stringify(word)}: ${said}`)));
  });
}
