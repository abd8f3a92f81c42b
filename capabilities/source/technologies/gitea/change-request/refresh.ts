import { timestamp } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { ChangeRequest, type ChangeRun, type RequestedReviewer } from '@slipway/kinds';
import { readRefs, runGit } from '@slipway/sources';
import { protectionFor } from '../branch-protection/guard.ts';
import type { Protection } from '../branch-protection/plan.ts';
import { CODEOWNERS_PLACES, MOST_BYTES, ownersOf, parseCodeOwners } from '../codeowners/codeowners.ts';
import { checksOf } from '../commit-status/store.ts';
import type { RepositoryName } from '../git/name.ts';
import type { GitServer } from '../server.ts';
import { blockers, type ChangeStatus, type Facts, newestChecks } from './plan.ts';
import { changeKey, findChange, isOpened, type OpenedChange } from './store.ts';

/** Who closes a change whose branch is gone. */
export const BRANCH_GONE = 'system:source';

/**
 * Brings a change's status up to what its branches, checks and protections are now, after `edit` did its part.
 * Undefined when there is no such change. Call it inside `server.serially`.
 */
export async function refreshChange(
  server: GitServer,
  name: RepositoryName,
  number: number,
  edit: (status: ChangeStatus) => void = () => {},
): Promise<OpenedChange | undefined> {
  const change = await findChange(server, name, number);
  if (!change) return undefined;
  const now = timestamp(server.clock.now());
  const seen = change.status.state === 'open' ? await observe(server, name, change) : undefined;
  const saved = await updateStatus(server.client, ChangeRequest, changeKey(name, number), draft => {
    if (!isOpened(draft)) return;
    const before = JSON.stringify(draft.status);
    edit(draft.status);
    if (draft.status.state === 'open' && seen) settle(draft, seen, now);
    if (JSON.stringify(draft.status) !== before) draft.status.updatedAt = now;
  });
  return isOpened(saved) ? saved : undefined;
}

/** Open again, with everything looked at anew. Call it inside `server.serially`. */
export async function reopen(
  server: GitServer,
  name: RepositoryName,
  number: number,
): Promise<OpenedChange | undefined> {
  await refreshChange(server, name, number, status => {
    if (status.state !== 'closed') return;
    status.state = 'open';
    delete status.closedAt;
    delete status.closedBy;
  });
  return refreshChange(server, name, number);
}

/**
 * Lets git look at a change before somebody waits for it: many changes of one repository are looked at when its base
 * moves, and whoever merges or reviews must not stand behind all of them.
 */
export async function lookAhead(
  server: GitServer,
  name: RepositoryName,
  { spec, status }: OpenedChange,
): Promise<void> {
  if (status.state !== 'open') return;
  const repository = server.storage.pathOf(name);
  const refs = await readRefs(repository);
  const [head, base] = [refs.get(spec.head), refs.get(spec.base)];
  const isSeen = status.headRevision === head && status.baseRevision === base;
  if (head && base && !isSeen) await server.looks.at(repository, { head, base });
}

interface Seen {
  /** Absent: one of the branches is gone. */
  facts?: Facts;
  files: string[];
  protection: Protection | undefined;
  checks: ReturnType<typeof newestChecks>;
  codeOwners: RequestedReviewer[];
}

async function observe(server: GitServer, name: RepositoryName, change: OpenedChange): Promise<Seen> {
  const repository = server.storage.pathOf(name);
  const refs = await readRefs(repository);
  const [head, base] = [refs.get(change.spec.head), refs.get(change.spec.base)];
  const nothing = { files: [], protection: undefined, checks: [], codeOwners: [] };
  if (!head || !base) return nothing;
  const { status } = change;
  const isSame = status.headRevision === head && status.baseRevision === base && status.mergeBase !== '';
  const protection = await protectionFor(server, name, change.spec.base);
  const checks = newestChecks(await checksOf(server, name, head));
  const isKnown = isSame && !protection?.protectedFilePatterns;
  if (isKnown)
    return { ...nothing, facts: factsIn(status), protection, checks, codeOwners: status.codeOwners ?? [] };
  if (status.headRevision !== head || status.mergeBase === '')
    await point(server, repository, change.spec.number, head);
  const { facts, files } = await server.looks.at(repository, { head, base });
  const codeOwners = await ownersIn(server, repository, { base, files, author: status.author });
  return { facts, files, protection, checks, codeOwners };
}

function factsIn(status: ChangeStatus): Facts {
  const { headRevision, baseRevision, mergeBase, mergeable, conflicts = [] } = status;
  const { additions, deletions, changedFiles, commits } = status;
  const numbers = { additions, deletions, changedFiles, commits };
  return { headRevision, baseRevision, mergeBase, mergeable, conflicts, ...numbers };
}

/** `refs/pull/<number>/head`, which Gitea has too; it keeps the commits when the branch is gone. */
async function point(server: GitServer, repository: string, number: number, head: string): Promise<void> {
  const args = ['--git-dir', repository, 'update-ref', `refs/pull/${number}/head`, head];
  await runGit(args, { env: server.gitEnv });
}

/** Owners of the changed files, by the file as it is on the base branch: a change cannot choose its own judges. */
async function ownersIn(
  { readers }: GitServer,
  repository: string,
  { base, files, author }: { base: string; files: string[]; author: string },
): Promise<RequestedReviewer[]> {
  const reader = readers.of(repository);
  for (const place of CODEOWNERS_PLACES) {
    const file = await reader.read(`${base}:${place}`, MOST_BYTES).catch(() => undefined);
    if (file?.type !== 'blob') continue;
    const owners = ownersOf(parseCodeOwners(file.data.toString(), place), files);
    return owners.filter(({ user }) => user !== author).slice(0, 100);
  }
  return [];
}

/** What is pushed later needs a new word when its author may not push: what was looked at is what runs. */
function runOf({ run, authorMayPush = false }: ChangeStatus, revision: string): ChangeRun {
  return run?.revision === revision ? run : { revision, allowed: authorMayPush, attempt: 1 };
}

/** Writes what was seen into a draft of an open change. */
function settle(draft: OpenedChange, seen: Seen, now: string): void {
  const { status, spec } = draft;
  if (!seen.facts) {
    Object.assign(status, { state: 'closed', closedAt: now, closedBy: BRANCH_GONE, blockedBy: [] });
    return;
  }
  if (status.headRevision !== seen.facts.headRevision && seen.protection?.dismissStaleApprovals)
    for (const review of status.reviews ?? [])
      if (review.state === 'APPROVED' && review.revision !== seen.facts.headRevision) review.dismissed = true;
  status.run = runOf(status, seen.facts.headRevision);
  Object.assign(status, seen.facts, { checks: seen.checks, codeOwners: seen.codeOwners });
  status.blockedBy = blockers(spec.title, status, seen.protection, seen.files);
}
