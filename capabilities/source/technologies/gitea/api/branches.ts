import { recorded } from '@slipway/client';
import { readRefs, ruleFor, runGit } from '@slipway/sources';
import { mayRepository } from '../access.ts';
import { recordPush } from '../audit.ts';
import { guardBranch, protectionsOf } from '../branch-protection/guard.ts';
import { mayMerge, mayPush } from '../branch-protection/plan.ts';
import { isBranchName } from '../git/name.ts';
import { ZERO_ID } from '../refs-publisher.ts';
import {
  type ApiCall,
  ApiError,
  created,
  noContent,
  notFound,
  type Operation,
  ok,
  paged,
  unprocessable,
} from './call.ts';
import { payloadCommitJson, urlsOf } from './content/commit-json.ts';
import { branchTip, readCommit, resolveCommit } from './content/revision.ts';
import { type OpenRepository, openRepository } from './repository-access.ts';

async function branchJson(call: ApiCall, repository: OpenRepository, branch: string, id: string) {
  const { server, user } = call;
  const commit = await readCommit(call, repository, id);
  const rules = (await protectionsOf(server, repository.name)).map(({ spec }) => spec);
  const rule = ruleFor(rules, branch);
  const mayWrite = await mayRepository(server, user, 'update', repository.name);
  return {
    name: branch,
    commit: payloadCommitJson(commit, urlsOf(repository, call.base)),
    protected: rule !== undefined,
    required_approvals: rule?.requiredApprovals ?? 0,
    enable_status_check: rule?.enableStatusCheck ?? false,
    status_check_contexts: rule?.statusCheckContexts ?? [],
    user_can_push: mayWrite && (!rule || mayPush(rule, user)),
    user_can_merge: mayWrite && (!rule || mayMerge(rule, user)),
    effective_branch_protection_name: rule?.rule ?? '',
  };
}

export const listBranches: Operation = async call => {
  const repository = await openRepository(call);
  const { body, ...answer } = paged(call, [...(await readRefs(repository.path))]);
  const page = await Promise.all(
    (body as [string, string][]).map(([name, id]) => branchJson(call, repository, name, id)),
  );
  return { ...answer, body: page };
};

export const getBranch: Operation = async call => {
  const repository = await openRepository(call);
  const branch = call.params.branch ?? '';
  const id = await branchTip(repository, branch);
  if (!id) throw notFound(`branch does not exist [repo: ${repository.name.name} name: ${branch}]`);
  return ok(await branchJson(call, repository, branch, id));
};

export const createBranch: Operation = async call => {
  const repository = await openRepository(call, 'update');
  const options = await call.body<{
    new_branch_name: string;
    old_branch_name: string;
    old_ref_name: string;
  }>();
  const branch = options.new_branch_name ?? '';
  if (!isBranchName(branch))
    throw unprocessable(`[BranchName]: ${JSON.stringify(branch)}: is no branch name`);
  if (await branchTip(repository, branch)) throw new ApiError(409, 'The branch already exists.');
  const from = options.old_ref_name || options.old_branch_name || null;
  const id = await resolveCommit(call, repository, from).catch(() => {
    throw notFound(from ? 'The old branch does not exist' : 'Git Repository is empty.');
  });
  await guard(call, repository, { branch, from: ZERO_ID, to: id });
  await moveBranch(call, repository, { branch, from: ZERO_ID, to: id });
  return created(await branchJson(call, repository, branch, id));
};

export const deleteBranch: Operation = async call => {
  const repository = await openRepository(call, 'update');
  const branch = call.params.branch ?? '';
  if (branch === repository.defaultBranch) throw new ApiError(403, 'can not delete default branch');
  const id = await branchTip(repository, branch);
  if (!id) throw notFound();
  await guard(call, repository, { branch, from: id, to: ZERO_ID });
  await moveBranch(call, repository, { branch, from: id, to: ZERO_ID });
  return noContent;
};

/** @throws SourceError BranchProtected */
function guard(
  { server, user }: ApiCall,
  { name }: OpenRepository,
  { branch, from, to }: { branch: string; from: string; to: string },
): Promise<void> {
  const move = { ref: `refs/heads/${branch}`, before: from, after: to };
  return guardBranch(server, { name, user, isEmpty: false }, move);
}

/** Compare and swap: the old value goes with the new one. */
export async function moveBranch(
  call: ApiCall,
  repository: OpenRepository,
  { branch, from, to }: { branch: string; from: string; to: string },
): Promise<void> {
  const { gitEnv, publisher } = call.server;
  const ref = `refs/heads/${branch}`;
  const args = to === ZERO_ID ? ['update-ref', '-d', ref, from] : ['update-ref', ref, to, from];
  const action = { name: repository.name, user: call.user, request: call.request };
  const move = () =>
    runGit(['--git-dir', repository.path, ...args], { env: gitEnv }).catch(() => {
      throw new ApiError(
        409,
        `branch "${branch}" was moved by somebody else, or its name is in the way of another`,
      );
    });
  const moves = [{ ref, before: from, after: to }];
  await recorded(outcome => recordPush(call.server, action, moves, outcome), move);
  await publisher.publish(repository.name, call.user);
}
