import type { Stored, UserInfo } from '@slipway/api';
import { BranchProtection } from '@slipway/kinds';
import { ruleFor } from '@slipway/sources';
import { SourceError } from '../../../contract.ts';
import { namespaceOf, objectNameOf, type RepositoryName } from '../git/name.ts';
import { type RefChange, ZERO_ID } from '../refs-publisher.ts';
import type { GitServer } from '../server.ts';
import { mayForcePush, mayPush, type Protection } from './plan.ts';

/** Protection objects of a repository. */
export async function protectionsOf(
  { client }: GitServer,
  { owner, name }: RepositoryName,
): Promise<Stored<BranchProtection>[]> {
  const { items } = await client.list(BranchProtection, { namespace: namespaceOf(owner) });
  return items.filter(({ spec }) => spec.repository === objectNameOf(name));
}

export async function protectionFor(
  server: GitServer,
  name: RepositoryName,
  branch: string,
): Promise<Protection | undefined> {
  const protections = await protectionsOf(server, name);
  return ruleFor(
    protections.map(({ spec }) => spec),
    branch,
  );
}

/** What a push may not do, and whether git has to refuse what throws commits away. */
export interface Verdict {
  /** Reference → why it may not move; empty when the push may go on. */
  refused: Map<string, string>;
  denyForce: boolean;
}

/** Asks the protections of every branch that a push wants to move. The first push into an empty repository is free. */
export async function judgePush(
  server: GitServer,
  { name, user }: { name: RepositoryName; user: UserInfo },
  moves: RefChange[],
  isEmpty: () => Promise<boolean>,
): Promise<Verdict> {
  const verdict: Verdict = { refused: new Map(), denyForce: false };
  const branches = moves.filter(({ ref }) => ref.startsWith('refs/heads/'));
  const protections = branches.length > 0 ? (await protectionsOf(server, name)).map(each => each.spec) : [];
  if (protections.length === 0 || (await isEmpty())) return verdict;
  for (const { ref, after } of branches) {
    const branch = ref.slice('refs/heads/'.length);
    const protection = ruleFor(protections, branch);
    if (!protection) continue;
    const reason = whyNot(protection, branch, user, after);
    if (reason) verdict.refused.set(ref, reason);
    if (!mayForcePush(protection, user)) verdict.denyForce = true;
  }
  return verdict;
}

function whyNot(protection: Protection, branch: string, user: UserInfo, after: string): string | undefined {
  if (after === ZERO_ID) return `branch "${branch}" is protected from deletion`;
  if (mayPush(protection, user)) return undefined;
  return `branch "${branch}" is protected: push another branch and open a change request (slipway change create)`;
}

/** For the REST door: as a push of one commit. @throws SourceError BranchProtected */
export async function guardBranch(
  server: GitServer,
  { name, user, isEmpty }: { name: RepositoryName; user: UserInfo; isEmpty: boolean },
  move: RefChange,
): Promise<void> {
  const { refused } = await judgePush(server, { name, user }, [move], async () => isEmpty);
  const [reason] = refused.values();
  if (reason) throw new SourceError('BranchProtected', reason);
}
