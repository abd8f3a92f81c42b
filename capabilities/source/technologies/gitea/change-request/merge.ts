import { timestamp } from '@slipway/api';
import { recorded, updateStatus } from '@slipway/client';
import { ChangeRequest } from '@slipway/kinds';
import { readRefs, runGit } from '@slipway/sources';
import { INTERNAL_HOST, SourceError } from '../../../contract.ts';
import { type GitAction, recordChange, recordPush } from '../audit.ts';
import { protectionFor } from '../branch-protection/guard.ts';
import { mayMerge } from '../branch-protection/plan.ts';
import type { Signature } from '../git/commit-files.ts';
import { isAncestor, type MergeStyle, makeMerge } from '../git/make-merge.ts';
import type { RepositoryName } from '../git/name.ts';
import type { GitServer } from '../server.ts';
import { refreshChange } from './refresh.ts';
import { changeKey, findChange, isOpened, type OpenedChange } from './store.ts';

export interface MergeRequest extends GitAction {
  number: number;
  style: MergeStyle;
  /** First line; Gitea's own words when there is none. */
  title?: string | undefined;
  message?: string | undefined;
  /** The head that was looked at: another one is not merged. */
  headCommit?: string | undefined;
  author: Signature;
  committer: Signature;
}

/**
 * Merges a change: the commit is made first, then noted in the change, then the branch moves if nobody else moved it,
 * then the change says so. Killed at any moment, it is either merged or not, and `finishMerge` brings both in line.
 * @throws SourceError ChangeMerged, ChangeClosed, ChangeNotReady, HeadMoved, MayNotMerge, MergeConflict, BranchMoved
 */
export async function mergeChange(server: GitServer, request: MergeRequest): Promise<OpenedChange> {
  const { name, number } = request;
  return server.serially(server.storage.pathOf(name), async () => {
    await finishMerge(server, name, number);
    const change = await refreshChange(server, name, number);
    if (!change) throw new SourceError('ChangeClosed', `there is no change #${number}`);
    await check(server, request, change);
    const { baseRevision: base, headRevision: head } = change.status;
    const { style, author, committer } = request;
    const message = messageOf(request, change);
    const repository = server.storage.pathOf(name);
    const options = { style, base, head, message, author, committer };
    const commit = await makeMerge(repository, options, server.gitEnv);
    return recorded(
      outcome => record(server, request, change, commit, outcome),
      () => move(server, request, change, commit),
    );
  });
}

async function check(server: GitServer, request: MergeRequest, change: OpenedChange): Promise<void> {
  const { status, spec } = change;
  if (status.state === 'merged')
    throw new SourceError('ChangeMerged', `the change was merged already, by ${status.mergedBy}`);
  if (status.state === 'closed') throw new SourceError('ChangeClosed', 'the change is closed');
  if (request.headCommit && request.headCommit !== status.headRevision)
    throw new SourceError('HeadMoved', 'head out of date');
  const protection = await protectionFor(server, request.name, spec.base);
  if (protection && !mayMerge(protection, request.user))
    throw new SourceError('MayNotMerge', 'User not allowed to merge PR');
  // A conflict has an answer of its own, which making the merge gives.
  const blocker = status.blockedBy?.find(({ reason }) => reason !== 'Conflicts');
  if (blocker) throw new SourceError('ChangeNotReady', blocker.message);
}

async function record(
  server: GitServer,
  request: MergeRequest,
  { spec, status }: OpenedChange,
  commit: string,
  outcome: 'allowed' | 'failed',
): Promise<void> {
  const detail = `${status.headRevision} into ${spec.base}`;
  await recordChange(server, request, { verb: 'merge', number: spec.number, detail }, outcome);
  const moves = [{ ref: `refs/heads/${spec.base}`, before: status.baseRevision, after: commit }];
  await recordPush(server, request, moves, outcome);
}

/** The note, the branch, the outcome: in this order, each on the disk before the next. */
async function move(
  server: GitServer,
  { name, number, user }: MergeRequest,
  { spec, status }: OpenedChange,
  commit: string,
): Promise<OpenedChange> {
  const before = status.baseRevision;
  const merging = { commit, before, by: user.username, at: timestamp(server.clock.now()) };
  await updateStatus(server.client, ChangeRequest, changeKey(name, number), draft => {
    if (isOpened(draft)) draft.status.merging = merging;
  });
  const args = [
    '--git-dir',
    server.storage.pathOf(name),
    'update-ref',
    `refs/heads/${spec.base}`,
    commit,
    before,
  ];
  const isMoved = await runGit(args, { env: server.gitEnv }).then(
    () => true,
    () => false,
  );
  await finishMerge(server, name, number);
  if (!isMoved)
    throw new SourceError('BranchMoved', `branch "${spec.base}": another commit came first; try again`);
  const merged = await findChange(server, name, number);
  if (!merged) throw new SourceError('ChangeClosed', `there is no change #${number} any more`);
  return merged;
}

/** Ends a merge that was noted: it happened when base has its commit, and never did otherwise. */
export async function finishMerge(server: GitServer, name: RepositoryName, number: number): Promise<void> {
  const change = await findChange(server, name, number);
  const merging = change?.status.merging;
  if (!change || !merging) return;
  const repository = server.storage.pathOf(name);
  const tip = (await readRefs(repository)).get(change.spec.base);
  const isIn =
    tip !== undefined && (await isAncestor({ repository, env: server.gitEnv }, merging.commit, tip));
  await updateStatus(server.client, ChangeRequest, changeKey(name, number), draft => {
    if (!isOpened(draft) || !draft.status.merging) return;
    delete draft.status.merging;
    if (!isIn) return;
    const { commit, by, at } = merging;
    const outcome = { state: 'merged', mergeCommit: commit, mergedBy: by, mergedAt: at, closedAt: at };
    Object.assign(draft.status, outcome, { updatedAt: at, blockedBy: [] });
  });
}

/** Gitea's own words for a merge without a message of its own. */
function messageOf({ style, title, message, name }: MergeRequest, { spec }: OpenedChange): string {
  const { number, head, base } = spec;
  const squashed = `${spec.title} (#${number})`;
  const merged = `Merge pull request '${spec.title}' (#${number}) from ${head} into ${base}`;
  const first = title?.trim() || (style === 'squash' ? squashed : merged);
  const link = `Reviewed-on: https://${INTERNAL_HOST}/${name.owner}/${name.name}/pulls/${number}`;
  return `${first}\n\n${message?.trim() || link}`;
}
