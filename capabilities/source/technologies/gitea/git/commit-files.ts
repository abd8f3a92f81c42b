import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GitError, runGit } from '@slipway/sources';
import { SourceError } from '../../../contract.ts';

export interface Signature {
  name: string;
  email: string;
  /** Milliseconds since 1970. */
  time: number;
}

export type FileChange =
  | { change: 'write'; path: string; content: Uint8Array; mode: '100644' | '100755' | '120000' }
  | { change: 'delete'; path: string }
  | { change: 'rename'; from: string; path: string };

export interface CommitOptions {
  branch: string;
  /** The commit to build on; absent: the first one of the branch. */
  parent?: string | undefined;
  changes: FileChange[];
  message: string;
  author: Signature;
  committer: Signature;
}

/**
 * Writes one commit into a bare repository with one `git fast-import`, and moves the branch when it still is where
 * the parent says. Resolves with the commit's id, synced to the disk.
 * @throws SourceError BranchMoved when somebody else's commit came first
 */
export async function commitFiles(
  repository: string,
  options: CommitOptions,
  env: Record<string, string>,
): Promise<string> {
  const args = ['--git-dir', repository, 'fast-import', '--quiet', '--done', '--date-format=raw'];
  const input = Buffer.concat(
    commands(options).map(part => (typeof part === 'string' ? Buffer.from(part) : part)),
  );
  try {
    const { stdout } = await runGit(args, { env, input });
    return stdout.toString().trim();
  } catch (error) {
    await removeCrashReports(repository);
    if (
      error instanceof GitError &&
      /Not updating|cannot lock ref|unable to lock|already exists/i.test(error.stderr)
    )
      throw new SourceError(
        'BranchMoved',
        `branch "${options.branch}": another commit came first; try again`,
      );
    throw error;
  }
}

/** The stream's language is described in git-fast-import(1). */
function commands(options: CommitOptions): (string | Uint8Array)[] {
  const message = Buffer.from(options.message);
  const parts: (string | Uint8Array)[] = [
    `commit refs/heads/${options.branch}\nmark :1\n`,
    `author ${signatureText(options.author)}\ncommitter ${signatureText(options.committer)}\n`,
    `data ${message.length}\n`,
    message,
    '\n',
  ];
  if (options.parent) parts.push(`from ${options.parent}\n`);
  for (const change of options.changes) {
    if (change.change === 'delete') parts.push(`D ${quoted(change.path)}\n`);
    if (change.change === 'rename') parts.push(`R ${quoted(change.from)} ${quoted(change.path)}\n`);
    if (change.change !== 'write') continue;
    parts.push(
      `M ${change.mode} inline ${quoted(change.path)}\ndata ${change.content.length}\n`,
      change.content,
      '\n',
    );
  }
  parts.push('\nget-mark :1\ndone\n');
  return parts;
}

function signatureText({ name, email, time }: Signature): string {
  const clean = (text: string) => text.replace(/[<>\p{Cc}]/gu, '').trim();
  return `${clean(name)} <${clean(email)}> ${Math.floor(time / 1000)} +0000`;
}

function quoted(path: string): string {
  return `"${path.replace(/[\\"]/g, character => `\\${character}`)}"`;
}

/** fast-import leaves a report in the repository when it fails; its message is in our error already. */
async function removeCrashReports(repository: string): Promise<void> {
  const names = await readdir(repository).catch(() => []);
  for (const name of names)
    if (name.startsWith('fast_import_crash_')) await rm(join(repository, name), { force: true });
}
