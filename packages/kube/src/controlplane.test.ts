import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasReason, type Key, type Kind, type KubeObject, type Stored } from '@slipway/api';
import { type Client, mutate } from '@slipway/client';
import {
  ConfigMap,
  Deployment,
  EndpointSlice,
  Namespace,
  Pod,
  ReplicaSet,
  Service,
  ServiceAccount,
} from '@slipway/kinds';
import { eventually, gone, testCluster } from './cluster.fixture.ts';

function deployment(
  metadata: { namespace: string; name: string },
  replicas: number,
  image = 'a:1',
  more: Partial<Deployment['spec']> = {},
): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas,
      selector: { matchLabels: { app: metadata.name } },
      template: {
        metadata: { labels: { app: metadata.name } },
        spec: { containers: [{ name: 'c', image }] },
      },
      ...more,
    },
  };
}

function rolledOut(client: Client, key: Key, image: string): Promise<Stored<Deployment>> {
  return eventually(async () => {
    const live = await client.get(Deployment, key);
    const { spec, status = {} } = live;
    const complete =
      status.observedGeneration === live.metadata.generation &&
      status.updatedReplicas === spec.replicas &&
      status.availableReplicas === spec.replicas &&
      status.replicas === spec.replicas;
    return complete && spec.template.spec.containers[0]?.image === image && live;
  });
}

test('a Deployment runs its pods, rolls out another template and keeps history', {
  timeout: 30_000,
}, async t => {
  const { client, namespace, at } = await testCluster(t);
  await client.create(Deployment, deployment(at('web'), 3));
  const first = await rolledOut(client, at('web'), 'a:1');
  assert.equal(first.metadata.annotations?.['deployment.kubernetes.io/revision'], '1');
  const change = (draft: Stored<Deployment>) => {
    for (const container of draft.spec.template.spec.containers) container.image = 'a:2';
  };
  await mutate(client, Deployment, at('web'), change);
  const second = await rolledOut(client, at('web'), 'a:2');
  assert.equal(second.metadata.annotations?.['deployment.kubernetes.io/revision'], '2');
  const progressing = second.status?.conditions?.find(condition => condition.type === 'Progressing');
  assert.equal(progressing?.reason, 'NewReplicaSetAvailable');
  const sets = await client.list(ReplicaSet, { namespace });
  assert.deepEqual(sets.items.map(set => set.spec.replicas).sort(), [0, 3]);
  const pods = await client.list(Pod, { namespace, labelSelector: 'app=web' });
  assert.equal(pods.items.filter(pod => !pod.metadata.deletionTimestamp).length, 3);
});

test('a pod that is deleted is replaced, and deleting the Deployment removes everything', {
  timeout: 30_000,
}, async t => {
  const { client, namespace, at } = await testCluster(t);
  await client.create(Deployment, deployment(at('web'), 2));
  await rolledOut(client, at('web'), 'a:1');
  const [pod] = (await client.list(Pod, { namespace })).items;
  await client.delete(Pod, at(pod?.metadata.name ?? ''));
  await gone(client, Pod, at(pod?.metadata.name ?? ''));
  await rolledOut(client, at('web'), 'a:1');
  await client.delete(Deployment, at('web'));
  await eventually(async () => (await client.list(Pod, { namespace })).items.length === 0);
  await eventually(async () => (await client.list(ReplicaSet, { namespace })).items.length === 0);
});

test('Recreate has no pod of both templates at one time', { timeout: 30_000 }, async t => {
  const { client, at } = await testCluster(t);
  await client.create(Deployment, deployment(at('web'), 2, 'a:1', { strategy: { type: 'Recreate' } }));
  await rolledOut(client, at('web'), 'a:1');
  const stop = new AbortController();
  const alive = new Map<string, string>();
  let mixed = false;
  const watching = (async () => {
    for await (const { type, object } of client.watch(Pod, {
      signal: stop.signal,
      sendInitialEvents: true,
    })) {
      if (type === 'BOOKMARK') continue;
      if (type === 'DELETED') alive.delete(object.metadata.name);
      if (type !== 'DELETED') alive.set(object.metadata.name, object.spec.containers[0]?.image ?? '');
      mixed ||= new Set(alive.values()).size > 1;
    }
  })();
  const change = (draft: Stored<Deployment>) => {
    for (const container of draft.spec.template.spec.containers) container.image = 'a:2';
  };
  await mutate(client, Deployment, at('web'), change);
  await rolledOut(client, at('web'), 'a:2');
  stop.abort();
  await watching;
  assert.equal(mixed, false);
});

test('a rollout whose pods are never ready keeps the old ones and says that it is stuck', {
  timeout: 30_000,
}, async t => {
  const { client, at } = await testCluster(t, {
    ready: pod => pod.spec.containers[0]?.image !== 'broken',
  });
  await client.create(Deployment, deployment(at('web'), 4, 'a:1', { progressDeadlineSeconds: 2 }));
  await rolledOut(client, at('web'), 'a:1');
  const change = (draft: Stored<Deployment>) => {
    for (const container of draft.spec.template.spec.containers) container.image = 'broken';
  };
  await mutate(client, Deployment, at('web'), change);
  const stuck = await eventually(async () => {
    const live = await client.get(Deployment, at('web'));
    const progressing = live.status?.conditions?.find(condition => condition.type === 'Progressing');
    return progressing?.reason === 'ProgressDeadlineExceeded' && live;
  });
  assert.equal(stuck.status?.availableReplicas, 3);
  assert.equal(stuck.status?.updatedReplicas, 2);
});

