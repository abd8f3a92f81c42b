import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import type { JsonSchema } from '@slipway/api/json-schema';
import { GitError } from '@slipway/sources';
import { GIT_HOST, gitServerError } from '../git-server/call.ts';
import { requireOurHost } from '../git-server/hosts.ts';
import { pushFolder } from '../git-server/push-folder.ts';
import { readRepoUrl } from '../template-run/filters.ts';
import { mayUse } from '../template-run/rights.ts';
import type { ActionContext, LocalContext, Made, OuterAction } from './action.ts';
import { filesOf } from './files-of.ts';
import { inWorkspace } from './paths.ts';

interface PublishInput {
  repoUrl: string;
  description?: string;
  defaultBranch?: string;
  repoVisibility?: 'private' | 'public' | 'internal';
  gitCommitMessage?: string;
  gitAuthorName?: string;
  gitAuthorEmail?: string;
  sourcePath?: string;
  allowedHosts?: string[];
}

const SETTLE_MS = 50;
const SETTLE_ATTEMPTS = 100;

const text = { type: 'string' };
const INPUT = {
  repoUrl: text,
  description: text,
  defaultBranch: text,
  repoVisibility: { type: 'string', enum: ['private', 'public', 'internal'] },
  gitCommitMessage: text,
  gitAuthorName: text,
  gitAuthorEmail: text,
  sourcePath: text,
};

/** Creates a repository and writes the workspace into it as one commit. */
export const publishGitea: OuterAction = publish('publish:gitea', {});

const HOSTS = { allowedHosts: { type: 'array', items: text } };

/**
 * The same for templates written for other Git servers, when the host they name stands for this platform's own
 * (parameter gitHosts). What only the other server has is refused by name.
 */
export const PUBLISH_ELSEWHERE: OuterAction[] = ['publish:github', 'publish:gitlab', 'publish:azure'].map(
  id => publish(id, HOSTS),
);

function publish(id: string, more: Record<string, JsonSchema>): OuterAction {
  return {
    id,
    description: 'Creates a Git repository with the content of the workspace.',
    local: false,
    input: { type: 'object', required: ['repoUrl'], properties: { ...INPUT, ...more } },
    output: {
      remoteUrl: 'address to clone it from',
      repoContentsUrl: 'address of its files',
      commitHash: 'the first commit',
    },
    run: async context => {
      const input = context.input as unknown as PublishInput;
      const target = targetOf(context, input);
      await mayUse(context, {
        verb: 'create',
        group: 'source.slipway.dev',
        resource: 'repositories',
        namespace: `team-${target.owner}`,
      });
      await ensureRepository(context, input, target);
      give(context, target, await ensureContent(context, input, target));
    },
    rehearse: async context => {
      const input = context.input as unknown as PublishInput;
      const target = targetOf(context, input);
      const files = await filesToCommit(context, input);
      context.record(madeOf(target));
      context.log(`would create ${target.owner}/${target.repo} with ${files.length} files`);
      give(context, target, '0'.repeat(40));
    },
  };
}

function targetOf(context: LocalContext, input: PublishInput): Target {
  return { ...ourRepository(context, input), branch: input.defaultBranch ?? 'main' };
}

/** Owner and name of a repository of this platform. @throws SlipwayError UrlRefused, InvalidRepoUrl */
export function ourRepository(
  context: LocalContext,
  { repoUrl, allowedHosts }: { repoUrl: string; allowedHosts?: string[] },
): { owner: string; repo: string } {
  const team = (context.run.metadata.namespace ?? '').replace(/^team-/, '');
  const { host, owner, repo } = readRepoUrl(repoUrl, team);
  requireOurHost(context.gitHosts, host);
  if (allowedHosts && allowedHosts.length > 0 && !allowedHosts.includes(host))
    throw new SlipwayError(
      'UrlRefused',
      `repoUrl: host ${JSON.stringify(host)}: the step allows ${allowedHosts.join(', ')}`,
    );
  return { owner, repo };
}

function give(context: LocalContext, { owner, repo, branch }: Target, commit: string): void {
  const base = `https://${GIT_HOST}/${owner}/${repo}`;
  context.output('remoteUrl', `${base}.git`);
  context.output('repoContentsUrl', `${base}/src/branch/${branch}/`);
  context.output('commitHash', commit);
  context.log(`${owner}/${repo} at ${commit.slice(0, 12)}`);
}

