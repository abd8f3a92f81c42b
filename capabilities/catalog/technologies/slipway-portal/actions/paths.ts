import { isAbsolute, join, normalize, sep } from 'node:path';
import { SlipwayError } from '@slipway/api';

/** A path of the workspace. @throws SlipwayError PathRefused when it would leave it */
export function inWorkspace(workspace: string, path: unknown, field: string): string {
  const text = String(path ?? '');
  const normal = normalize(text);
  if (isAbsolute(text) || normal === '..' || normal.startsWith(`..${sep}`) || text.includes('\0')) {
    throw new SlipwayError(
      'PathRefused',
      `${field} ${JSON.stringify(text)}: a path inside the workspace is allowed`,
    );
  }
  return join(workspace, normal);
}

/** Whether a path matches one of the globs (`*` within a segment, `**` across, `?`). */
export function matchesGlob(path: string, globs: string[]): boolean {
  return globs.some(glob => matchSegments(path.split('/'), glob.replace(/^\.\//, '').split('/')));
}

function matchSegments(path: string[], glob: string[]): boolean {
  const [head, ...rest] = glob;
  if (head === undefined) return path.length === 0;
  if (head === '**') {
    if (rest.length === 0) return path.length > 0;
    return path.some((_, index) => matchSegments(path.slice(index), rest));
  }
  const [first, ...others] = path;
  return first !== undefined && matchSegment(first, head) && matchSegments(others, rest);
}

/** Without regular expressions: a pattern of many stars must not take exponential time. */
function matchSegment(text: string, pattern: string): boolean {
  let [t, p, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t]) && pattern[p] !== '*') {
      t++;
      p++;
    } else if (pattern[p] === '*') {
      star = p++;
      mark = t;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
