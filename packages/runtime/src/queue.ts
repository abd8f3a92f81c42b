import { type Clock, ownTurn } from '@slipway/api';

export interface QueueOptions {
  clock: Clock;
  concurrency: number;
  signal: AbortSignal;
  /** Handles one key. It must not reject; equal keys never run at the same time. */
  work(key: string): Promise<void>;
}

/** Keys that wait for work: each at most once, never two at a time for one key, some not before their time. */
export interface Queue {
  add(key: string): void;
  /** As `add`, after `ms`; an earlier time that is already set stays. */
  addAfter(key: string, ms: number): void;
  /** Counts a failure and adds the key again after an exponentially growing time. */
  addFailed(key: string): void;
  /** Failures in a row so far. */
  failures(key: string): number;
  /** It worked: the next failure starts from the smallest delay. */
  forget(key: string): void;
  /** Nothing is waiting (delayed keys aside) and nothing runs. */
  readonly idle: boolean;
  /** Resolves when what runs now has ended. */
  drained(): Promise<void>;
}

const FIRST_BACKOFF_MS = 25;
const LAST_BACKOFF_MS = 120_000;

export function createQueue({ clock, concurrency, signal, work }: QueueOptions): Queue {
  const waiting = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const failed = new Map<string, number>();
  const delayed = createDelays(clock, signal, key => add(key));

  const run = async (key: string) => {
    // Requests must not wait for controllers.
    const pause = ownTurn();
    if (pause) await pause;
    await work(key);
    running.delete(key);
    if (again.delete(key)) waiting.add(key);
    pump();
  };
  const pump = () => {
    for (const key of waiting) {
      if (signal.aborted || running.size >= concurrency) return;
      waiting.delete(key);
      running.set(key, run(key));
    }
  };
  const add = (key: string) => {
    if (signal.aborted) return;
    delayed.cancel(key);
    if (running.has(key)) {
      again.add(key);
      return;
    }
    waiting.add(key);
    pump();
  };

  return {
    add,
    addAfter: (key, ms) => delayed.set(key, ms),
    addFailed: key => {
      const count = failed.get(key) ?? 0;
      failed.set(key, count + 1);
      delayed.set(key, Math.min(FIRST_BACKOFF_MS * 2 ** count, LAST_BACKOFF_MS));
    },
    failures: key => failed.get(key) ?? 0,
    forget: key => failed.delete(key),
    get idle() {
      return waiting.size === 0 && running.size === 0;
    },
    drained: async () => {
      await Promise.allSettled(running.values());
    },
  };
}

/** One for all: a thousand keys at once must not make a thousand traces. */
const CANCELLED = new Error('looked at before its time');

interface Delays {
  set(key: string, ms: number): void;
  cancel(key: string): void;
}

function createDelays(clock: Clock, signal: AbortSignal, due: (key: string) => void): Delays {
  const timers = new Map<string, { at: number; abort: AbortController }>();
  const cancel = (key: string) => {
    timers.get(key)?.abort.abort(CANCELLED);
    timers.delete(key);
  };
  signal.addEventListener('abort', () => [...timers.keys()].forEach(cancel), { once: true });
  return {
    cancel,
    set: (key, ms) => {
      const at = clock.now() + ms;
      if (signal.aborted || (timers.get(key)?.at ?? Infinity) <= at) return;
      cancel(key);
      const abort = new AbortController();
      timers.set(key, { at, abort });
      clock.sleep(ms, abort.signal).then(
        () => {
          timers.delete(key);
          due(key);
        },
        () => {},
      );
    },
  };
}
