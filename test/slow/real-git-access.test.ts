// GitAccesses and Repositories against the real Gitea, ours and one that was there: programs get accounts that reach what
// they named, repositories are made and followed, and what is lost comes back by itself.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Stored, systemClock, systemRandom } from '@slipway/api';
import type { Client } from '@slipway/client';
import { type HttpPort, httpRequest, type WiringSettings } from '@slipway/definition';
import {
  CustomResourceDefinition,
  type GitAccess,
  gitAccessDefinition,
  Namespace,
  repositoryDefinition,
  Secret,
  teamDefinition,
} from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import {
  type GitAccessGround,
  gitAccessConformance,
} from '../../capabilities/source/git-access/conformance.ts';
import { gitAccesses } from '../../capabilities/source/git-access/reconcile.ts';
import {
  type RepositoryGround,
  repositoryConformance,
} from '../../capabilities/source/repository-at/conformance.ts';
import { repositoriesAt } from '../../capabilities/source/repository-at/reconcile.ts';
import { giteaAccounts, giteaRepositories } from '../../capabilities/source/technologies/gitea/wiring.ts';
import { eventually, run } from '../platform-process.ts';
import { noTools } from '../tools/cache.ts';
import { type Gitea, startGitea } from '../tools/gitea.ts';

const skip = noTools('gitea');
/** Gitea counts passwords' rounds for each request of its administrator: more often is slower. */
const RESYNC_MS = 2_000;
const POLL_MS = 700;
const TIMEOUT_MS = 20_000;
const SYSTEM = 'slipway-system';
const REPOSITORIES: [string, string] = ['payments/shop', 'payments/ledger'];
let folder: string;
let gitea: Gitea;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-git-access-'));
  await mkdir(join(folder, 'gitea'));
  const started = await startGitea({ folder: join(folder, 'gitea') });
  if (!started) return;
  gitea = started;
  await gitea.api('POST', '/orgs', { username: 'payments', visibility: 'private' });
  for (const name of ['shop', 'ledger'])
    await gitea.api('POST', '/orgs/payments/repos', { name, private: true, auto_init: true });
});
after(async () => {
  await gitea?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Our API server with the controllers of one Gitea, asked with what one Secret has. */
async function ground(team: string, secret: Record<string, string>, existing: boolean): Promise<Kube> {
  const kube = await startKube();
  const client = kube.client();
  for (const each of [gitAccessDefinition, repositoryDefinition, teamDefinition])
    await client.create(CustomResourceDefinition, each);
  for (const name of ['gitea', 'tools', SYSTEM, `team-${team}`])
    await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const data = Object.fromEntries(Object.entries(secret).map(([key, value]) => [key, btoa(value)]));
  const metadata = existing
    ? { namespace: SYSTEM, name: 'their-gitea' }
    : { namespace: 'gitea', name: 'gitea-admin' };
  await client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata, data });
  const settings = settingsOf({
    platform: team,
    ...(existing
      ? { namespace: SYSTEM, existing: { address: gitea.url, credentials: metadata } }
      : { address: gitea.url }),
  });
  kube.runtime.add(
    [
      gitAccesses(giteaAccounts(settings), RESYNC_MS),
      ...repositoriesAt(giteaRepositories(settings), POLL_MS),
    ],
    client,
  );
  await kube.runtime.start();
  return kube;
}

function settingsOf(more: Partial<WiringSettings>): WiringSettings {
  const url = (host: string) => `https://${host}.acme.example`;
  const own = { platform: 'acme', parameters: {}, namespace: 'gitea', isInside: false, url };
  return { ...own, http: httpRequest, ...more };
}

async function tokenOf(username: string): Promise<string> {
  const body = { name: 'platform', scopes: ['all'] };
  return (await gitea.api<{ sha1: string }>('POST', `/users/${username}/tokens`, body)).sha1;
}

/** Somebody who may do what he was let in to, and make organizations. */
async function ben(): Promise<string> {
  const body = { email: 'ben@example.com', password: 'known-to-ben-1', must_change_password: false };
  await gitea.api('POST', '/admin/users', { username: 'ben', ...body });
  for (const each of REPOSITORIES)
    await gitea.api('PUT', `/repos/${each}/collaborators/ben`, { permission: 'write' });
  return tokenOf('ben');
}

describe('Gitea', { skip, concurrency: true }, () => {
  describe('that we install', { concurrency: false }, () => {
    const inside = 'http://gitea.gitea.svc.cluster.local:3000';
    let kube: Kube;
    before(async () => {
      kube = await ground('market', gitea.admin, false);
    });
    after(() => kube?.stop());
    gitAccessConformance('gitea', () => ({ ...accessGround(kube, inside), lose }));
    repositoryConformance('gitea', () => repositoryGround(kube, 'market', inside));
  });
  describe('that is there, with an administrator’s token', { concurrency: false }, () => {
    let kube: Kube;
    before(async () => {
      kube = await ground('books', { token: await tokenOf(gitea.admin.username) }, true);
    });
    after(() => kube?.stop());
    gitAccessConformance('existing gitea', () => ({ ...accessGround(kube, gitea.url), lose }));
  });
  describe('that is there, with a token of somebody', { concurrency: false }, () => {
    let kube: Kube;
    before(async () => {
      kube = await ground('tickets', { token: await ben() }, true);
    });
    after(() => kube?.stop());
    gitAccessConformance('a given token', () => accessGround(kube, gitea.url));
    repositoryConformance('a given token', () => repositoryGround(kube, 'tickets', gitea.url));
  });
});

