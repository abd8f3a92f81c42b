import { type Clock, type Log, messageOf, SlipwayError } from '@slipway/api';
import { openDockerSandbox } from './drivers/docker/open.ts';
import { openNamespaceSandbox } from './drivers/namespace/open.ts';
import { openProcessSandbox } from './drivers/process/open.ts';
import type { Driver, Sandbox } from './sandbox.ts';

export interface SandboxOptions {
  driver: 'auto' | Driver;
  /** Absolute path of a folder of the driver's own; containers' files lie elsewhere. */
  folder: string;
  clock: Clock;
  log: Log;
  /** Only one person uses this platform: `auto` may then take `process`, which isolates nothing. */
  singleUser: boolean;
  /** Path of a Docker-compatible socket; absent: `docker` is not tried. */
  dockerSocket?: string;
  /** Value of PATH, where the programs are looked for. */
  path: string;
}

export type DriverOptions = Omit<SandboxOptions, 'driver' | 'singleUser'>;

type Open = (options: DriverOptions) => Promise<Sandbox>;

/** In the order `auto` prefers. */
const DRIVERS: Record<Driver, Open> = {
  docker: openDockerSandbox,
  sandbox: openNamespaceSandbox,
  process: openProcessSandbox,
};

/**
 * Opens the driver that is asked for, or with `auto` the first that proves to work here.
 * @throws SlipwayError `SandboxUnsupported`, with each driver's reason
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  if (options.driver !== 'auto') return DRIVERS[options.driver](options);
  const reasons: string[] = [];
  for (const [name, open] of Object.entries(DRIVERS)) {
    if (name === 'process' && !options.singleUser) {
      reasons.push(
        'driver process: isolates nothing, so with more than one user it must be asked for by name',
      );
      continue;
    }
    try {
      return await open(options);
    } catch (error) {
      reasons.push(messageOf(error));
    }
  }
  throw new SlipwayError(
    'SandboxUnsupported',
    `pods: no driver works on this machine: ${reasons.join('; ')}`,
  );
}