test('a Service lists its ready pods in one EndpointSlice', { timeout: 30_000 }, async t => {
  const { client, namespace, at } = await testCluster(t);
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'c', image: 'a:1', ports: [{ name: 'http', containerPort: 3000 }] }] },
  };
  await client.create(Deployment, deployment(at('web'), 2, 'a:1', { template }));
  const service = await client.create(Service, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: at('web'),
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  });
  assert.match(service.spec?.clusterIP ?? '', /^10\./);
  const slice = await eventually(async () => {
    const { items } = await client.list(EndpointSlice, {
      namespace,
      labelSelector: 'kubernetes.io/service-name=web',
    });
    return (
      items[0]?.endpoints?.filter(endpoint => endpoint.conditions?.ready).length === 2 &&
      items.length === 1 &&
      items[0]
    );
  });
  assert.deepEqual(slice.ports, [{ name: 'http', port: 3000, protocol: 'TCP' }]);
});

test('a namespace gets its account and CA, and goes with everything in it', { timeout: 30_000 }, async t => {
  const { client, at } = await testCluster(t);
  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  await eventually(() => client.find(ServiceAccount, { namespace: 'team', name: 'default' }));
  await eventually(() => client.find(ConfigMap, { namespace: 'team', name: 'kube-root-ca.crt' }));
  const web = deployment(at('web'), 2);
  await client.create(Deployment, { ...web, metadata: { ...web.metadata, namespace: 'team' } });
  await eventually(async () => (await client.list(Pod, { namespace: 'team' })).items.length === 2);
  await client.delete(Namespace, { name: 'team' });
  await assert.rejects(
    client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'team', name: 'late' },
    }),
    (error: unknown) => hasReason(error, 'Forbidden', 'NotFound'),
  );
  await gone(client, Namespace, { name: 'team' });
  assert.equal((await client.list(Pod, { namespace: 'team' })).items.length, 0);
});

test('owners: dependents go with the last of them; orphans stay; a foreground owner goes last', {
  timeout: 30_000,
}, async t => {
  const { client, at } = await testCluster(t);
  const make = (name: string, owners: Stored<KubeObject>[] = []) =>
    client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        ...at(name),
        ownerReferences: owners.map(owner => ({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          name: owner.metadata.name,
          uid: owner.metadata.uid,
          blockOwnerDeletion: true,
        })),
      },
    });
  const [a, b, c, d] = [await make('a'), await make('b'), await make('c'), await make('d')];
  await make('of-a-and-b', [a, b]);
  await make('of-c', [c]);
  await make('of-d', [d]);
  await client.delete(ConfigMap, at('a'));
  const one = await eventually(async () => {
    const live = await client.get(ConfigMap, at('of-a-and-b'));
    return live.metadata.ownerReferences?.length === 1 && live;
  });
  assert.equal(one.metadata.ownerReferences?.[0]?.name, 'b');
  await client.delete(ConfigMap, at('b'));
  await gone(client, ConfigMap, at('of-a-and-b'));
  await client.delete(ConfigMap, at('c'), { propagationPolicy: 'Orphan' });
  await gone(client, ConfigMap, at('c'));
  assert.equal((await client.get(ConfigMap, at('of-c'))).metadata.ownerReferences, undefined);
  await client.delete(ConfigMap, at('d'), { propagationPolicy: 'Foreground' });
  await gone(client, ConfigMap, at('d'));
  assert.equal(await client.find(ConfigMap, at('of-d')), undefined);
});

test('an object whose owner never was is collected', { timeout: 30_000 }, async t => {
  const { client, at } = await testCluster(t);
  const owner = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: 'nobody',
    uid: '00000000-0000-0000-0000-000000000000',
  };
  await client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...at('child'), ownerReferences: [owner] },
  });
  await gone(client, ConfigMap, at('child'));
});

test('owners that own each other in a circle go together', { timeout: 30_000 }, async t => {
  const { client, namespace, at } = await testCluster(t);
  const names = ['a', 'b', 'c'];
  const made = await Promise.all(
    names.map(name => client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: at(name) })),
  );
  for (const [index, name] of names.entries()) {
    const { uid = '', name: owner = '' } = made[(index + 2) % 3]?.metadata ?? {};
    await mutate(client, ConfigMap, at(name), draft => {
      const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: owner, uid, blockOwnerDeletion: true };
      draft.metadata.ownerReferences = [reference];
    });
  }
  await client.delete(ConfigMap, at('a'), { propagationPolicy: 'Foreground' });
  for (const name of names) await gone(client, ConfigMap, { namespace, name });
});

test('a disruption budget lets pods be evicted one by one', { timeout: 30_000 }, async t => {
  const { client, namespace, at } = await testCluster(t);
  await client.create(Deployment, deployment(at('web'), 2));
  await rolledOut(client, at('web'), 'a:1');
  const budgets: Kind<KubeObject & { status?: { disruptionsAllowed?: number } }> = {
    group: 'policy',
    version: 'v1',
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    namespaced: true,
  };
  const spec = { minAvailable: 2, selector: { matchLabels: { app: 'web' } } };
  const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: at('two'), spec };
  await client.create(budgets, budget as KubeObject);
  const allowed = (count: number) =>
    eventually(async () => (await client.get(budgets, at('two'))).status?.disruptionsAllowed === count);
  await allowed(0);
  const [pod] = (await client.list(Pod, { namespace })).items;
  const name = pod?.metadata.name ?? '';
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: at(name) };
  const evict = () => client.create(Pod, eviction as unknown as Pod, { subresource: 'eviction' });
  await assert.rejects(evict(), { reason: 'TooManyRequests' });
  const change = (draft: Stored<Deployment>) => {
    draft.spec.replicas = 3;
  };
  await mutate(client, Deployment, at('web'), change);
  await allowed(1);
  await evict();
  await gone(client, Pod, at(name));
});
