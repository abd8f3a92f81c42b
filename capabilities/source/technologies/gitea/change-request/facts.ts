import { runGit } from '@slipway/sources';
import { changedFiles } from '../git/changed-files.ts';
import { mergeTree } from '../git/merge-tree.ts';
import type { GitServer } from '../server.ts';
import type { Facts } from './plan.ts';

/** Conflicting paths that are told of. */
const MOST_CONFLICTS = 50;

/** What two branches come to, and the files that the change touches. */
export async function lookAt(
  { gitEnv: env }: GitServer,
  repository: string,
  { head, base }: { head: string; base: string },
): Promise<{ facts: Facts; files: string[] }> {
  const mergeBase = await mergeBaseOf(repository, base, head, env);
  const [files, merged, commits] = await Promise.all([
    changedFiles(repository, [mergeBase ?? base, head], env).catch(() => undefined),
    mergeTree(repository, base, head, env),
    count(repository, `${base}..${head}`, env),
  ]);
  const sum = (field: 'additions' | 'deletions') =>
    (files ?? []).reduce((total, file) => total + file[field], 0);
  const facts = {
    headRevision: head,
    baseRevision: base,
    mergeBase: mergeBase ?? '',
    mergeable: 'tree' in merged,
    conflicts: 'conflicts' in merged ? merged.conflicts.slice(0, MOST_CONFLICTS) : [],
    additions: sum('additions'),
    deletions: sum('deletions'),
    // Where there are too many to count, git has said how many is too many.
    changedFiles: files?.length ?? 0,
    commits,
  };
  return { facts, files: (files ?? []).flatMap(({ path, from }) => (from ? [from, path] : [path])) };
}

/** Newest commit that both have; undefined when they have none. */
export async function mergeBaseOf(
  repository: string,
  base: string,
  head: string,
  env: Record<string, string>,
): Promise<string | undefined> {
  const { stdout } = await runGit(['--git-dir', repository, 'merge-base', base, head], { env }).catch(() => ({
    stdout: '',
  }));
  return stdout.toString().trim() || undefined;
}

async function count(repository: string, range: string, env: Record<string, string>): Promise<number> {
  const { stdout } = await runGit(['--git-dir', repository, 'rev-list', '--count', range], { env });
  return Number(stdout.toString());
}
