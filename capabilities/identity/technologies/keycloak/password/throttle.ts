import type { Clock } from '@slipway/api';

const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15 * 60 * 1000;
const FORGET_MS = 60 * 60 * 1000;
const MOST_NAMES = 10_000;

/** Slows down guessing: after five failures for a name each further one doubles the wait, up to 15 minutes. */
export interface Throttle {
  /** Milliseconds until this name may try again; 0: now. */
  waitMs(name: string): number;
  failed(name: string): void;
  succeeded(name: string): void;
}

export function createThrottle(clock: Clock): Throttle {
  const failures = new Map<string, { count: number; last: number }>();
  return {
    waitMs(name) {
      const entry = failures.get(name);
      if (!entry || entry.count < FREE_FAILURES) return 0;
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (entry.count - FREE_FAILURES));
      return Math.max(0, entry.last + wait - clock.now());
    },
    failed(name) {
      const entry = failures.get(name);
      const isRecent = entry !== undefined && clock.now() - entry.last < FORGET_MS;
      failures.delete(name);
      failures.set(name, { count: (isRecent ? entry.count : 0) + 1, last: clock.now() });
      const oldest = failures.keys().next();
      if (failures.size > MOST_NAMES && !oldest.done) failures.delete(oldest.value);
    },
    succeeded(name) {
      failures.delete(name);
    },
  };
}
