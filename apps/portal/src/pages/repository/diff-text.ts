/** One line of a difference. `old` and `new` are line numbers, where the line is on that side. */
export interface DiffLine {
  sign: '+' | '-' | ' ' | '@';
  text: string;
  old?: number;
  new?: number;
}

export interface DiffFile {
  path: string;
  /** Where it was, for what was renamed. */
  from?: string;
  change: 'added' | 'removed' | 'renamed' | 'changed';
  isBinary: boolean;
  lines: DiffLine[];
}

/** Lines of all files together that are drawn; what is more is said, and read with git. */
const MOST_LINES = 5_000;

/** Reads what `git diff` writes. */
export function parseDiff(text: string): { files: DiffFile[]; isCut: boolean } {
  const files: DiffFile[] = [];
  let file: DiffFile | undefined;
  let [oldLine, newLine, count] = [0, 0, 0];
  let inHunk = false;
  for (const line of text.split('\n')) {
    const header = /^diff --git (?:"?a\/(.*?)"?) (?:"?b\/(.*?)"?)$/.exec(line);
    if (header) {
      file = { path: header[2] ?? '', change: 'changed', isBinary: false, lines: [] };
      files.push(file);
      inHunk = false;
      continue;
    }
    if (!file) continue;
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (hunk) {
      [oldLine, newLine] = [Number(hunk[1]), Number(hunk[2])];
      inHunk = true;
    }
    if (!inHunk) {
      describe(file, line);
      continue;
    }
    if (count >= MOST_LINES) return { files, isCut: true };
    const drawn: DiffLine | undefined = hunk ? { sign: '@', text: line } : numbered(line, oldLine, newLine);
    if (!drawn) continue;
    file.lines.push(drawn);
    count++;
    if (drawn.old !== undefined) oldLine++;
    if (drawn.new !== undefined) newLine++;
  }
  return { files, isCut: false };
}

function describe(file: DiffFile, line: string): void {
  if (line.startsWith('new file')) file.change = 'added';
  if (line.startsWith('deleted file')) file.change = 'removed';
  if (line.startsWith('Binary files')) file.isBinary = true;
  if (!line.startsWith('rename from ')) return;
  file.change = 'renamed';
  file.from = line.slice('rename from '.length);
}

function numbered(line: string, oldLine: number, newLine: number): DiffLine | undefined {
  const text = line.slice(1);
  if (line.startsWith('+')) return { sign: '+', text, new: newLine };
  if (line.startsWith('-')) return { sign: '-', text, old: oldLine };
  if (line.startsWith(' ')) return { sign: ' ', text, old: oldLine, new: newLine };
  return undefined;
}

/** Lines beside each other: what was removed stands left of what was added in its place. */
export function sideBySide(lines: DiffLine[]): { left?: DiffLine; right?: DiffLine; at?: string }[] {
  const rows: { left?: DiffLine; right?: DiffLine; at?: string }[] = [];
  for (let index = 0; index < lines.length; ) {
    const line = lines[index];
    if (!line) break;
    if (line.sign === '@' || line.sign === ' ') {
      rows.push(line.sign === '@' ? { at: line.text } : { left: line, right: line });
      index++;
      continue;
    }
    const removed = runOf(lines, index, '-');
    const added = runOf(lines, index + removed.length, '+');
    for (let at = 0; at < Math.max(removed.length, added.length); at++) {
      const [left, right] = [removed[at], added[at]];
      rows.push({ ...(left ? { left } : {}), ...(right ? { right } : {}) });
    }
    index += removed.length + added.length;
  }
  return rows;
}

function runOf(lines: DiffLine[], from: number, sign: DiffLine['sign']): DiffLine[] {
  let to = from;
  while (lines[to]?.sign === sign) to++;
  return lines.slice(from, to);
}