function madeOf({ owner, repo }: Target): Made {
  return {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'Repository',
    namespace: `team-${owner}`,
    name: repo,
  };
}

interface Target {
  owner: string;
  repo: string;
  branch: string;
}

export const pathOf = ({ owner, repo }: { owner: string; repo: string }): string =>
  `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}`;

async function ensureRepository(context: ActionContext, input: PublishInput, target: Target): Promise<void> {
  const { git } = context.state;
  const exists = async () => (await git({ method: 'GET', path: pathOf(target) })).status === 200;
  const made = madeOf(target);
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
  // Refused, or somebody else was quicker: nothing there is this run's.
  if (answer.status >= 400 && answer.status < 500) await context.disclaim(made);
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
  const author = authorOf(context, input);
  const message = input.gitCommitMessage ?? 'initial commit';
  const folder = inWorkspace(context.workspace, input.sourcePath ?? './', 'sourcePath');
  const files = await filesToCommit(context, input);
  for (let attempt = 1; ; attempt++) {
    const commit = files.some(({ executable }) => executable)
      ? await pushed(context, target, { folder, message, author })
      : await posted(context, target, { message, author, files });
    if (commit !== undefined) return commit;
    if (attempt >= SETTLE_ATTEMPTS)
      throw new SlipwayError('GitServer', `commit to ${target.owner}/${target.repo}: it is not there yet`);
    await ports.clock.sleep(SETTLE_MS, context.signal);
  }
}

/** Who a commit says wrote it: who started the run, unless the template names somebody. */
export function authorOf(
  { user }: LocalContext,
  { gitAuthorName, gitAuthorEmail }: { gitAuthorName?: string; gitAuthorEmail?: string },
): { name: string; email: string } {
  const own = `${user.username.replace(/[^A-Za-z0-9._-]/g, '-')}@users.slipway.internal`;
  return { name: gitAuthorName ?? user.username, email: gitAuthorEmail ?? own };
}

interface Commit {
  message: string;
  author: { name: string; email: string };
}

/** One commit by REST; undefined while the repository, created this moment, is not on the disk yet. */
async function posted(
  { state }: ActionContext,
  target: Target,
  { message, author, files }: Commit & { files: FileToCommit[] },
): Promise<string | undefined> {
  const changes = files.map(({ path, content }) => ({ operation: 'create', path, content }));
  const body = { branch: target.branch, message, author, committer: author, files: changes };
  const answer = await state.git({ method: 'POST', path: `${pathOf(target)}/contents`, body });
  if (answer.status === 201)
    return (JSON.parse(answer.body.toString()) as { commit: { sha: string } }).commit.sha;
  if (answer.status === 404 || answer.status === 409 || answer.status === 503) return undefined;
  throw gitServerError(`commit to ${target.owner}/${target.repo}`, answer);
}

/** The same by git, which keeps programs executable. */
async function pushed(
  { state, signal }: ActionContext,
  target: Target,
  { folder, message, author }: Commit & { folder: string },
): Promise<string | undefined> {
  try {
    return await pushFolder(state.ports, {
      ...target,
      folder,
      message,
      author,
      cacheFolder: state.gitCache,
      signal,
    });
  } catch (error) {
    if (error instanceof GitError && /not found|404/i.test(error.stderr)) return undefined;
    throw error;
  }
}

interface FileToCommit {
  path: string;
  content: string;
  executable: boolean;
}

async function filesToCommit(context: LocalContext, input: PublishInput): Promise<FileToCommit[]> {
  const folder = inWorkspace(context.workspace, input.sourcePath ?? './', 'sourcePath');
  const paths = await filesOf(folder);
  if (paths.length === 0)
    throw new SlipwayError('NothingToPublish', 'the workspace is empty: a fetch step has to come first');
  return Promise.all(
    paths.map(async path => {
      const { mode } = await stat(join(folder, path));
      const content = (await readFile(join(folder, path))).toString('base64');
      return { path, content, executable: (mode & 0o111) !== 0 };
    }),
  );
}
