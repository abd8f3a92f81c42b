/**
 * A pattern that other people wrote. It is matched in time proportional to its length and the text's, whatever it is:
 * no pattern can hold the platform up, as those of JavaScript's RegExp can.
 */
export interface Pattern {
  /** Whether the whole text fits. */
  test(text: string): boolean;
}

/** What a pattern is made of. */
export type Node =
  | { node: 'one'; fits: (character: string) => boolean }
  | { node: 'all'; parts: Node[] }
  | { node: 'any'; parts: Node[] }
  | { node: 'repeat'; part: Node; least: 0 | 1; most: 1 | undefined };

/** States of the machine that a pattern becomes; `next` of a `one` follows when its character was read. */
interface State {
  fits?: (character: string) => boolean;
  next: number[];
}

const MOST_STATES = 4_000;

/**
 * Thompson's construction, run as a set of states.
 * @throws RangeError for a pattern that is too large
 */
export function compile(root: Node): Pattern {
  const states: State[] = [{ next: [] }];
  const accept = 0;
  const add = (state: State): number => {
    if (states.length >= MOST_STATES) throw new RangeError('the pattern is too large');
    return states.push(state) - 1;
  };
  /** Entry of a part that goes on at `after`. */
  const build = (node: Node, after: number): number => {
    if (node.node === 'one') return add({ fits: node.fits, next: [after] });
    if (node.node === 'all') return node.parts.reduceRight((next, part) => build(part, next), after);
    if (node.node === 'any') return add({ next: node.parts.map(part => build(part, after)) });
    if (node.most === 1) return add({ next: [build(node.part, after), after] });
    const again = add({ next: [after] });
    const entry = build(node.part, again);
    states[again]?.next.push(entry);
    return node.least === 0 ? again : entry;
  };
  const start = build(root, accept);
  return { test: text => run(states, start, text) };
}

function run(states: State[], start: number, text: string): boolean {
  let current = closure(states, [start]);
  for (const character of text) {
    const moved: number[] = [];
    for (const at of current) {
      const state = states[at];
      if (state?.fits?.(character)) moved.push(...state.next);
    }
    if (moved.length === 0) return false;
    current = closure(states, moved);
  }
  return current.has(0);
}

/** Everything reachable without reading. */
function closure(states: State[], from: number[]): Set<number> {
  const seen = new Set<number>();
  const waiting = [...from];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const state = states[at];
    if (state && !state.fits) waiting.push(...state.next);
  }
  return seen;
}
