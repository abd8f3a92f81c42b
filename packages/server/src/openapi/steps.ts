import { setImmediate } from 'node:timers/promises';

/** Long work that pauses now and then. What it has read must not change meanwhile. */
export type Steps<T> = Generator<void, T, void>;

/** Small steps taken before others get a turn: together well below a millisecond or two. */
const AT_ONCE = 8;

/** Does the work with pauses in which everything else goes on: one after so many steps. */
export async function inTurns<T>(steps: Steps<T>, atOnce = AT_ONCE): Promise<T> {
  for (let taken = 1; ; taken++) {
    const step = steps.next();
    if (step.done) return step.value;
    if (taken % atOnce === 0) await setImmediate();
  }
}

/** The JSON of a document, a step for each part down to this depth. Fields without a value are left out. */
export function* jsonSteps(value: unknown, depth: number): Steps<string> {
  if (depth === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  const parts: string[] = [];
  for (const [name, part] of Object.entries(value)) {
    if (part === undefined) continue;
    parts.push(`${JSON.stringify(name)}:${yield* jsonSteps(part, depth - 1)}`);
    yield;
  }
  return `{${parts.join(',')}}`;
}
