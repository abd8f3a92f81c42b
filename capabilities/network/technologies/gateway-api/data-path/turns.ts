import type { Backend, Entry } from '../table/entry.ts';

/** Whose turn it is: backends by weight, endpoints one after the other. */
export interface Turns {
  weighted(entry: Entry, backends: Backend[]): Backend | undefined;
  next<T>(key: string, choices: T[]): T;
}

const MOST_COUNTERS = 10_000;

/** Smooth weighted round robin: shares are exact over any run, and no backend gets a burst. */
export function createTurns(): Turns {
  const credits = new WeakMap<Backend[], number[]>();
  const counters = new Map<string, number>();
  return {
    weighted(_entry, backends) {
      if (backends.length === 1) return backends[0]?.weight === 0 ? undefined : backends[0];
      const total = backends.reduce((sum, backend) => sum + backend.weight, 0);
      if (total === 0) return undefined;
      const credit = credits.get(backends) ?? backends.map(() => 0);
      credits.set(backends, credit);
      let best = -1;
      backends.forEach((backend, index) => {
        credit[index] = (credit[index] ?? 0) + backend.weight;
        if (backend.weight > 0 && (best < 0 || (credit[index] ?? 0) > (credit[best] ?? 0))) best = index;
      });
      credit[best] = (credit[best] ?? 0) - total;
      return backends[best];
    },
    next<T>(key: string, choices: T[]): T {
      const count = counters.get(key) ?? 0;
      if (counters.size > MOST_COUNTERS) counters.clear();
      counters.set(key, count + 1);
      const choice = choices[count % choices.length];
      if (choice === undefined) throw new RangeError('no choices');
      return choice;
    },
  };
}
