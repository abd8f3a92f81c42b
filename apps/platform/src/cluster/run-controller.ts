import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KeyProvider, systemClock, systemRandom } from '@slipway/api';
import { secretKeys } from '@slipway/server';
import type { Config } from '../config.ts';
import { openFolder } from '../data-folder.ts';
import { startController } from './start-controller.ts';
import { streamLog } from './stream-log.ts';

export interface RunControllerOptions {
  kubeconfig?: string;
  context?: string;
  identity?: string;
  healthHost: string;
  healthPort: number;
  /** File of PEM text. */
  ca?: string;
  /** File of a secret text that all such processes share. */
  key?: string;
  /** Serves the portal at this port of the same address, as the client in this folder. */
  portalPort?: number;
  signIn?: string;
  signal: AbortSignal;
}

/**
 * Takes part until the signal is aborted; `started` is told the port of the health endpoints. It logs JSON lines to
 * the standard output.
 */
export async function runController(
  config: Config,
  options: RunControllerOptions,
  started: (healthPort: number) => void,
): Promise<void> {
  const { kubeconfig, context, healthHost, healthPort, signal } = options;
  const log = streamLog(process.stdout, { clock: systemClock, debug: config.debug });
  const ca = options.ca ? { ca: await readFile(options.ca, 'utf8') } : {};
  const controller = await startController({
    ...(kubeconfig ? { kubeconfig } : {}),
    ...(context ? { context } : {}),
    ...(config.apiAddress ? { apiAddress: config.apiAddress } : {}),
    ...ca,
    ...(options.portalPort !== undefined && options.signIn
      ? { portal: { listen: { host: healthHost, port: options.portalPort }, signIn: options.signIn } }
      : {}),
    identity: options.identity ?? config.hostName,
    health: { host: healthHost, port: healthPort },
    data: await openFolder(join(config.data, 'controller')),
    keys: sharedKeys(options.key ? await readFile(options.key) : randomBytes(32)),
    log,
    signal,
  });
  started(controller.healthPort);
  await controller.stopped;
}

/** The same text gives the same keys in each process. */
function sharedKeys(text: Uint8Array): KeyProvider {
  const derive = (purpose: string) => createHash('sha256').update(`${purpose}\n`).update(text).digest();
  const keys = [{ id: derive('id').toString('hex').slice(0, 16), secret: derive('wrap') }];
  return secretKeys({ keys, root: derive('root'), origin: 'the shared key', random: systemRandom });
}
