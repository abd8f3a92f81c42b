// The real Kubernetes that other tests stand on: workloads come to life, and a killed API server comes back with its data.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ConfigMap, Deployment, Job, StatefulSet } from '@slipway/kinds';
import { eventually } from '../platform-process.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';

const skip = noRealCluster();
const TIMEOUT_MS = 30_000;
const namespace = 'default';
let cluster: RealCluster | undefined;

before(async () => {
  cluster = await realCluster({ nodes: 2 });
});
after(() => cluster?.stop());

function here(): RealCluster {
  assert.ok(cluster);
  return cluster;
}

const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', image: 'registry.example.com/web:1' }] },
};

test('a Deployment becomes available and a Job completes', { skip }, async () => {
  const client = here().client();
  await client.create(Deployment, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template },
  });
  const spec = { ...template.spec, restartPolicy: 'Never' as const };
  await client.create(Job, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once', namespace },
    spec: { template: { spec } },
  });
  await eventually('available', TIMEOUT_MS, async () => {
    const { status } = await client.get(Deployment, { namespace, name: 'web' });
    return status?.availableReplicas === 3 || undefined;
  });
  await eventually('complete', TIMEOUT_MS, async () => {
    const { status } = await client.get(Job, { namespace, name: 'once' });
    return status?.conditions?.some(({ type }) => type === 'Complete') || undefined;
  });
});

test('a StatefulSet gets its volumes', { skip }, async () => {
  const client = here().client();
  const labels = { app: 'store' };
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
  await client.create(StatefulSet, {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'store', namespace },
    spec: {
      replicas: 2,
      serviceName: 'store',
      selector: { matchLabels: labels },
      template: { ...template, metadata: { labels } },
      volumeClaimTemplates: [claim],
    },
  });
  await eventually('ready', TIMEOUT_MS, async () => {
    const { status } = await client.get(StatefulSet, { namespace, name: 'store' });
    return status?.readyReplicas === 2 || undefined;
  });
});

test('kubectl speaks to it', { skip }, async () => {
  const text = await here().kubectl(['get', 'nodes', '-o', 'name']);
  assert.equal(text, 'node/node-0\nnode/node-1\n');
});

test('a killed API server comes back at its address with its data', { skip }, async () => {
  const client = here().client();
  const data = { kept: 'yes' };
  await client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kept', namespace },
    data,
  });
  await here().killApiServer();
  await assert.rejects(client.get(ConfigMap, { namespace, name: 'kept' }));
  await here().startApiServer();
  assert.deepEqual((await client.get(ConfigMap, { namespace, name: 'kept' })).data, data);
});
