// A platform is taken from a real Kubernetes, and nothing of it is left.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AnyObject, systemClock } from '@slipway/api';
import { type Client, createClient, patientTransport } from '@slipway/client';
import { nodeTransport } from '@slipway/client/node';
import {
  applyCluster,
  type ClusterPlan,
  type Destroyed,
  type DestroyOptions,
  destroyCluster,
} from '@slipway/cluster';
import { clusterDefinitions } from '@slipway/platform';
import {
  baseOf,
  componentOf,
  definitionOfKind,
  planOf,
} from '../../packages/cluster/src/preflight/cluster-plan.fixture.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { backToObjects, objectsAtRest } from '../whole-cluster.ts';

const skip = noRealCluster();
const TIMEOUT_MS = 30_000;
let cluster: RealCluster;
let client: Client;

before(async () => {
  if (skip) return;
  const started = await realCluster();
  assert.ok(started);
  cluster = started;
  const { url, ca, token } = cluster;
  client = createClient(patientTransport(nodeTransport({ url, ca, token }), systemClock));
});
after(() => cluster?.stop());

const space = (name: string): AnyObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const named = (name: string, namespace: string) => ({ metadata: { name, namespace } });
const widget = (name: string, namespace: string, finalizers: string[] = []): AnyObject => ({
  apiVersion: 'example.org/v1',
  kind: 'Widget',
  metadata: { name, namespace, ...(finalizers.length > 0 ? { finalizers } : {}) },
  spec: { size: 'large' },
});

function deployment(name: string, namespace: string): AnyObject {
  const labels = { app: name };
  const container = { name: 'main', image: 'registry.example.com/tool:1' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    ...named(name, namespace),
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

function platform(): ClusterPlan {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'tool' },
    rules: [],
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    ...named('tool', 'tool'),
    spec: { selector: { app: 'tool' }, ports: [{ port: 80 }] },
  };
  const components = [
    componentOf('tool', [
      space('tool'),
      definitionOfKind('Widget', 'example.org'),
      role,
      service,
      deployment('tool', 'tool'),
    ]),
    componentOf('user', [space('user'), deployment('user', 'user'), widget('configured', 'user')]),
  ];
  return planOf(components, 'acme', baseOf(clusterDefinitions(), components));
}

async function install(): Promise<void> {
  const { failed } = await applyCluster(platform(), {
    client,
    clock: systemClock,
    timeoutMs: TIMEOUT_MS,
    until: 'healthy',
    probe: async () => undefined,
  });
  assert.equal(failed, undefined);
}

function destroy(more: Partial<DestroyOptions> = {}): Promise<Destroyed> {
  const order = ['tool', 'user'];
  return destroyCluster({
    client,
    clock: systemClock,
    platform: 'acme',
    order,
    timeoutMs: TIMEOUT_MS,
    ...more,
  });
}

test('nothing of the platform is left, nor of what people made of its kinds', { skip }, async () => {
  const empty = await objectsAtRest(client);
  await install();
  const kind = await client.discover('example.org/v1', 'Widget');
  assert.ok(kind);
  await client.create(kind, widget('by-a-person', 'default'));
  const said: string[] = [];
  const { kept } = await destroy({ say: line => said.push(line) });
  assert.deepEqual(kept, []);
  await backToObjects(client, empty);
  const parts = said.filter(line => /^[\w ]+: \d+$/.test(line)).map(line => line.replace(/: .*/, ''));
  assert.deepEqual(parts.slice(0, 3), ['objects of the kinds of tool', 'user', 'tool']);
});

test('killed at any deletion and begun again it comes to the same end', { skip }, async t => {
  const empty = await objectsAtRest(client);
  await install();
  let runs = 0;
  for (let allowed = 2; ; allowed += 6) {
    let left = allowed;
    const dying: Client = {
      ...client,
      delete: async (...args: Parameters<Client['delete']>) => {
        left -= 1;
        if (left < 0) throw new Error('killed');
        return client.delete(...args);
      },
    };
    runs += 1;
    const failure = await destroy({ client: dying }).then(
      () => undefined,
      (error: Error) => error,
    );
    if (!failure) break;
    assert.match(failure.message, /killed/);
  }
  t.diagnostic(`${runs} runs`);
  assert.ok(runs > 2);
  await backToObjects(client, empty);
});

test('what is marked stays, with its namespace, and is told; what hangs is named with its finalizer', {
  skip,
}, async () => {
  const empty = await objectsAtRest(client);
  await install();
  const labels = { 'slipway.dev/keep': 'true' };
  await cluster.kubectl(
    ['apply', '-f', '-'],
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'precious', namespace: 'tool', labels },
    }),
  );
  await cluster.kubectl(
    ['apply', '-f', '-'],
    JSON.stringify(widget('held', 'default', ['example.org/hold'])),
  );
  await assert.rejects(destroy({ timeoutMs: 1_000 }), {
    code: 'DestroyHangs',
    message:
      /^not gone within 1 s: Widget default\/held waits for example\.org\/hold; see that their controllers run/,
  });
  const { kept } = await destroy({ timeoutMs: 1_000, abandon: true }).catch(() => destroy());
  assert.deepEqual(kept, ['Namespace tool', 'Secret tool/precious']);
  await backToObjects(client, empty, [
    'v1 ConfigMap tool/kube-root-ca.crt',
    'v1 Namespace /tool',
    'v1 Secret tool/precious',
    'v1 ServiceAccount tool/default',
  ]);
});
