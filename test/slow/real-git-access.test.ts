// GitAccesses and Repositories against the real Gitea: programs get accounts that reach what they named, and what is
// lost comes back by itself.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { httpRequest, type WiringSettings } from '@slipway/definition';
import {
  CustomResourceDefinition,
  gitAccessDefinition,
  Namespace,
  repositoryDefinition,
  Secret,
  teamDefinition,
} from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { gitAccessConformance } from '../../capabilities/source/git-access/conformance.ts';
import { gitAccesses } from '../../capabilities/source/git-access/reconcile.ts';
import { repositoryConformance } from '../../capabilities/source/repository-at/conformance.ts';
import { repositoriesAt } from '../../capabilities/source/repository-at/reconcile.ts';
import { giteaAccounts, giteaRepositories } from '../../capabilities/source/technologies/gitea/wiring.ts';
import { run } from '../platform-process.ts';
import { noTools } from '../tools/cache.ts';
import { type Gitea, startGitea } from '../tools/gitea.ts';

const skip = noTools('gitea');
const RESYNC_MS = 500;
let folder: string;
let kube: Kube;
let gitea: Gitea;

/** As Git sees it: its own answers, never a credential helper's. */
async function git(args: string[]): Promise<boolean> {
  const plain = ['-c', 'credential.helper=', '-c', 'core.askPass=true'];
  return run('git', [...plain, ...args], { cwd: folder }).then(
    () => true,
    () => false,
  );
}

async function rightsOf(repository: string, { username, password }: { username: string; password: string }) {
  const url = `${gitea.url.replace('//', `//${username}:${password}@`)}/${repository}.git`;
  const clone = await mkdtemp(join(folder, 'clone-'));
  if (!(await git(['clone', '-q', url, clone]))) return 'none';
  return (await git(['-C', clone, 'push', '-q', '--dry-run', url, 'HEAD:refs/heads/tried']))
    ? 'write'
    : 'read';
}

const settings = (more: Partial<WiringSettings> = {}): WiringSettings => ({
  platform: 'acme',
  parameters: {},
  namespace: 'gitea',
  isInside: false,
  url: host => `https://${host}.acme.example`,
  address: gitea.url,
  http: httpRequest,
  ...more,
});

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-git-access-'));
  const server = join(folder, 'gitea');
  await mkdir(server);
  const [started, tool] = await Promise.all([startKube(), startGitea({ folder: server })]);
  kube = started;
  if (!tool) return;
  gitea = tool;
  const client = kube.client();
  for (const each of [gitAccessDefinition, repositoryDefinition, teamDefinition])
    await client.create(CustomResourceDefinition, each);
  for (const name of ['gitea', 'tools', 'slipway-system', 'team-payments'])
    await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await gitea.api('POST', '/orgs', { username: 'payments', visibility: 'private' });
  for (const name of ['shop', 'ledger'])
    await gitea.api('POST', '/orgs/payments/repos', { name, private: true, auto_init: true });
  const data = Object.fromEntries(Object.entries(gitea.admin).map(([key, value]) => [key, btoa(value)]));
  const metadata = { namespace: 'gitea', name: 'gitea-admin' };
  await client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata, data });
  kube.runtime.add(
    [
      gitAccesses(giteaAccounts(settings()), RESYNC_MS),
      ...repositoriesAt(giteaRepositories(settings()), RESYNC_MS),
    ],
    client,
  );
  await kube.runtime.start();
});
after(async () => {
  await kube?.stop();
  await gitea?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe('the Gitea that we install', { skip }, () => {
  gitAccessConformance('gitea', () => ({
    client: kube.client(),
    namespace: 'tools',
    url: 'http://gitea.gitea.svc.cluster.local:3000',
    repositories: ['payments/shop', 'payments/ledger'],
    rightsOf,
    lose: async (username, what) => {
      if (what === 'account') return gitea.api('DELETE', `/admin/users/${username}`);
      for (const { id } of await gitea.api<{ id: number }[]>('GET', `/users/${username}/tokens`))
        await gitea.api('DELETE', `/users/${username}/tokens/${id}`);
    },
  }));
  repositoryConformance('gitea', () => ({
    client: kube.client(),
    team: 'payments',
    url: 'http://gitea.gitea.svc.cluster.local:3000',
    branchesOf,
    make: async path => {
      const [owner, name] = path.split('/');
      await gitea.api('POST', `/orgs/${owner}/repos`, { name, private: true });
    },
    push,
    dropBranch: (path, branch) => gitea.api('DELETE', `/repos/${path}/branches/${branch}`),
    drop: path => gitea.api('DELETE', `/repos/${path}`),
  }));
});

async function branchesOf(path: string): Promise<Record<string, string> | undefined> {
  const found = await gitea
    .api<{ name: string; commit: { id: string } }[]>('GET', `/repos/${path}/branches`)
    .catch(error => {
      if (!/: 404 /.test(String(error))) throw error;
      return undefined;
    });
  return found && Object.fromEntries(found.map(({ name, commit }) => [name, commit.id]));
}

async function push(path: string, branch: string): Promise<{ commit: string; by: string }> {
  const { username, password } = gitea.admin;
  const url = `${gitea.url.replace('//', `//${username}:${password}@`)}/${path}.git`;
  const clone = await mkdtemp(join(folder, 'push-'));
  await run('git', ['clone', '-q', url, clone]);
  const person = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
  await run('git', [...person, 'commit', '-q', '--allow-empty', '-m', 'Pushed'], { cwd: clone });
  await run('git', ['push', '-q', '-f', url, `HEAD:refs/heads/${branch}`], { cwd: clone });
  return { commit: (await run('git', ['rev-parse', 'HEAD'], { cwd: clone })).stdout.trim(), by: username };
}
