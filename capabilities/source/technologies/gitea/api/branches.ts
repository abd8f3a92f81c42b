import { recorded } from '@slipway/client';
import { readRefs, runGit } from '@slipway/sources';
import { recordPush } from '../audit.ts';
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
  const commit = await readCommit(call, repository, id);
  return {
    name: branch,
    commit: payloadCommitJson(commit, urlsOf(repository, call.base)),
    protected: false,
    required_approvals: 0,
    enable_status_check: false,
    status_check_contexts: [],
    user_can_push: true,
    user_can_merge: true,
    effective_branch_protection_name: '',
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
  await moveBranch(call, repository, { branch, from: ZERO_ID, to: id });
  return created(await branchJson(call, repository, branch, id));
};

export const deleteBranch: Operation = async call => {
  const repository = await openRepository(call, 'update');
  const branch = call.params.branch ?? '';
  if (branch === repository.defaultBranch) throw new ApiError(403, 'can not delete default branch');
  const id = await branchTip(repository, branch);
  if (!id) throw notFound();
  await moveBranch(call, repository, { branch, from: id, to: ZERO_ID });
  return noContent;
};

/** Compare and swap: the old value goes with the new one. */
async function moveBranch(
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
