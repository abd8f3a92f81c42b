// A service ends where the tools themselves run: the real API server, the real Gitea, the real Argo CD, and `slipway
// controller` with nothing but its accounts' rights.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Client } from '@slipway/client';
import { applyObjects } from '@slipway/definition';
import { Application, ConfigMap, Repository, Retirement, Workload } from '@slipway/kinds';
import { eventually } from '../platform-process.ts';
import { type PlatformAtGitea, platformAtGitea } from '../real-cluster/platform-at-gitea.ts';
import { noRealCluster } from '../real-cluster.ts';
import { type RealKube, realKube } from '../real-kube.ts';
import { type ArgoCd, startArgoCd } from '../tools/argo-cd.ts';
import { noTools } from '../tools/cache.ts';
import type { Gitea } from '../tools/gitea.ts';

const skip = noRealCluster() || noTools('gitea', 'argo-cd', 'redis');
const LONG_MS = 60_000;
const TEAM = 'team-payments';
let folder: string;
let platform: PlatformAtGitea;
let real: RealKube;
let client: Client;
let ann: Client;
let gitea: Gitea;
let argo: ArgoCd | undefined;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-retirement-'));
  platform = await platformAtGitea(folder, ['dev']);
  ({ gitea } = platform);
  argo = await startArgoCd(platform.cluster, { applicationNamespaces: ['team-*'] });
  real = realKube(platform.cluster);
  client = real.kube.client();
  ann = real.kube.client({ username: 'ann', groups: ['system:authenticated'] });
  await applyObjects(client, [argoSecret(), ...argoProject()]);
});
after(async () => {
  await argo?.stop();
  await real?.stop();
  await platform?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('a service is there, with its repository, its folder and what Argo CD applied', { skip }, async () => {
  const about = { apiVersion: 'slipway.dev/v1alpha1' };
  await applyObjects(client, [
    { ...about, kind: 'Team', metadata: { name: 'payments' }, spec: { members: ['user:ann'] } },
  ]);
  await eventually('ann’s rights', LONG_MS, () =>
    ann.list(Repository, { namespace: TEAM }).catch(() => undefined),
  );
  for (const name of ['shop', 'environment-dev'])
    await ann.create(Repository, {
      apiVersion: 'source.slipway.dev/v1alpha1',
      kind: 'Repository',
      metadata: { namespace: TEAM, name },
      spec: { owner: 'payments', name },
    });
  await eventually('both repositories are at Gitea', LONG_MS, async () => {
    const { items } = await client.list(Repository, { namespace: TEAM });
    const known = items.filter(({ status }) => status?.branches?.main);
    return known.length === 2 || undefined;
  });
  await commit('shop', 'README.md', '# Shop\n');
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shop' }, data: { a: '1' } };
  await commit('environment-dev', 'shop/map.json', JSON.stringify(map));
  await commit('environment-dev', 'other/map.json', '{}');
  await ann.create(Workload, {
    ...about,
    kind: 'Workload',
    metadata: { namespace: TEAM, name: 'shop' },
    spec: { repository: 'shop' },
  });
  await applyObjects(client, [application()]);
  await eventually('Argo CD applied it', LONG_MS, () =>
    client.find(ConfigMap, { namespace: 'payments-dev', name: 'shop' }),
  );
});

test('its list names what is there, and what the platform cannot see or remove here', { skip }, async () => {
  await ann.create(Retirement, retirement('looks'));
  const { status } = await eventually('the list', LONG_MS, async () => {
    const found = await client.find(Retirement, { namespace: TEAM, name: 'looks' });
    return found?.status?.phase === 'Planned' ? found : undefined;
  });
  const names = (status?.items ?? []).map(({ kind, name, action }) => `${action} ${kind} ${name}`);
  for (const each of [
    'Remove Application shop-dev',
    'Remove Folder payments/environment-dev/shop',
    'Remove Repository shop',
    'Keep Repository environment-dev',
    'Remove ConfigMap shop',
  ])
    assert.ok(names.includes(each), `${each} in ${names.join(', ')}`);
  assert.match(
    status?.limits?.join('\n') ?? '',
    /^images: no account at the registry; remove payments\/shop/m,
  );
  assert.match(status?.limits?.join('\n') ?? '', /^objects: Secrets and kinds of others are not listed/m);
});

test('confirmed, it goes: by Argo CD, by a commit, at Gitea, and as whoever confirmed', {
  skip,
}, async () => {
  await ann.create(Retirement, retirement('ends', { confirm: 'shop' }));
  const { status } = await eventually('it is retired', LONG_MS, async () => {
    const found = await client.find(Retirement, { namespace: TEAM, name: 'ends' });
    if (found?.status?.phase === 'Failed') throw new Error(found.status.message);
    return found?.status?.phase === 'Retired' ? found : undefined;
  }).catch(async error => {
    const found = await client.find(Retirement, { namespace: TEAM, name: 'ends' });
    throw new Error(
      `${error.message}: ${JSON.stringify(found?.status)}\n${platform.controller.log().slice(-3000)}`,
    );
  });
  assert.equal(status?.confirmedBy, 'ann');
  const gone = async (kind: Parameters<Client['find']>[0], namespace: string, name: string) =>
    assert.equal(await client.find(kind, { namespace, name }), undefined, `${kind.kind} ${name}`);
  await gone(Workload as never, TEAM, 'shop');
  await gone(Application as never, TEAM, 'shop-dev');
  await gone(ConfigMap as never, 'payments-dev', 'shop');
  await gone(Repository as never, TEAM, 'shop');
  assert.deepEqual(await repositoriesAtGitea(), ['payments/environment-dev']);
  const left = await gitea.api<{ name: string }[]>('GET', '/repos/payments/environment-dev/contents');
  assert.deepEqual(
    left.map(({ name }) => name).filter(name => name !== 'README.md'),
    ['other'],
  );
  const [last] = await gitea.api<{ commit: { message: string } }[]>(
    'GET',
    '/repos/payments/environment-dev/commits?limit=1',
  );
  assert.match(last?.commit.message ?? '', /^shop: retired\n\nRetirement: team-payments\/ends\nBy: ann/);
});

test('who may not delete the service ends nothing', { skip }, async () => {
  await applyObjects(client, [
    {
      apiVersion: 'slipway.dev/v1alpha1',
      kind: 'Workload',
      metadata: { namespace: TEAM, name: 'ledger' },
      spec: { repository: 'ledger' },
    },
    ...mayRetire('ben'),
  ]);
  const ben = real.kube.client({ username: 'ben', groups: ['system:authenticated'] });
  await ben.create(Retirement, retirement('not-his', { workload: 'ledger', confirm: 'ledger' }));
  const { status } = await eventually('refused', LONG_MS, async () => {
    const found = await client.find(Retirement, { namespace: TEAM, name: 'not-his' });
    return found?.status?.phase === 'Failed' ? found : undefined;
  });
  assert.match(status?.message ?? '', /^ben may not retire ledger: delete workloads\.slipway\.dev ledger/);
  assert.ok(await client.find(Workload, { namespace: TEAM, name: 'ledger' }));
});

test('its accounts’ rights were enough for all of it', { skip }, () => {
  const lines = platform.controller.log().split('\n');
  assert.deepEqual(
    lines.filter(line => /forbidden|cannot (get|list|watch|create|update|patch|delete)/i.test(line)),
    [],
  );
});

function retirement(name: string, spec: Partial<Retirement['spec']> = {}): Retirement {
  return {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Retirement',
    metadata: { namespace: TEAM, name },
    spec: { workload: 'shop', ...spec },
  };
}

function application() {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { namespace: TEAM, name: 'shop-dev', labels: { 'slipway.dev/workload': 'shop' } },
    spec: {
      project: 'default',
      source: { repoURL: `${gitea.url}/payments/environment-dev.git`, targetRevision: 'main', path: 'shop' },
      destination: { server: 'https://kubernetes.default.svc', namespace: 'payments-dev' },
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
    },
  };
}

async function repositoriesAtGitea(): Promise<string[]> {
  const found = await gitea.api<{ full_name: string }[]>('GET', '/orgs/payments/repos');
  return found.map(each => each.full_name).toSorted();
}

async function commit(repository: string, path: string, text: string): Promise<void> {
  const place = `/repos/payments/${repository}/contents/${path}`;
  const present = await gitea.api<{ sha: string }>('GET', place).catch(() => undefined);
  const body = { content: Buffer.from(text).toString('base64'), message: `Write ${path}` };
  await gitea.api(present ? 'PUT' : 'POST', place, { ...body, ...(present ? { sha: present.sha } : {}) });
}

function secret(namespace: string, name: string, stringData: object, labels = {}) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name, labels }, stringData };
}

function argoSecret() {
  const { username, password } = gitea.admin;
  return secret(
    'argocd',
    'source',
    { type: 'git', url: gitea.url, username, password },
    { 'argocd.argoproj.io/secret-type': 'repo-creds' },
  );
}

function argoProject() {
  return [
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { namespace: 'argocd', name: 'default' },
      spec: {
        sourceRepos: ['*'],
        sourceNamespaces: ['team-*'],
        destinations: [{ server: '*', namespace: '*' }],
        clusterResourceWhitelist: [{ group: '*', kind: '*' }],
      },
    },
  ];
}

function mayRetire(user: string) {
  const apiGroup = 'rbac.authorization.k8s.io';
  const metadata = { namespace: TEAM, name: `${user}-retires` };
  return [
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: ['slipway.dev'], resources: ['retirements'], verbs: ['create'] }],
    },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata,
      subjects: [{ kind: 'User', name: user, apiGroup }],
      roleRef: { kind: 'Role', name: metadata.name, apiGroup },
    },
  ];
}
