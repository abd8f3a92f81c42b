import { readConfig, runController } from '@slipway/platform';
import type { GlobalOptions } from '../global-options.ts';
import { EXIT, say } from '../output.ts';

interface Options extends GlobalOptions {
  kubeconfig?: string;
  context?: string;
  identity?: string;
  healthHost: string;
  healthPort: number;
  ca?: string;
  key?: string;
  portalPort?: number;
  signIn?: string;
}

/** Takes part until a signal ends it, and gives back what it led. */
export async function run(options: Options): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  await runController(readConfig(options.data), { ...options, signal: stop.signal }, port =>
    say(`health at http://${options.healthHost}:${port}/readyz`),
  );
  return EXIT.done;
}
