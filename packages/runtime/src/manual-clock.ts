import type { Clock } from '@slipway/api';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves time on and lets everything that waited run. */
  advance(ms: number): Promise<void>;
}

export function manualClock(): ManualClock {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const sleepers = new Set<{ at: number; wake: () => void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.add(sleeper);
        const abort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', abort, { once: true });
      }),
    advance: async ms => {
      const end = now + ms;
      for (;;) {
        const [next] = [...sleepers].filter(sleeper => sleeper.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        now = Math.max(now, next.at);
        sleepers.delete(next);
        next.wake();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}

/** Everything that can run without waiting for time has run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve));
}
