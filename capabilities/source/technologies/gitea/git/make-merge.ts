import { runGit } from '@slipway/sources';
import { SourceError } from '../../../contract.ts';
import type { Signature } from './commit-files.ts';
import { mergeTree } from './merge-tree.ts';

/** Gitea's merge styles. */
export const MERGE_STYLES = ['merge', 'rebase', 'rebase-merge', 'squash', 'fast-forward-only'] as const;
export type MergeStyle = (typeof MERGE_STYLES)[number];

export interface MergeOptions {
  style: MergeStyle;
  /** Full ids. */
  base: string;
  head: string;
  message: string;
  /** Who made the change; the author of a squashed commit. */
  author: Signature;
  /** Who merges. */
  committer: Signature;
}

/** A rebase writes each commit again: more than this is no change that somebody reviewed. */
const MOST_REBASED = 500;

/**
 * Makes the commit that a branch is to point at after a merge. Nothing points at it yet, and no branch has moved.
 * @throws SourceError MergeConflict, UnrelatedHistories, NotFastForward, TooManyCommits
 */
export async function makeMerge(
  repository: string,
  options: MergeOptions,
  env: Record<string, string>,
): Promise<string> {
  const { style, base, head, message, author, committer } = options;
  const git = { repository, env };
  if (style === 'fast-forward-only') {
    if (await isAncestor(git, base, head)) return head;
    throw new SourceError(
      'NotFastForward',
      'the base branch has commits that the change does not have; merge or rebase it',
    );
  }
  if (style === 'merge' || style === 'squash') {
    const tree = await treeOf(git, base, head);
    const isSquash = style === 'squash';
    const parents = isSquash ? [base] : [base, head];
    return commitTree(git, { tree, parents, message, author: isSquash ? author : committer, committer });
  }
  const rebased = await rebase(git, options);
  if (style === 'rebase') return rebased;
  const { stdout } = await runGit(['--git-dir', repository, 'rev-parse', `${rebased}^{tree}`], { env });
  const tree = stdout.toString().trim();
  return commitTree(git, { tree, parents: [base, rebased], message, author: committer, committer });
}

interface Git {
  repository: string;
  env: Record<string, string>;
}

export async function isAncestor({ repository, env }: Git, first: string, second: string): Promise<boolean> {
  const args = ['--git-dir', repository, 'merge-base', '--is-ancestor', first, second];
  return runGit(args, { env }).then(
    () => true,
    () => false,
  );
}

async function treeOf({ repository, env }: Git, ours: string, theirs: string): Promise<string> {
  const merged = await mergeTree(repository, ours, theirs, env);
  if ('tree' in merged) return merged.tree;
  if ('unrelated' in merged)
    throw new SourceError('UnrelatedHistories', 'the two branches have no commit in common');
  const paths = merged.conflicts.slice(0, 20).join(', ');
  throw new SourceError('MergeConflict', `both branches changed the same lines of: ${paths}`);
}

/** Every commit that base does not have, again on top of it; merges are left out, as `git rebase` does. */
async function rebase(git: Git, { base, head, committer }: MergeOptions): Promise<string> {
  if (await isAncestor(git, base, head)) return head;
  const { repository, env } = git;
  const args = ['--git-dir', repository, 'rev-list', '--reverse', '--topo-order', '--no-merges'];
  const limit = `--max-count=${MOST_REBASED + 1}`;
  const { stdout } = await runGit([...args, limit, `${base}..${head}`], { env });
  const ids = stdout.toString().split('\n').filter(Boolean);
  if (ids.length > MOST_REBASED)
    throw new SourceError('TooManyCommits', `more than ${MOST_REBASED} commits are not rebased; squash them`);
  let tip = base;
  for (const id of ids) tip = await replay(git, { id, onto: tip, committer });
  return tip;
}

/** One commit on top of another: a merge whose common ancestor is the commit's own parent. */
async function replay(
  git: Git,
  { id, onto, committer }: { id: string; onto: string; committer: Signature },
): Promise<string> {
  const { tree: ontoTree } = await describe(git, onto);
  const { parent, author, date, message, tree: ownTree } = await describe(git, id);
  const signatures = { author, committer };
  // A commit of the tree that is built on, made a child of the parent: git then finds that parent as merge base.
  const side = parent
    ? await commitTree(git, { tree: ontoTree, parents: [parent], message: 'side', ...signatures })
    : undefined;
  const tree = side ? await treeOf(git, side, id) : ownTree;
  if (tree === ontoTree) return onto;
  return commitTree(git, { tree, parents: [onto], message, date, ...signatures });
}

async function describe({ repository, env }: Git, id: string) {
  const format = '%T%x00%P%x00%an%x00%ae%x00%at%x00%ad%x00%B';
  const args = [
    '--git-dir',
    repository,
    'log',
    '-1',
    '--date=raw',
    '--no-show-signature',
    `--format=${format}`,
    id,
  ];
  const { stdout } = await runGit(args, { env });
  const [tree = '', parents = '', name = '', email = '', time = '0', date = '', ...rest] = stdout
    .toString()
    .split('\0');
  const author: Signature = { name, email, time: Number(time) * 1000 };
  // `log` ends its output with a line break of its own.
  const message = rest.join('\0').replace(/\n$/, '');
  return { tree, parent: parents.split(' ')[0], author, date, message };
}

async function commitTree(
  { repository, env }: Git,
  commit: {
    tree: string;
    parents: string[];
    message: string;
    author: Signature;
    /** The author's own, with its time zone. */
    date?: string;
    committer: Signature;
  },
): Promise<string> {
  const parents = commit.parents.flatMap(parent => ['-p', parent]);
  const args = ['--git-dir', repository, 'commit-tree', commit.tree, ...parents];
  const { author, committer } = commit;
  const { stdout } = await runGit(args, {
    input: `${commit.message.replace(/\s+$/, '')}\n`,
    env: {
      ...env,
      GIT_AUTHOR_NAME: clean(author.name),
      GIT_AUTHOR_EMAIL: clean(author.email),
      GIT_AUTHOR_DATE: commit.date ?? rawDate(author),
      GIT_COMMITTER_NAME: clean(committer.name),
      GIT_COMMITTER_EMAIL: clean(committer.email),
      GIT_COMMITTER_DATE: rawDate(committer),
    },
  });
  return stdout.toString().trim();
}

function rawDate({ time }: Signature): string {
  return `${Math.floor(time / 1000)} +0000`;
}

/** What git forbids in names; a name of nothing else is refused by it, so there is always one. */
function clean(text: string): string {
  return text.replace(/[<>\p{Cc}]/gu, '').trim() || 'unknown';
}
