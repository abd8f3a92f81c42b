// A service on a cluster, with the real Gitea and the real Argo CD and our controllers beside them, each with its own
// account's rights: what a person pushes is written to the environment's repository at Gitea and synced by Argo CD.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { silentLog, systemClock, systemRandom } from '@slipway/api';
import {
  applyObjects,
  besideAccounts,
  type ExistingSettings,
  httpRequest,
  PLATFORM_GIT,
  type PolicyRule,
  type Ports,
  type Settings,
  WIRING_ACCOUNT,
  type WiringSettings,
} from '@slipway/definition';
import { AppProject, CustomResourceDefinition, Deployment, Repository, Workload } from '@slipway/kinds';
import { type Controller, createRuntime } from '@slipway/runtime';
import { gitDoor } from '../../apps/platform/src/cluster/git-door.ts';
import { clusterDefinitions } from '../../apps/platform/src/own-kinds.ts';
import { argoCd } from '../../capabilities/delivery/technologies/argo-cd/index.ts';
import { gitea as giteaTechnology } from '../../capabilities/source/technologies/gitea/index.ts';
import { argoWorkflows } from '../../capabilities/workflows/technologies/argo-workflows/index.ts';
import { eventually, run } from '../platform-process.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { type RealKube, realKube } from '../real-kube.ts';
import { type ArgoCd, startArgoCd } from '../tools/argo-cd.ts';
import { noTools } from '../tools/cache.ts';
import { type Gitea, startGitea } from '../tools/gitea.ts';

const skip = noRealCluster() || noTools('gitea', 'argo-cd', 'redis');
const TIMEOUT_MS = 60_000;
const SYSTEM = 'slipway-system';
const runtimes: { stop(): Promise<void> }[] = [];
let folder: string;
let gitea: Gitea;
let cluster: RealCluster;
let argo: ArgoCd | undefined;
let real: RealKube;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-delivery-'));
  await mkdir(join(folder, 'gitea'));
  const [server, kube] = await Promise.all([startGitea({ folder: join(folder, 'gitea') }), realCluster()]);
  assert.ok(server && kube);
  gitea = server;
  cluster = kube;
  real = realKube(cluster);
  argo = await startArgoCd(cluster, { applicationNamespaces: ['team-*'] });
  await prepare();
});
after(async () => {
  for (const each of runtimes) await each.stop();
  await argo?.stop();
  await real?.stop();
  await cluster?.stop();
  await gitea?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The kinds, a team with its namespaces, and the Gitea that is there already with an administrator's token. */
async function prepare(): Promise<void> {
  const client = real.kube.client();
  const brought = await Promise.all(
    [giteaTechnology, argoCd, argoWorkflows].map(({ kinds }) => kinds?.() ?? []),
  );
  const all = [...clusterDefinitions(), ...(brought.flat() as CustomResourceDefinition[])];
  const distinct = new Map(all.map(definition => [definition.metadata.name, definition]));
  await Promise.all([...distinct.values()].map(each => client.create(CustomResourceDefinition, each)));
  const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const slipway = 'slipway.dev/v1alpha1';
  const token = await gitea.api<{ sha1: string }>('POST', `/users/${gitea.admin.username}/tokens`, {
    name: 'platform',
    scopes: ['all'],
  });
  await applyObjects(client, [
    ...[SYSTEM, 'team-acme', 'acme-dev'].map(namespace),
    { apiVersion: slipway, kind: 'Team', metadata: { name: 'acme' }, spec: {} },
    { apiVersion: slipway, kind: 'Environment', metadata: { name: 'dev' }, spec: { order: 1 } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: SYSTEM, name: 'gitea-token' },
      data: { token: btoa(token.sha1) },
    } as AnyObject,
    ...accesses(),
  ]);
  await wire();
  await deliver();
}

/** What the wishes of Argo CD and of our own engines come to. */
function accesses(): AnyObject[] {
  const settings = { address: gitea.url } as ExistingSettings;
  const asked = argoCd.upstream?.wishes?.({
    url: () => 'https://argocd.acme.example',
    tls: { issuer: 'files' },
    isGranted: () => false,
  } as never);
  const wish = asked?.find(each => each.contract === 'git' && each.name === 'repositories');
  assert.ok(wish?.contract === 'git');
  const grant = giteaTechnology.existing?.grants?.git;
  assert.ok(grant);
  const own = { name: 'git', contract: 'git', rights: 'write', secret: PLATFORM_GIT } as const;
  return [
    ...grant(wish, { component: 'argo-cd', namespace: 'argocd' }, settings).objects,
    ...grant(own, { component: 'slipway', namespace: SYSTEM }, settings).objects,
  ];
}

/** The controllers that keep Gitea's accounts and repositories, with the rights of the wiring account. */
async function wire(): Promise<void> {
  const settings: WiringSettings = {
    platform: 'acme',
    parameters: {},
    namespace: SYSTEM,
    isInside: false,
    url: host => `https://${host}.acme.example`,
    existing: { address: gitea.url, credentials: { namespace: SYSTEM, name: 'gitea-token' } },
    http: httpRequest,
  };
  const role = besideAccounts({ components: [] }).find(
    ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name?.includes(WIRING_ACCOUNT),
  );
  const rules = (role as { rules?: PolicyRule[] } | undefined)?.rules ?? [];
  const { client } = await real.account({ id: WIRING_ACCOUNT, rules });
  await start(giteaTechnology.wiring?.(settings) ?? [], client);
}

/** What of ours runs beside Argo CD, with its own rights; it enters Gitea with the account that was granted. */
async function deliver(): Promise<void> {
  const { beside } = argoCd;
  assert.ok(beside);
  const { client, as } = await real.account({ id: argoCd.id, rules: beside.rules });
  const door = {
    client: real.kube.client(),
    clock: systemClock,
    isInside: false,
    publicUrl: gitea.url,
    ca: '',
  };
  const ports = {
    client,
    as,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    enter: gitDoor(door),
  } as unknown as Ports;
  const addresses = {
    url: (host: string) => `https://${host}.acme.example`,
    appUrl: (service: string, environment: string) => `https://${service}-${environment}.acme.example`,
  };
  const settings = { parameters: {}, environments: ['dev'], addresses } as unknown as Settings;
  const running = await beside.start(ports, settings);
  runtimes.push(running);
  await start(running.controllers, client);
}

async function start(
  controllers: Controller[],
  client: ReturnType<RealKube['kube']['client']>,
): Promise<void> {
  const runtime = createRuntime({ client, clock: systemClock, random: systemRandom, log: silentLog });
  runtimes.push(runtime);
  runtime.add(controllers);
  await runtime.start();
}

function deployment(image: string): object {
  const labels = { app: 'shop' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'shop', image }] } },
    },
  };
}

