import { runGit } from '@slipway/sources';
import { type ChangedFile, changedFiles } from '../git/changed-files.ts';
import { mergeTree } from '../git/merge-tree.ts';
import type { Facts } from './plan.ts';

/** Conflicting paths that are told of. */
const MOST_CONFLICTS = 50;

/** What git says of two commits. Commits never change, so an answer holds for ever; the newest ones are kept. */
export interface Looks {
  at(repository: string, commits: { head: string; base: string }): Promise<Look>;
}

export interface Look {
  facts: Facts;
  /** Paths that the change touches, also those that it takes away. */
  files: string[];
}

const MOST_KEPT = 200;
/** Larger changes are looked at again. */
const MOST_FILES_KEPT = 5_000;

export function createLooks(env: Record<string, string>): Looks {
  const looks = new Map<string, Promise<Look>>();
  const changes = new Map<string, Promise<Changed>>();
  // What a change is does not depend on where its base went since it began.
  const changed: Changing = (repository, from, head) =>
    kept(changes, `${repository} ${from} ${head}`, () => changedBetween(repository, from, head, env));
  return {
    at: (repository, { head, base }) =>
      kept(looks, `${repository} ${base} ${head}`, () => lookAt(repository, { head, base }, env, changed)),
  };
}

function kept<T extends { files: unknown[] }>(
  answers: Map<string, Promise<T>>,
  key: string,
  ask: () => Promise<T>,
): Promise<T> {
  const known = answers.get(key);
  if (known) return known;
  const oldest = answers.size >= MOST_KEPT ? answers.keys().next().value : undefined;
  if (oldest !== undefined) answers.delete(oldest);
  const asked = ask();
  answers.set(key, asked);
  asked.then(
    ({ files }) => files.length > MOST_FILES_KEPT && answers.delete(key),
    () => answers.delete(key),
  );
  return asked;
}

type Changing = (repository: string, from: string, head: string) => Promise<Changed>;

interface Changed {
  /** Empty where there are too many to count. */
  files: ChangedFile[];
  commits: number;
}

async function changedBetween(
  repository: string,
  from: string,
  head: string,
  env: Record<string, string>,
): Promise<Changed> {
  const [files, commits] = await Promise.all([
    changedFiles(repository, [from, head], env).catch(() => []),
    count(repository, `${from}..${head}`, env),
  ]);
  return { files, commits };
}

async function lookAt(
  repository: string,
  { head, base }: { head: string; base: string },
  env: Record<string, string>,
  changed: Changing,
): Promise<Look> {
  const mergeBase = await mergeBaseOf(repository, base, head, env);
  const [{ files, commits }, merged] = await Promise.all([
    changed(repository, mergeBase ?? base, head),
    mergeTree(repository, base, head, env),
  ]);
  const sum = (field: 'additions' | 'deletions') => files.reduce((total, file) => total + file[field], 0);
  const facts = {
    headRevision: head,
    baseRevision: base,
    mergeBase: mergeBase ?? '',
    mergeable: 'tree' in merged,
    conflicts: 'conflicts' in merged ? merged.conflicts.slice(0, MOST_CONFLICTS) : [],
    additions: sum('additions'),
    deletions: sum('deletions'),
    changedFiles: files.length,
    commits,
  };
  return { facts, files: files.flatMap(({ path, from }) => (from ? [from, path] : [path])) };
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
