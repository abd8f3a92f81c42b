import type { Clock, Log } from '@slipway/api';
import type { Runtime } from '@slipway/runtime';
import { type ControlplaneOptions, controllers } from './controllers.ts';
import { startGarbageCollector } from './garbage/start.ts';

export interface StartOptions extends ControlplaneOptions {
  runtime: Runtime;
  clock: Clock;
  log: Log;
}

/**
 * Runs what any cluster does by itself on a runtime; stopping the runtime stops it.
 * @example
 * await startControlplane({ runtime, clock, log, rootCa });
 */
export async function startControlplane({ runtime, clock, log, ...options }: StartOptions): Promise<void> {
  runtime.add(controllers(options));
  await runtime.start();
  startGarbageCollector({
    runtime,
    clock,
    log: log.with({ controller: 'garbage-collector' }),
    signal: runtime.signal,
  });
}
