import { SlipwayError } from '@slipway/api';
import type { JsonSchema } from '@slipway/api/json-schema';
import { gitServerError } from '../git-server/call.ts';
import { pushFolder } from '../git-server/push-folder.ts';
import type { ActionContext, LocalContext, Made, OuterAction } from './action.ts';
import { filesOf } from './files-of.ts';
import { inWorkspace } from './paths.ts';
import { authorOf, ourRepository, pathOf } from './publish.ts';

/** Backstage's `publish:github:pull-request`, as far as Gitea's pull requests have it. */
interface PullInput {
  repoUrl: string;
  branchName: string;
  title: string;
  description?: string;
  targetBranchName?: string;
  sourcePath?: string;
  targetPath?: string;
  commitMessage?: string;
  gitAuthorName?: string;
  gitAuthorEmail?: string;
  draft?: boolean;
  reviewers?: string[];
  teamReviewers?: string[];
  allowedHosts?: string[];
}

/** The kind under which a run's inventory has the branches it made: `<repository>:<branch>`. */
export const BRANCH_KIND = 'Branch';

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const INPUT: Record<string, JsonSchema> = {
  repoUrl: text,
  branchName: text,
  title: text,
  description: text,
  targetBranchName: text,
  sourcePath: text,
  targetPath: text,
  commitMessage: text,
  gitAuthorName: text,
  gitAuthorEmail: text,
  draft: { type: 'boolean' },
  reviewers: texts,
  teamReviewers: texts,
};

/** Writes the workspace into a branch of a repository that is there, and opens a change from it. */
export const publishGiteaPullRequest = pullRequest('publish:gitea:pull-request', {});

/** The same for templates written for GitHub, when the host they name stands for this platform's own (gitHosts). */
export const publishGithubPullRequest = pullRequest('publish:github:pull-request', { allowedHosts: texts });

function pullRequest(id: string, more: Record<string, JsonSchema>): OuterAction {
  return {
    id,
    description: 'Writes the workspace into a new branch of a repository and opens a change from it.',
    local: false,
    input: {
      type: 'object',
      required: ['repoUrl', 'branchName', 'title'],
      properties: { ...INPUT, ...more },
    },
    output: {
      targetBranchName: 'the branch it is proposed for',
      remoteUrl: 'address of the change',
      pullRequestNumber: 'its number',
    },
    run: async context => {
      const input = context.input as unknown as PullInput;
      const target = ourRepository(context, input);
      const base = input.targetBranchName ?? (await defaultBranch(context, target));
      await ensureBranch(context, input, { ...target, base });
      const { number, html_url: url } = await ensurePull(context, input, { ...target, base });
      give(context, { base, url, number });
      context.log(`#${number} proposes ${input.branchName} for ${base}`);
    },
    rehearse: async context => {
      const input = context.input as unknown as PullInput;
      const target = ourRepository(context, input);
      const files = await filesOf(folderOf(context, input));
      context.record(madeOf(target, input));
      const base = input.targetBranchName ?? 'main';
      context.log(`would propose ${files.length} files for ${base} of ${target.owner}/${target.repo}`);
      give(context, { base, url: '', number: 0 });
    },
  };
}

interface Target {
  owner: string;
  repo: string;
  base: string;
}

function give(
  context: LocalContext,
  { base, url, number }: { base: string; url: string; number: number },
): void {
  context.output('targetBranchName', base);
  context.output('remoteUrl', url);
  context.output('pullRequestNumber', number);
}

function folderOf({ workspace }: LocalContext, { sourcePath = './' }: PullInput): string {
  return inWorkspace(workspace, sourcePath, 'sourcePath');
}

function madeOf({ owner, repo }: { owner: string; repo: string }, { branchName }: PullInput): Made {
  const name = `${repo}:${branchName}`;
  return { apiVersion: 'source.slipway.dev/v1alpha1', kind: BRANCH_KIND, namespace: `team-${owner}`, name };
}

/** The door takes the caller for who started the run: their rights count, and they are the change's author. */
async function ask<T>(
  { state, user }: ActionContext,
  what: string,
  call: { method: 'GET' | 'POST'; path: string; body?: unknown; allowed?: number[] },
): Promise<{ status: number; body: T }> {
  const answer = await state.git({ ...call, as: user });
  if (answer.status >= 300 && !call.allowed?.includes(answer.status)) throw gitServerError(what, answer);
  return { status: answer.status, body: JSON.parse(answer.body.toString() || '{}') as T };
}

async function defaultBranch(
  context: ActionContext,
  target: { owner: string; repo: string },
): Promise<string> {
  const what = `repository ${target.owner}/${target.repo}`;
  const { body } = await ask<{ default_branch: string }>(context, what, {
    method: 'GET',
    path: pathOf(target),
  });
  return body.default_branch;
}

/** The branch with its one commit; found again when an interrupted run has pushed it already. */
async function ensureBranch(context: ActionContext, input: PullInput, target: Target): Promise<void> {
  const { state, signal, user } = context;
  const { branchName: branch, title, commitMessage = title } = input;
  const path = `${pathOf(target)}/branches/${branch.split('/').map(encodeURIComponent).join('/')}`;
  const exists = async () => {
    const { status } = await ask(context, `branch ${branch}`, { method: 'GET', path, allowed: [404] });
    return status === 200;
  };
  const made = madeOf(target, input);
  if ((await context.claim(made, exists)) === 'ours' && (await exists())) return;
  const targetPath = inWorkspace('.', input.targetPath ?? './', 'targetPath').replace(/^\.$|\/+$/, '');
  const folder = folderOf(context, input);
  const to = { owner: target.owner, repo: target.repo, branch, onto: target.base, targetPath };
  const commit = { folder, message: commitMessage, author: authorOf(context, input) };
  await pushFolder(state.ports, { ...to, ...commit, cacheFolder: state.gitCache, as: user, signal }).catch(
    async error => {
      if (!(await exists())) await context.disclaim(made);
      throw error;
    },
  );
  context.log(`pushed ${branch} to ${target.owner}/${target.repo}`);
}

interface Pull {
  number: number;
  html_url: string;
}

async function ensurePull(context: ActionContext, input: PullInput, target: Target): Promise<Pull> {
  const { branchName: head, title, description = '', draft, reviewers = [], teamReviewers = [] } = input;
  const { base } = target;
  const path = `${pathOf(target)}/pulls`;
  const words = { title: draft ? `WIP: ${title}` : title, body: description };
  const asked = { reviewers, team_reviewers: teamReviewers };
  const what = `open a change from ${head}`;
  const body = { head, base, ...words, ...asked };
  const opened = await ask<Pull>(context, what, { method: 'POST', path, body, allowed: [409] });
  if (opened.status !== 409) return opened.body;
  const branches = [base, ...head.split('/')].map(encodeURIComponent).join('/');
  const present = await ask<Pull>(context, what, { method: 'GET', path: `${path}/${branches}` });
  if (!present.body.number) throw new SlipwayError('GitServer', `${what}: it is there, and cannot be read`);
  return present.body;
}
