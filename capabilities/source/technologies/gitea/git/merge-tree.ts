import { exitOf, GitError, spawnGit } from '@slipway/sources';

const TIMEOUT_MS = 60_000;
const MOST_OUTPUT = 16 * 1024 * 1024;

export type MergedTree =
  | { tree: string }
  /** Paths that cannot be merged by a machine, in git's order. */
  | { conflicts: string[] }
  | { unrelated: true };

/**
 * What two commits come to, without any work tree (git-merge-tree, `--write-tree`): the new tree is in the repository,
 * and nothing points at it.
 */
export async function mergeTree(
  repository: string,
  ours: string,
  theirs: string,
  env: Record<string, string>,
): Promise<MergedTree> {
  const flags = ['--write-tree', '-z', '--name-only', '--no-messages'];
  const args = ['--git-dir', repository, 'merge-tree', ...flags, ours, theirs];
  const child = spawnGit(args, { env, signal: AbortSignal.timeout(TIMEOUT_MS) });
  child.stdin.end();
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const exitCode = await exitOf(child, args);
  const [tree = '', ...paths] = stdout().split('\0').filter(Boolean);
  if (exitCode === 0) return { tree };
  // Exit code 1 says conflicts; a file may be named once for each of its stages.
  if (exitCode === 1 && tree !== '') return { conflicts: [...new Set(paths)] };
  if (/unrelated histories/.test(stderr())) return { unrelated: true };
  throw new GitError('GitFailed', `git merge-tree: ${stderr().trim() || `exit code ${exitCode}`}`, {
    stderr: stderr(),
    exitCode,
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MOST_OUTPUT) chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString();
}