describe('Gitea asked by a process that is killed', { skip }, () => {
  const address = () => ({ platform: 'killed', address: gitea.url });
  /** What is left of a process that ends right after its n-th request was answered. */
  const dying = (after: number): HttpPort => {
    let count = 0;
    return async asked => {
      if (count === after) throw new Error('killed');
      count++;
      return httpRequest(asked);
    };
  };
  /** Reads the one Secret that is read. */
  const reader = () => {
    const { username, password } = gitea.admin;
    const data = { username: btoa(username), password: btoa(password) };
    return { find: async () => ({ data }) } as unknown as Client;
  };
  const context = () => ({
    client: reader(),
    clock: systemClock,
    random: systemRandom,
    signal: new AbortController().signal,
  });
  const through = (http: HttpPort): WiringSettings => ({ ...settingsOf(address()), http });

  test('an account has one token after it, wherever it was killed', async () => {
    for (let after = 0; after < 14; after++) {
      const access = {
        metadata: { namespace: 'tools', name: `killed-${after}` },
        spec: { rights: 'read', repositories: [REPOSITORIES[0]], url: gitea.url, secret: { name: 'x' } },
      } as Stored<GitAccess>;
      const first = giteaAccounts(through(dying(after))).ensure(access, context());
      await first.catch(error => assert.match(String(error), /killed/));
      const account = await giteaAccounts(through(httpRequest)).ensure(access, context());
      assert.equal(await rightsOf(REPOSITORIES[0], account), 'read');
      const tokens = await gitea.api<unknown[]>('GET', `/users/${account.username}/tokens`);
      assert.equal(tokens.length, 1, `killed after ${after}`);
    }
  });

  test('a repository is there after it, wherever it was killed', async () => {
    for (let after = 0; after < 6; after++) {
      const wanted = { owner: `killed-${after}`, name: 'shop', defaultBranch: 'main', isPrivate: true };
      const first = giteaRepositories(through(dying(after))).ensure(wanted, context());
      await first.catch(error => assert.match(String(error), /killed/));
      const host = giteaRepositories(through(httpRequest));
      await host.ensure(wanted, context());
      const { branches } = (await host.read(wanted, context())) ?? {};
      assert.deepEqual(Object.keys(branches ?? {}), ['main'], `killed after ${after}`);
    }
  });
});

function accessGround(kube: Kube, url: string): GitAccessGround {
  return { client: kube.client(), namespace: 'tools', url, repositories: REPOSITORIES, rightsOf };
}

function repositoryGround(kube: Kube, team: string, url: string): RepositoryGround {
  return {
    client: kube.client(),
    team,
    url,
    branchesOf,
    make: async path => {
      const [owner, name] = path.split('/');
      // The organization comes with the first Repository.
      await eventually(`organization ${owner}`, TIMEOUT_MS, () => gitea.api('GET', `/orgs/${owner}`));
      await gitea.api('POST', `/orgs/${owner}/repos`, { name, private: true });
    },
    push,
    dropBranch: (path, branch) => gitea.api('DELETE', `/repos/${path}/branches/${branch}`),
    drop: path => gitea.api('DELETE', `/repos/${path}`),
  };
}

async function lose(username: string, what: 'account' | 'tokens'): Promise<void> {
  if (what === 'account') return gitea.api('DELETE', `/admin/users/${username}`);
  for (const { id } of await gitea.api<{ id: number }[]>('GET', `/users/${username}/tokens`))
    await gitea.api('DELETE', `/users/${username}/tokens/${id}`);
}

function urlOf(repository: string, { username, password }: { username: string; password: string }): string {
  return `${gitea.url.replace('//', `//${username}:${password}@`)}/${repository}.git`;
}

/** As Git sees it: its own answers, never a credential helper's. */
async function git(args: string[]): Promise<boolean> {
  const plain = ['-c', 'credential.helper=', '-c', 'core.askPass=true'];
  return run('git', [...plain, ...args], { cwd: folder }).then(
    () => true,
    () => false,
  );
}

const rightsOf: GitAccessGround['rightsOf'] = async (repository, credentials) => {
  const url = urlOf(repository, credentials);
  const clone = await mkdtemp(join(folder, 'clone-'));
  if (!(await git(['clone', '-q', url, clone]))) return 'none';
  const pushed = await git(['-C', clone, 'push', '-q', '--dry-run', url, 'HEAD:refs/heads/tried']);
  return pushed ? 'write' : 'read';
};

async function branchesOf(path: string): Promise<Record<string, string> | undefined> {
  const found = await gitea
    .api<{ name: string; commit: { id: string } }[]>('GET', `/repos/${path}/branches`)
    .catch(error => {
      // While it is being made, its folder is not there.
      if (!/: 404 |not a git repository/.test(String(error))) throw error;
      return undefined;
    });
  return found && Object.fromEntries(found.map(({ name, commit }) => [name, commit.id]));
}

async function push(path: string, branch: string): Promise<{ commit: string; by: string }> {
  const url = urlOf(path, gitea.admin);
  const clone = await mkdtemp(join(folder, 'push-'));
  await run('git', ['clone', '-q', url, clone]);
  const person = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
  await run('git', [...person, 'commit', '-q', '--allow-empty', '-m', 'Pushed'], { cwd: clone });
  await run('git', ['push', '-q', '-f', url, `HEAD:refs/heads/${branch}`], { cwd: clone });
  const { stdout } = await run('git', ['rev-parse', 'HEAD'], { cwd: clone });
  return { commit: stdout.trim(), by: gitea.admin.username };
}
