/** Lines that Gitea keeps around a comment (`CODE_COMMENT_LINES`). */
const LINES = 4;

export interface LinePlace {
  side: 'new' | 'old';
  line: number;
}

/**
 * The end of one file's difference up to a line, with its headers, as Gitea's `diff_hunk` has it; undefined when the
 * file has no such line there.
 * @param diff what `git diff` says of that file alone
 */
export function hunkUpTo(diff: string, { side, line }: LinePlace): string | undefined {
  const lines = diff.split('\n');
  const start = lines.findIndex(each => each.startsWith('@@'));
  if (start < 0) return undefined;
  const headers = lines.slice(0, start).filter(each => /^(diff --git|---|\+\+\+) /.test(each));
  let kept: Numbered[] = [];
  let next = { old: 0, new: 0 };
  for (const text of lines.slice(start)) {
    const begin = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (begin) {
      next = { old: Number(begin[1]), new: Number(begin[2]) };
      kept = [];
      continue;
    }
    const isOld = text.startsWith('-') || text.startsWith(' ');
    const isNew = text.startsWith('+') || text.startsWith(' ');
    if (!isOld && !isNew) continue;
    kept = [...kept, { text, ...next, isOld, isNew }].slice(-LINES);
    const isThere = side === 'new' ? isNew && next.new === line : isOld && next.old === line;
    if (isThere) return [...headers, headOf(kept), ...kept.map(each => each.text)].join('\n');
    next = { old: next.old + Number(isOld), new: next.new + Number(isNew) };
  }
  return undefined;
}

interface Numbered {
  text: string;
  old: number;
  new: number;
  isOld: boolean;
  isNew: boolean;
}

function headOf(kept: Numbered[]): string {
  const [first] = kept;
  const count = (field: 'isOld' | 'isNew') => kept.filter(each => each[field]).length;
  return `@@ -${first?.old},${count('isOld')} +${first?.new},${count('isNew')} @@`;
}