/** As a person does it: clone, commit, push. */
async function push(image: string): Promise<string> {
  const { username, password } = gitea.admin;
  const url = `${gitea.url.replace('//', `//${username}:${password}@`)}/acme/shop.git`;
  const clone = await mkdtemp(join(folder, 'clone-'));
  await run('git', ['clone', '-q', url, clone]);
  await mkdir(join(clone, 'deploy'), { recursive: true });
  await writeFile(join(clone, 'deploy', 'deployment.json'), JSON.stringify(deployment(image)));
  const person = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
  await run('git', ['add', '.'], { cwd: clone });
  await run('git', [...person, 'commit', '-q', '-m', image], { cwd: clone });
  await run('git', ['push', '-q', url, 'HEAD:main'], { cwd: clone });
  return (await run('git', ['rev-parse', 'HEAD'], { cwd: clone })).stdout.trim();
}

async function runs(image: string, revision: string): Promise<void> {
  const client = real.kube.client();
  await eventually(`${image} runs`, TIMEOUT_MS, async () => {
    const found = await client.find(Deployment, { namespace: 'acme-dev', name: 'shop' });
    const [container] = found?.spec.template.spec?.containers ?? [];
    const { status } = await client.get(Workload, { namespace: 'team-acme', name: 'shop' });
    const [dev] = status?.environments ?? [];
    if (container?.image === image && dev?.revision === revision && dev.healthy) return true;
    const { status: told } = await cluster
      .kubectl(['get', 'application', '-n', 'team-acme', 'shop-dev', '-o', 'json'])
      .then(text => JSON.parse(text) as { status?: unknown })
      .catch(error => ({ status: String(error) }));
    throw new Error(JSON.stringify({ image: container?.image, status, told }));
  });
}

test('what a person pushes to Gitea is delivered by Argo CD', { skip }, async () => {
  const client = real.kube.client();
  await gitea.api('POST', '/orgs', { username: 'acme', visibility: 'private' });
  await gitea.api('POST', '/orgs/acme/repos', { name: 'shop', private: true, auto_init: true });
  await eventually('the repository is found', TIMEOUT_MS, () =>
    client.get(Repository, { namespace: 'team-acme', name: 'shop' }),
  );
  const first = await push('registry.example.com/shop:1');
  await client.create(Workload, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Workload',
    metadata: { namespace: 'team-acme', name: 'shop' },
    spec: { repository: 'shop' },
  });
  await runs('registry.example.com/shop:1', first);
  const { status } = await client.get(Repository, { namespace: 'team-acme', name: 'environment-dev' });
  assert.equal(status?.url, `${gitea.url}/acme/environment-dev.git`);
  const project = await client.get(AppProject, { namespace: 'argocd', name: 'team-acme' });
  assert.deepEqual((project.spec as { sourceRepos: string[] }).sourceRepos, [`${gitea.url}/acme/*`]);
  await runs('registry.example.com/shop:2', await push('registry.example.com/shop:2'));
});
