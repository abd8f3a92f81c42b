/** More lines than this are not compared one by one: it would hold up the main thread. */
const MOST_LINES = 1_000;
const MOST_CHARACTERS = 16_000;
const CONTEXT = 3;

interface Step {
  sign: ' ' | '-' | '+';
  line: string;
}

/**
 * The difference of two texts in the unified format (as `diff -u` prints its hunks); empty when they are equal.
 * An absent text is an empty one. Bounded: what does not fit is said to be left out. Pure.
 */
export function unifiedDiff(before: string | undefined, after: string | undefined): string {
  const [a, b] = [linesOf(before), linesOf(after)];
  if (a.length > MOST_LINES || b.length > MOST_LINES)
    return before === after ? '' : `(${a.length} lines before, ${b.length} after: too long to show)\n`;
  const text = hunksOf(stepsOf(a, b));
  return text.length <= MOST_CHARACTERS
    ? text
    : `${text.slice(0, MOST_CHARACTERS)}\n(the rest is left out)\n`;
}

function linesOf(text = ''): string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** By the longest common subsequence, once equal beginnings and ends are taken off. */
function stepsOf(a: string[], b: string[]): Step[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  const same = (lines: string[]): Step[] => lines.map(line => ({ sign: ' ', line }));
  return [
    ...same(a.slice(0, start)),
    ...changes(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ];
}

function changes(a: string[], b: string[]): Step[] {
  const width = b.length + 1;
  // longest[i * width + j]: length of the longest common subsequence of a from i and b from j.
  const longest = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const isSame = i < a.length && j < b.length && a[i] === b[j];
    const isGone = !isSame && i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1));
    steps.push({ sign: isSame ? ' ' : isGone ? '-' : '+', line: (isSame || isGone ? a[i] : b[j]) ?? '' });
    if (isSame || isGone) i++;
    if (!isGone) j++;
  }
  return steps;
}

/** Changes with three lines around them; what lies closer together shares a hunk. */
function hunksOf(steps: Step[]): string {
  const near = steps.map((_step, index) =>
    steps.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  );
  let [oldLine, newLine] = [1, 1];
  let hunk: Step[] = [];
  let text = '';
  const close = () => {
    if (hunk.length > 0) text += hunkText(hunk, oldLine, newLine);
    hunk = [];
  };
  for (const [index, step] of steps.entries()) {
    if (!near[index]) close();
    if (near[index]) hunk.push(step);
    if (step.sign !== '+') oldLine++;
    if (step.sign !== '-') newLine++;
  }
  close();
  return text;
}

/** `oldLine` and `newLine` are those after the hunk. */
function hunkText(hunk: Step[], oldLine: number, newLine: number): string {
  const side = (without: '+' | '-', next: number) => {
    const length = hunk.filter(({ sign }) => sign !== without).length;
    return `${length === 0 ? next - 1 : next - length}${length === 1 ? '' : `,${length}`}`;
  };
  const head = `@@ -${side('+', oldLine)} +${side('-', newLine)} @@\n`;
  return head + hunk.map(({ sign, line }) => `${sign}${line}\n`).join('');
}
