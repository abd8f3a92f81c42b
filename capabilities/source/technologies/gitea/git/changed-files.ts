import { runGit } from '@slipway/sources';

export interface ChangedFile {
  path: string;
  /** Where it was before, for what was renamed or copied. */
  from?: string;
  /** git's letter: A, C, D, M, R, T. */
  letter: string;
  additions: number;
  deletions: number;
}

/** More of git's own output than this is not read: about 100,000 files. */
const MOST_OUTPUT = 16 * 1024 * 1024;
const TIMEOUT_MS = 20_000;

/**
 * Files that differ between two commits, or that a commit changed (`range` with one id), with their lines counted.
 * @throws GitError GitTimeout, GitOutputTooLarge for what is too much to count
 */
export async function changedFiles(
  repository: string,
  range: [string] | [string, string],
  env: Record<string, string>,
): Promise<ChangedFile[]> {
  const one = range.length === 1 ? ['--root', '--no-commit-id', '-m', '--first-parent'] : ['-M'];
  const args = ['--git-dir', repository, 'diff-tree', '-r', '-z', '--raw', '--numstat', ...one, ...range];
  const { stdout } = await runGit(args, { env, maxOutputBytes: MOST_OUTPUT, timeoutMs: TIMEOUT_MS });
  return parse(stdout.toString());
}

/**
 * Output of `--raw --numstat -z`: first `:modes ids letter\0path` (two paths for what was renamed), then
 * `added\tremoved\tpath` or `added\tremoved\t\0from\0path`.
 */
function parse(text: string): ChangedFile[] {
  const files = new Map<string, ChangedFile>();
  const parts = text.split('\0');
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    const raw = /^:\d+ \d+ \S+ \S+ ([A-Z])/.exec(part);
    if (raw) {
      const letter = raw[1] ?? 'M';
      const from = /[RC]/.test(letter) ? parts[++at] : undefined;
      const path = parts[++at] ?? '';
      files.set(path, { path, letter, additions: 0, deletions: 0, ...(from ? { from } : {}) });
      continue;
    }
    const [, added, removed, inline] = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(part) ?? [];
    if (added === undefined) continue;
    if (inline === '') at += 2;
    const file = files.get(inline === '' ? (parts[at] ?? '') : (inline ?? ''));
    if (!file) continue;
    file.additions = Number(added) || 0;
    file.deletions = Number(removed) || 0;
  }
  return [...files.values()];
}
