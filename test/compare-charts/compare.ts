import type { Outcome } from './render-both.ts';

export interface Comparison {
  /** `random`: the lines that differ are those that differ between two runs of the real tool, too. */
  kind: 'same' | 'sameMistake' | 'random' | 'different';
  short: string;
  why: string;
}

/** `again` runs the real tool once more, to see what it makes anew each time. */
export function compare(ours: Outcome, theirs: Outcome, again: () => Outcome): Comparison {
  if ('error' in ours || 'error' in theirs) return compareMistakes(ours, theirs);
  if (ours.text === theirs.text) return { kind: 'same', short: '', why: '' };
  // Some charts write the time of day: the next second is another one.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  const second = again();
  const [mine, first] = [ours.text.split('\n'), theirs.text.split('\n')];
  const other = 'text' in second ? second.text.split('\n') : [];
  const differs = (line: string, index: number) => line !== mine[index] && line === other[index];
  const at = mine.length === first.length ? first.findIndex(differs) : firstDifference(mine, first);
  if (at < 0) return { kind: 'random', short: '', why: '' };
  const short = `line ${at + 1}: ${JSON.stringify(mine[at])} instead of ${JSON.stringify(first[at])}`;
  const around = (lines: string[]) => lines.slice(Math.max(0, at - 12), at + 6).join('\n');
  return {
    kind: 'different',
    short,
    why: `${short}\n--- ours\n${around(mine)}\n--- theirs\n${around(first)}`,
  };
}

function firstDifference(mine: string[], theirs: string[]): number {
  return theirs.findIndex((line, index) => line !== mine[index]);
}

function compareMistakes(ours: Outcome, theirs: Outcome): Comparison {
  const [mine, others] = [mistake(ours), mistake(theirs)];
  if (mine === others) return { kind: 'sameMistake', short: '', why: '' };
  const why = `\n--- ours: ${mine}\n--- theirs: ${others}`;
  return { kind: 'different', short: why, why };
}

/** Lines of a schema's complaints come in an order of their own each time. */
function mistake(outcome: Outcome): string {
  if ('text' in outcome) return '(rendered)';
  const message = outcome.error.trimEnd();
  return message.startsWith("values don't meet")
    ? message
        .split(/[\s,]+/)
        .sort()
        .join('\n')
    : message;
}
