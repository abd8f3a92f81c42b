import { Worker } from 'node:worker_threads';
import { SlipwayError } from '@slipway/api';
import type { Workers } from '@slipway/definition';

/** Idle threads end after this, so that a platform at rest does not hold their memory. */
const IDLE_MS = 5_000;

interface Thread {
  worker: Worker;
  idle: NodeJS.Timeout | undefined;
}

interface Reply {
  value?: unknown;
  error?: { message: string; code?: string };
}

/**
 * Runs CPU-heavy work on at most `size` threads, made when needed. Work that outlives its time loses its thread and
 * fails with code `WorkTimeout`.
 */
export function openWorkerPool(size: number): Workers & { close(): Promise<void> } {
  const idle: Thread[] = [];
  const waiting: ((thread: Thread) => void)[] = [];
  let threads = 0;

  const make = (): Thread => {
    const worker = new Worker(new URL('./pool-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    worker.unref();
    threads++;
    return { worker, idle: undefined };
  };
  const end = (thread: Thread) => {
    threads--;
    clearTimeout(thread.idle);
    return thread.worker.terminate();
  };
  const take = async (): Promise<Thread> => {
    const free = idle.pop();
    if (free) {
      clearTimeout(free.idle);
      return free;
    }
    if (threads < size) return make();
    return new Promise(resolve => waiting.push(resolve));
  };
  const give = (thread: Thread) => {
    const next = waiting.shift();
    if (next) return next(thread);
    thread.idle = setTimeout(() => {
      idle.splice(idle.indexOf(thread), 1);
      void end(thread);
    }, IDLE_MS).unref();
    idle.push(thread);
  };
  const replace = (thread: Thread) => {
    void end(thread);
    const next = waiting.shift();
    if (next) next(make());
  };

  return {
    async run<T>({ module, task, input, timeoutMs }: Parameters<Workers['run']>[0]): Promise<T> {
      const thread = await take();
      const outcome = await ask(thread.worker, { module: module.href, task, input }, timeoutMs);
      if (outcome === 'timeout' || outcome === 'ended') {
        replace(thread);
        const why =
          outcome === 'timeout' ? `not done after ${timeoutMs} ms` : 'its thread ended (out of memory?)';
        throw new SlipwayError('WorkTimeout', `background task ${task}: ${why}`);
      }
      give(thread);
      if (outcome.error) throw new SlipwayError(outcome.error.code ?? 'WorkFailed', outcome.error.message);
      return outcome.value as T;
    },
    async close() {
      await Promise.all(idle.splice(0).map(end));
    },
  };
}

function ask(worker: Worker, work: object, timeoutMs: number): Promise<Reply | 'timeout' | 'ended'> {
  return new Promise(resolve => {
    const settle = (result: Reply | 'timeout' | 'ended') => {
      clearTimeout(timer);
      worker.off('message', settle).off('error', ended).off('exit', ended);
      resolve(result);
    };
    const ended = () => settle('ended');
    const timer = setTimeout(() => settle('timeout'), timeoutMs);
    worker.on('message', settle).on('error', ended).on('exit', ended);
    worker.postMessage(work);
  });
}
