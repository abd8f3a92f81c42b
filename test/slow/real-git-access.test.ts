// GitAccesses and Repositories against the real Gitea: programs get accounts that reach what they named, and what is
// lost comes back by itself.
import { mkdtemp, rm } from 'node:fs/promises';
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
import { giteaAccounts } from '../../capabilities/source/technologies/gitea/wiring.ts';
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
  await import('node:fs/promises').then(({ mkdir }) => mkdir(server));
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
  kube.runtime.add([gitAccesses(giteaAccounts(settings()), RESYNC_MS)], client);
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
});
