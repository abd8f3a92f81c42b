// Components get their new releases on a real Kubernetes; what is not ready goes back, and the lock with it.
import assert from 'node:assert/strict';
import { readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type AnyObject, systemClock } from '@slipway/api';
import { type Client, createClient, patientTransport } from '@slipway/client';
import { nodeTransport } from '@slipway/client/node';
import {
  applyCluster,
  backUpComponent,
  type ClusterPlan,
  findLosses,
  lossText,
  type Upgrade,
  type Upgraded,
  type UpgradeWork,
  upgradeCluster,
} from '@slipway/cluster';
import { emptyLock, type Lock, type Release } from '@slipway/definition';
import { Component, CustomResourceDefinition } from '@slipway/kinds';
import { clusterDefinitions } from '@slipway/platform';
import {
  baseOf,
  componentOf,
  definitionOfKind,
  planOf,
} from '../../packages/cluster/src/preflight/cluster-plan.fixture.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';

const skip = noRealCluster();
const TIMEOUT_MS = 20_000;
/** Too short for anything that does not come up at once. */
const IMPATIENT_MS = 2_500;
const folder = join(tmpdir(), `slipway-upgrade-${process.pid}`);
let cluster: RealCluster;
let client: Client;
let kept: Lock = lockOf('1.0.0');

before(async () => {
  if (skip) return;
  const started = await realCluster();
  assert.ok(started);
  cluster = started;
  const { url, ca, token } = cluster;
  client = createClient(patientTransport(nodeTransport({ url, ca, token }), systemClock));
  const { failed } = await apply(planFor(kept), TIMEOUT_MS);
  assert.equal(failed, undefined);
  const kind = await client.discover('example.org/v1beta1', 'Widget');
  assert.ok(kind);
  await client.create(kind, {
    apiVersion: 'example.org/v1beta1',
    kind: 'Widget',
    metadata: { name: 'mine', namespace: 'default' },
    spec: { size: 'large' },
  } as AnyObject);
});
after(async () => {
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
});

function releaseOf(version: string): Release {
  return { version, form: 'manifests', parts: [{ at: '', files: {} }], digest: `sha256:${version}` };
}

function lockOf(version: string): Lock {
  return { ...emptyLock(), components: { tool: { version, digest: `sha256:${version}`, source: 'here' } } };
}

function upgradeTo(version: string): Upgrade {
  return {
    id: 'tool',
    from: kept.components.tool?.version ?? '',
    release: releaseOf(version),
    isBack: false,
    breaking: [],
  };
}

/** 1: stored as v1beta1; 2: v1 stored; 3: v1beta1 gone and nowhere to run; 4: as 3, and it runs. */
const VERSIONS: Record<string, { versions: string[]; node?: string; only?: string }> = {
  '1.0.0': { versions: ['v1beta1'] },
  '2.0.0': { versions: ['v1', 'v1beta1'], only: 'second' },
  '3.0.0': { versions: ['v1'], node: 'nowhere', only: 'third' },
  '4.0.0': { versions: ['v1'] },
};

function planFor(lock: Lock): ClusterPlan {
  const version = lock.components.tool?.version ?? '';
  const { versions = [], node, only } = VERSIONS[version] ?? {};
  const labels = { app: 'tool' };
  const container = { name: 'main', image: `registry.example.com/tool:${version}` };
  const spec = { containers: [container], ...(node ? { nodeSelector: { place: node } } : {}) };
  const objects: AnyObject[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tool' } },
    definitionOfKind('Widget', 'example.org', versions),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'tool', namespace: 'tool' },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'canary', namespace: 'tool' },
      stringData: { password: 'hunter2-canary' },
    },
    ...(only ? [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: only, namespace: 'tool' } }] : []),
  ];
  const components = [componentOf('tool', objects, { version })];
  return { ...planOf(components, 'acme', baseOf(clusterDefinitions(), components)), lock };
}

function apply(plan: ClusterPlan, timeoutMs: number, through = client) {
  return applyCluster(plan, {
    client: through,
    clock: systemClock,
    timeoutMs,
    until: 'healthy',
    probe: async () => undefined,
  });
}

function upgrade(
  version: string,
  more: Partial<UpgradeWork> = {},
  timeoutMs = TIMEOUT_MS,
): Promise<Upgraded> {
  return upgradeCluster([upgradeTo(version)], {
    client,
    lock: kept,
    plan: async lock => planFor(lock),
    apply: plan => apply(plan, timeoutMs),
    backUp: id => backUpComponent(client, id, { folder, clock: systemClock }),
    keepLock: async lock => {
      kept = lock;
    },
    ...more,
  });
}

