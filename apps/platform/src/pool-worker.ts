// One thread of the worker pool: imports the asked module and calls the asked function with the input.
import { parentPort } from 'node:worker_threads';

interface Work {
  module: string;
  task: string;
  input: unknown;
}

parentPort?.on('message', async ({ module, task, input }: Work) => {
  try {
    const exported = (await import(module)) as Record<string, unknown>;
    const run = exported[task];
    if (typeof run !== 'function') throw new Error(`worker task ${task}: not exported by its module`);
    parentPort?.postMessage({ value: await run(input) });
  } catch (error) {
    const { message, code } = error as { message?: string; code?: string };
    parentPort?.postMessage({ error: { message: message ?? String(error), code } });
  }
});
