// A platform through its own repository, on a real Kubernetes: the real Gitea keeps what an apply commits, the real
// Argo CD brings it to the cluster, puts back what somebody changed, and is the first to go. Argo CD installs itself
// here by our plan (its pods only look alive) and runs as processes beside the cluster.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type AnyObject, systemClock } from '@slipway/api';
import { type Client, createClient, patientTransport } from '@slipway/client';
import { nodeTransport } from '@slipway/client/node';
import {
  type AppliedCluster,
  applyCluster,
  type ClusterPlan,
  destroyCluster,
  diffCluster,
  followsOf,
  gitMirror,
  planFor,
} from '@slipway/cluster';
import {
  type Catalogue,
  emptyLock,
  httpRequest,
  parseDefinition,
  type Selection,
  select,
} from '@slipway/definition';
import { Deployment, Namespace, Secret } from '@slipway/kinds';
import { catalogue, clusterObjects, wireTools } from '@slipway/platform';
import { openPlatformRepository } from '../../apps/cli/src/cluster/platform-repository.ts';
import { standInFor } from '../accepted/stand-in.ts';
import { eventually } from '../platform-process.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { type ArgoCd, startArgoCd } from '../tools/argo-cd.ts';
import { noTools } from '../tools/cache.ts';
import { readObject } from '../tools/controller.ts';
import { type Gitea, startGitea } from '../tools/gitea.ts';
import { backToObjects, objectsAtRest } from '../whole-cluster.ts';

const mirror = process.env.SLIPWAY_GIT_MIRROR;
const skip =
  noRealCluster() ||
  noTools('gitea', 'argo-cd', 'redis') ||
  (mirror ? false : 'SLIPWAY_GIT_MIRROR says no bare repositories');
