import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { GIT_HOST, gitServerError } from '../git-server/call.ts';
import { readRepoUrl } from '../template-run/render.ts';
import { mayUse } from '../template-run/rights.ts';
import type { Action, ActionContext } from './action.ts';
import { filesOf } from './fetch.ts';
import { inWorkspace } from './paths.ts';

interface PublishInput {
  repoUrl: string;
  description?: string;
  defaultBranch?: string;
  repoVisibility?: 'private' | 'public';
  gitCommitMessage?: string;
  gitAuthorName?: string;
  gitAuthorEmail?: string;
  sourcePath?: string;
}

const SETTLE_MS = 50;
const SETTLE_ATTEMPTS = 100;

/** Creates a repository and writes the workspace into it as one commit. */
export const publishGitea: Action = {
  id: 'publish:gitea',
  description: 'Creates a Git repository with the content of the workspace.',
  local: false,
  input: {
    type: 'object',
    required: ['repoUrl'],
    properties: {
      repoUrl: { type: 'string' },
      description: { type: 'string' },
      defaultBranch: { type: 'string' },
      repoVisibility: { type: 'string', enum: ['private', 'public'] },
      gitCommitMessage: { type: 'string' },
      gitAuthorName: { type: 'string' },
      gitAuthorEmail: { type: 'string' },
      sourcePath: { type: 'string' },
    },
  },
  run: async context => {
    const input = context.input as unknown as PublishInput;
    const { host, owner, repo } = readRepoUrl(input.repoUrl);
    requireOurHost(context, host);
    const namespace = `team-${owner}`;
    await mayUse(context, {
      verb: 'create',
      group: 'source.slipway.dev',
      resource: 'repositories',
      namespace,
    });
    const branch = input.defaultBranch ?? 'main';
    await ensureRepository(context, input, { owner, repo, branch });
    const commit = await ensureContent(context, input, { owner, repo, branch });
    const base = `https://${GIT_HOST}/${owner}/${repo}`;
    context.output('remoteUrl', `${base}.git`);
    context.output('repoContentsUrl', `${base}/src/branch/${branch}/`);
    context.output('commitHash', commit);
    context.log(`${owner}/${repo} at ${commit.slice(0, 12)}`);
  },
};

/** Every name our Git server has: the stored one and the one people use. */
function requireOurHost({ state }: ActionContext, host: string): void {
  const name = host.replace(/:\d+$/, '');
  const known = [GIT_HOST, `git.${state.settings.addresses.domain}`];
  if (known.includes(name)) return;
  throw new SlipwayError(
    'UrlRefused',
    `repoUrl: host ${JSON.stringify(host)} is not this platform’s Git server; ${known.join(' or ')} is allowed`,
  );
}

interface Target {
  owner: string;
  repo: string;
  branch: string;
}

const pathOf = ({ owner, repo }: Target): string =>
  `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}`;

async function ensureRepository(context: ActionContext, input: PublishInput, target: Target): Promise<void> {
  const { git } = context.state;
  const exists = async () => (await git({ method: 'GET', path: pathOf(target) })).status === 200;
  const made = {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'Repository',
    namespace: `team-${target.owner}`,
    name: target.repo,
  };
  const claim = await context.claim(made, exists);
  if (claim === 'ours' && (await exists())) return;
  const body = {
    name: target.repo,
    description: input.description ?? '',
    private: input.repoVisibility !== 'public',
    default_branch: target.branch,
    auto_init: false,
  };
  const answer = await git({
    method: 'POST',
    path: `/orgs/${encodeURIComponent(target.owner)}/repos`,
    body,
  });
  if (answer.status !== 201) throw gitServerError(`create repository ${target.owner}/${target.repo}`, answer);
  context.log(`created ${target.owner}/${target.repo}`);
}

/** The first commit; found again when an interrupted run has made it already. */
async function ensureContent(context: ActionContext, input: PublishInput, target: Target): Promise<string> {
  const { git, ports } = context.state;
  const present = await git({
    method: 'GET',
    path: `${pathOf(target)}/branches/${encodeURIComponent(target.branch)}`,
  });
  if (present.status === 200)
    return (JSON.parse(present.body.toString()) as { commit: { id: string } }).commit.id;
  const author = {
    name: input.gitAuthorName ?? context.user.username,
    email:
      input.gitAuthorEmail ??
      `${context.user.username.replace(/[^A-Za-z0-9._-]/g, '-')}@users.slipway.internal`,
  };
  const body = {
    branch: target.branch,
    message: input.gitCommitMessage ?? 'initial commit',
    author,
    committer: author,
    files: await filesToCommit(context, input),
  };
  for (let attempt = 1; ; attempt++) {
    const answer = await git({ method: 'POST', path: `${pathOf(target)}/contents`, body });
    if (answer.status === 201)
      return (JSON.parse(answer.body.toString()) as { commit: { sha: string } }).commit.sha;
    // A repository that was created this moment may not be on the disk yet.
    const settling = answer.status === 404 || answer.status === 409 || answer.status === 503;
    if (!settling || attempt >= SETTLE_ATTEMPTS)
      throw gitServerError(`commit to ${target.owner}/${target.repo}`, answer);
    await ports.clock.sleep(SETTLE_MS, context.signal);
  }
}

async function filesToCommit(
  context: ActionContext,
  input: PublishInput,
): Promise<{ operation: string; path: string; content: string }[]> {
  const folder = inWorkspace(context.workspace, input.sourcePath ?? './', 'sourcePath');
  const paths = await filesOf(folder);
  if (paths.length === 0)
    throw new SlipwayError('NothingToPublish', 'the workspace is empty: a fetch step has to come first');
  return Promise.all(
    paths.map(async path => {
      const { mode } = await stat(join(folder, path));
      if (mode & 0o111) context.log(`${path}: its executable bit is not kept`);
      return { operation: 'create', path, content: (await readFile(join(folder, path))).toString('base64') };
    }),
  );
}