async function versionOnCluster(): Promise<string | undefined> {
  return (await client.get(Component, { name: 'tool' })).status?.version;
}

test('a new release is applied, the lock has it afterwards, and what could be lost is in a file of one’s own', {
  skip,
}, async () => {
  const { done, failed } = await upgrade('2.0.0');
  assert.equal(failed, undefined);
  assert.equal(kept.components.tool?.version, '2.0.0');
  assert.equal(await versionOnCluster(), '2.0.0');
  const { backup = '' } = done[0] ?? {};
  assert.equal((await stat(backup)).mode & 0o777, 0o600);
  const text = await readFile(backup, 'utf8');
  assert.match(text, /kind: Widget\n/);
  assert.match(text, /keys:\n *- password\n/);
  assert.doesNotMatch(text, /hunter2|aHVudGVyM/);
});

test('a version that goes away is told with the objects that were written in it', { skip }, async () => {
  const [component] = planFor(lockOf('3.0.0')).components;
  assert.ok(component);
  const found = await findLosses(client, component);
  assert.deepEqual(found.map(lossText), [
    'widgets.example.org: version v1beta1 goes away; 1 have it: default/mine',
  ]);
});

test('a release that does not come up goes back, CRDs and objects too, and the lock is as it was', {
  skip,
}, async () => {
  const { done, failed } = await upgrade('3.0.0', {}, IMPATIENT_MS);
  assert.deepEqual(done, []);
  assert.deepEqual(failed?.restored, { ok: true });
  assert.match(failed?.message ?? '', /not ready within .*Unschedulable/);
  assert.equal(kept.components.tool?.version, '2.0.0');
  assert.equal(await versionOnCluster(), '2.0.0');
  const maps = await cluster.kubectl(['get', 'configmap', '-n', 'tool', '-o', 'name']);
  assert.deepEqual(maps.trim().split('\n'), ['configmap/kube-root-ca.crt', 'configmap/second']);
  const definition = await client.get(CustomResourceDefinition, { name: 'widgets.example.org' });
  assert.deepEqual(
    definition.spec.versions.map(({ name }) => name),
    ['v1', 'v1beta1'],
  );
});

test('killed anywhere and begun again it comes to the same end', { skip }, async t => {
  let runs = 0;
  for (let allowed = 0; ; allowed += 3) {
    let left = allowed;
    const spend = () => {
      left -= 1;
      if (left < 0) throw new Error('killed');
    };
    const dying: Client = {
      ...client,
      apply: async (...args: Parameters<Client['apply']>) => {
        spend();
        return client.apply(...args) as never;
      },
      patch: async (...args: Parameters<Client['patch']>) => {
        spend();
        return client.patch(...args) as never;
      },
      delete: async (...args: Parameters<Client['delete']>) => {
        spend();
        return client.delete(...args);
      },
    };
    runs += 1;
    // A process that was killed neither writes the lock nor goes back.
    const { failed } = await upgrade('4.0.0', {
      client: dying,
      apply: plan => apply(plan, TIMEOUT_MS, dying),
    });
    if (!failed) break;
    assert.match(failed.message, /killed/);
    assert.equal(kept.components.tool?.version, '2.0.0');
  }
  t.diagnostic(`${runs} runs`);
  assert.ok(runs > 3);
  assert.equal(kept.components.tool?.version, '4.0.0');
  assert.equal(await versionOnCluster(), '4.0.0');
  const maps = await cluster.kubectl(['get', 'configmap', '-n', 'tool', '-o', 'name']);
  assert.deepEqual(maps.trim().split('\n'), ['configmap/kube-root-ca.crt']);
  const again = await apply(planFor(kept), TIMEOUT_MS);
  assert.equal(again.components[0]?.changed, 0);
});

test('a version that objects are stored in goes only when they are stored in another', { skip }, async () => {
  const definition = await client.get(CustomResourceDefinition, { name: 'widgets.example.org' });
  const { status } = definition as unknown as { status: { storedVersions: string[] } };
  assert.deepEqual(status.storedVersions, ['v1']);
  const kind = await client.discover('example.org/v1', 'Widget');
  assert.ok(kind);
  const { spec } = (await client.get(kind, { namespace: 'default', name: 'mine' })) as AnyObject;
  assert.deepEqual(spec, { size: 'large' });
});
