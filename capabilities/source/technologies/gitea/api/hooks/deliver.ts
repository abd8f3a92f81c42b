import { createHmac } from 'node:crypto';
import { matchesGlob } from 'node:path';
import { messageOf, type UserInfo } from '@slipway/api';
import { Repository } from '@slipway/kinds';
import { parseCommit } from '@slipway/sources';
import { namespaceOf, objectNameOf, type RepositoryName } from '../../git/name.ts';
import { type RefChange, ZERO_ID } from '../../refs-publisher.ts';
import type { GitServer } from '../../server.ts';
import { payloadCommitJson } from '../content/commit-json.ts';
import { userJson } from '../identity.ts';
import { repositoryJson } from '../repository-json.ts';
import { type Hook, listHooks } from './store.ts';
import { checkTarget } from './target.ts';

const TIMEOUT_MS = 10_000;
const ATTEMPTS = 3;
const PAUSE_MS = 2_000;
const MOST_COMMITS = 30;

/** Calls each repository's webhooks after a push; their failures are logged and never anybody's who pushed. */
export function serveHooks(server: GitServer): void {
  server.publisher.onPush((name, changes, by) => {
    deliverAll(server, name, changes, by).catch(error => {
      server.log.warn('webhooks were not called', {
        repository: `${name.owner}/${name.name}`,
        error: messageOf(error),
      });
    });
  });
}

async function deliverAll(
  server: GitServer,
  name: RepositoryName,
  changes: RefChange[],
  by: UserInfo,
): Promise<void> {
  const hooks = (await listHooks(server, name)).filter(hook => hook.active);
  for (const hook of hooks) {
    for (const change of changes) {
      const branch = change.ref.replace(/^refs\/heads\//, '');
      if (!matchesGlob(branch, hook.branchFilter)) continue;
      if (hook.events.includes('push') && change.after !== ZERO_ID)
        await call(server, hook, 'push', await pushPayload(server, name, change, by));
      if (hook.events.includes('create') && change.before === ZERO_ID)
        await call(server, hook, 'create', await refPayload(server, name, change, by));
      if (hook.events.includes('delete') && change.after === ZERO_ID)
        await call(server, hook, 'delete', await refPayload(server, name, change, by));
    }
  }
}

/** A push event of the default branch as it is, once. @throws Error with what the target answered */
export async function sendTest(
  server: GitServer,
  name: RepositoryName,
  hook: Hook,
  by: UserInfo,
): Promise<void> {
  const object = await objectOf(server, name);
  const branch = object.spec.defaultBranch ?? 'main';
  const id = object.status?.branches?.[branch] ?? ZERO_ID;
  const change = { ref: `refs/heads/${branch}`, before: id, after: id };
  await call(server, hook, 'push', await pushPayload(server, name, change, by));
}

function objectOf(server: GitServer, name: RepositoryName) {
  return server.client.get(Repository, { namespace: namespaceOf(name.owner), name: objectNameOf(name.name) });
}

async function pushPayload(server: GitServer, name: RepositoryName, change: RefChange, by: UserInfo) {
  const commits = await newCommits(server, name, change);
  const { repository, sender } = await senderAndRepository(server, name, by);
  return {
    ref: change.ref,
    before: change.before,
    after: change.after,
    compare_url: `${repository.html_url}/compare/${change.before}...${change.after}`,
    commits,
    total_commits: commits.length,
    head_commit: commits[0] ?? null,
    repository,
    pusher: sender,
    sender,
  };
}

async function refPayload(server: GitServer, name: RepositoryName, change: RefChange, by: UserInfo) {
  const ref = change.ref.replace(/^refs\/heads\//, '');
  return { sha: change.after, ref, ref_type: 'branch', ...(await senderAndRepository(server, name, by)) };
}

async function senderAndRepository(server: GitServer, name: RepositoryName, by: UserInfo) {
  const permissions = { admin: false, push: false, pull: true };
  const repository = repositoryJson(await objectOf(server, name), server.publicUrl, permissions);
  return { repository, sender: userJson(by.username, server.publicUrl) };
}

/** Newest first; commits that the branch did not have before. */
async function newCommits(server: GitServer, name: RepositoryName, { before, after }: RefChange) {
  const reader = server.readers.of(server.storage.pathOf(name));
  const urls = {
    api: `${server.publicUrl}/api/v1/repos/${name.owner}/${name.name}`,
    html: `${server.publicUrl}/${name.owner}/${name.name}`,
  };
  const commits = [];
  let at: string | undefined = after;
  while (at && at !== before && commits.length < MOST_COMMITS) {
    const found = await reader.read(at);
    if (found?.type !== 'commit') break;
    const commit = parseCommit(found.id, found.data);
    commits.push(payloadCommitJson(commit, urls));
    at = before === ZERO_ID ? undefined : commit.parents[0];
  }
  return commits;
}

async function call(server: GitServer, hook: Hook, event: string, payload: object): Promise<void> {
  // The list of allowed hosts may have become shorter since the hook was made.
  checkTarget(hook.url, server.webhookHosts);
  const text = JSON.stringify(payload, undefined, 2);
  const body = hook.contentType === 'form' ? new URLSearchParams({ payload: text }).toString() : text;
  const headers = headersOf(server, hook, event, body);
  for (let attempt = 1; ; attempt++) {
    try {
      const signal = AbortSignal.any([server.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      // A redirect could lead where the hook itself may not.
      const answer = await fetch(hook.url, { method: 'POST', headers, body, redirect: 'manual', signal });
      await answer.body?.cancel();
      if (answer.status >= 500) throw new Error(`"${hook.url}" answered ${answer.status}`);
      return;
    } catch (error) {
      if (attempt >= ATTEMPTS || server.signal.aborted) throw error;
      await server.clock.sleep(PAUSE_MS * attempt, server.signal);
    }
  }
}

/** Gitea's headers, and those of its forebears that receivers look for. The body is signed with the hook's secret. */
function headersOf(server: GitServer, hook: Hook, event: string, body: string): Record<string, string> {
  const delivery = server.random.uuid();
  const sign = (algorithm: string) => createHmac(algorithm, hook.secret).update(body).digest('hex');
  const named = Object.fromEntries(
    ['Gitea', 'Gogs', 'GitHub'].flatMap(tool => [
      [`X-${tool}-Delivery`, delivery],
      [`X-${tool}-Event`, event],
      [`X-${tool}-Event-Type`, event],
    ]),
  );
  return {
    ...named,
    'Content-Type': hook.contentType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json',
    ...(hook.secret
      ? {
          'X-Gitea-Signature': sign('sha256'),
          'X-Gogs-Signature': sign('sha256'),
          'X-Hub-Signature': `sha1=${sign('sha1')}`,
          'X-Hub-Signature-256': `sha256=${sign('sha256')}`,
        }
      : {}),
    ...(hook.authorization ? { Authorization: hook.authorization } : {}),
  };
}