const TIMEOUT_MS = 60_000;
let folder: string;
let cluster: RealCluster;
let client: Client;
let gitea: Gitea;
let argo: ArgoCd | undefined;
let empty: string[] = [];

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-gitops-'));
  await mkdir(join(folder, 'gitea'));
  const [started, tool] = await Promise.all([realCluster(), startGitea({ folder: join(folder, 'gitea') })]);
  assert.ok(started && tool);
  cluster = started;
  gitea = tool;
  const { url, ca, token } = cluster;
  client = createClient(patientTransport(nodeTransport({ url, ca, token }), systemClock));
  empty = await objectsAtRest(client);
  const { sha1 } = await gitea.api<{ sha1: string }>('POST', `/users/${gitea.admin.username}/tokens`, {
    name: 'slipway',
    scopes: ['all'],
  });
  const name = 'slipway-system';
  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const metadata = { namespace: name, name: 'gitea-token' };
  await client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata, data: { token: btoa(sha1) } });
});
after(async () => {
  await argo?.stop();
  await cluster?.stop();
  await gitea?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Gitea is there already; certificates and routes are given by a stand-in, for nobody would serve them. */
function selection(replicas: number): { selection: Selection; known: Catalogue } {
  const whole = catalogue();
  const find = (id: string) => {
    const found = whole.technologies.find(each => each.id === id);
    assert.ok(found);
    return found;
  };
  const argoCd = find('argo-cd');
  const standIn = standInFor(argoCd);
  const technologies = [standIn, find('gitea'), argoCd, find('spark-operator')];
  const capabilities = whole.capabilities.map(each => ({
    ...each,
    technologies: technologies.filter(one => one.capabilities.includes(each.id)).map(one => one.id),
  }));
  const known = { capabilities, technologies, blueprints: [] };
  const text = `apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata: { name: acme }
spec:
  target: { kubernetes: {} }
  domain: acme.example
  capabilities:
    deployment-targets: stand-in
    code-repositories: { technology: gitea, engine: { existing: { url: '${gitea.url}', credentials: gitea-token } } }
    continuous-delivery: argo-cd
    data: { technology: spark-operator, parameters: { replicas: ${replicas} } }
`;
  return { selection: select(parseDefinition(text, 'platform.yaml'), known), known };
}

const sources = () => ({ cacheFolder: join(folder, 'cache'), mirrorOf: gitMirror(mirror ?? '') });

async function planWith(replicas: number): Promise<{ selection: Selection; plan: ClusterPlan }> {
  const { selection: chosen, known } = selection(replicas);
  const definitions = await clusterObjects(chosen);
  const lock = emptyLock();
  const plan = await planFor({
    client,
    selection: chosen,
    catalogue: known,
    lock,
    sources: sources(),
    definitions,
  });
  return { selection: chosen, plan };
}

async function apply(replicas: number): Promise<AppliedCluster> {
  const { selection: chosen, plan } = await planWith(replicas);
  const follows = followsOf(chosen.components);
  assert.ok(follows);
  const wiring = wireTools(client, chosen, plan, httpRequest);
  const opened: { close(): Promise<void> }[] = [];
  try {
    const applied = await applyCluster(plan, {
      client,
      clock: systemClock,
      timeoutMs: TIMEOUT_MS,
      until: 'synced',
      probe: async () => undefined,
      begun: wiring.start,
      through: {
        follows,
        open: async repository => {
          const open = await openPlatformRepository(
            { client, selection: chosen, sources: sources() },
            repository,
            'ann',
          );
          opened.push(open);
          return open;
        },
      },
    });
    assert.equal(applied.failed, undefined, JSON.stringify(applied.failed));
    return applied;
  } finally {
    await wiring.stop();
    for (const each of opened) await each.close();
  }
}

const commits = async () =>
  (await gitea.api<{ commit: { message: string } }[]>('GET', '/repos/slipway/acme/commits')).map(
    ({ commit }) => commit.message.split('\n')[0] ?? '',
  );
const fileAt = async (path: string) => {
  const { content } = await gitea.api<{ content: string }>('GET', `/repos/slipway/acme/contents/${path}`);
  return Buffer.from(content, 'base64').toString();
};
const controller = { namespace: 'spark-operator', name: 'spark-operator-controller' };
const OPERATOR = 'rendered/spark-operator/tool/deployment-spark-operator-spark-operator-controller.yaml';

test('source and delivery are applied directly, everything else through the repository', {
  skip,
}, async t => {
  const applying = apply(2);
  const installed = eventually('Argo CD is installed', TIMEOUT_MS, () =>
    cluster.kubectl(['get', 'appproject', 'slipway', '-n', 'argocd']),
  );
  await Promise.race([installed, applying]);
  argo = await startArgoCd(cluster, { isInstalled: true });
  const { components } = await applying;
  t.diagnostic(
    JSON.stringify(components.map(({ id, created, ms }) => ({ id, created, ms: Math.round(ms) }))),
  );
  const application = await readObject<AnyObject>(cluster, 'application', 'slipway-spark-operator', 'argocd');
  assert.equal((application.status as { sync?: { status: string } }).sync?.status, 'Synced');
  const found = await client.get(Deployment, controller);
  const managers = found.metadata.managedFields?.map(({ manager }) => manager) ?? [];
  assert.ok(managers.includes('argocd-controller') && !managers.includes('slipway'), managers.join());
  const told = await commits();
  t.diagnostic(told.join(' | '));
  assert.match(told.find(line => line.endsWith(': tool')) ?? '', /^spark-operator .*: tool$/);
  assert.match(await fileAt(OPERATOR), /replicas: 2/);
  assert.match(await fileAt('definition/platform.yaml'), /replicas: 2/);
});

test('the same again commits nothing, and nothing differs', { skip }, async () => {
  const before = await commits();
  const { components } = await apply(2);
  for (const { id, created, changed, removed } of components)
    assert.deepEqual([created, changed, removed], [0, 0, []], id);
  assert.deepEqual(await commits(), before);
  assert.deepEqual((await diffCluster(client, (await planWith(2)).plan)).changes, []);
});

test('what somebody takes away by hand is put back', { skip }, async () => {
  await client.delete(Deployment, controller);
  await eventually('it is there again', TIMEOUT_MS, () => client.get(Deployment, controller));
});

test('a change of the definition is a commit that people can read', { skip }, async () => {
  const before = await fileAt(OPERATOR);
  const { changes } = await diffCluster(client, (await planWith(3)).plan);
  assert.ok(changes.length > 0);
  await apply(3);
  assert.match((await commits()).slice(0, 2).join(), /^definition,spark-operator .*: tool$/);
  assert.notEqual(await fileAt(OPERATOR), before);
  assert.deepEqual((await diffCluster(client, (await planWith(3)).plan)).changes, []);
});

test('destroy takes first what would bring the rest back, and leaves nothing', { skip }, async () => {
  const { selection: chosen, plan } = await planWith(3);
  await destroyCluster({
    client,
    clock: systemClock,
    platform: 'acme',
    order: plan.components.map(({ id }) => id),
    timeoutMs: TIMEOUT_MS,
    beside: wireTools(client, chosen, plan, httpRequest),
  });
  await argo?.stop();
  argo = undefined;
  await backToObjects(client, empty);
});
