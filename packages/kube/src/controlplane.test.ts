import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
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
import { addFakeNode, type FakeKubeletOptions } from './fake-kubelet.ts';
import { startKube } from './start-kube.ts';

async function cluster(t: TestContext, options: FakeKubeletOptions = {}) {
  const kube = await startKube({ rootCa: 'PEM' });
  t.after(() => kube.stop());
  const client = kube.client();
  await addFakeNode(kube.runtime, client, options);
  return { kube, client };
}

/** Reads until it holds; the test's own timeout ends it otherwise. */
async function eventually<T>(read: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const value = await read();
    if (value) return value;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

function gone(client: Client, kind: Kind, key: Key): Promise<true> {
  return eventually(async () => (await client.find(kind, key)) === undefined);
}

const inDefault = (name: string) => ({ namespace: 'default', name });

function deployment(
  name: string,
  replicas: number,
  image = 'a:1',
  more: Partial<Deployment['spec']> = {},
): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: inDefault(name),
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image }] } },
      ...more,
    },
  };
}

function rolledOut(client: Client, name: string, image: string): Promise<Stored<Deployment>> {
  return eventually(async () => {
    const live = await client.get(Deployment, inDefault(name));
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
  const { client } = await cluster(t);
  await client.create(Deployment, deployment('web', 3));
  const first = await rolledOut(client, 'web', 'a:1');
  assert.equal(first.metadata.annotations?.['deployment.kubernetes.io/revision'], '1');
  const change = (draft: Stored<Deployment>) => {
    for (const container of draft.spec.template.spec.containers) container.image = 'a:2';
  };
  await mutate(client, Deployment, inDefault('web'), change);
  const second = await rolledOut(client, 'web', 'a:2');
  assert.equal(second.metadata.annotations?.['deployment.kubernetes.io/revision'], '2');
  const progressing = second.status?.conditions?.find(condition => condition.type === 'Progressing');
  assert.equal(progressing?.reason, 'NewReplicaSetAvailable');
  const sets = await client.list(ReplicaSet, { namespace: 'default' });
  assert.deepEqual(sets.items.map(set => set.spec.replicas).sort(), [0, 3]);
  const pods = await client.list(Pod, { namespace: 'default', labelSelector: 'app=web' });
  assert.equal(pods.items.filter(pod => !pod.metadata.deletionTimestamp).length, 3);
});

test('a pod that is deleted is replaced, and deleting the Deployment removes everything', {
  timeout: 30_000,
}, async t => {
  const { client } = await cluster(t);
  await client.create(Deployment, deployment('web', 2));
  await rolledOut(client, 'web', 'a:1');
  const [pod] = (await client.list(Pod, { namespace: 'default' })).items;
  await client.delete(Pod, inDefault(pod?.metadata.name ?? ''));
  await gone(client, Pod, inDefault(pod?.metadata.name ?? ''));
  await rolledOut(client, 'web', 'a:1');
  await client.delete(Deployment, inDefault('web'));
  await eventually(async () => (await client.list(Pod, { namespace: 'default' })).items.length === 0);
  await eventually(async () => (await client.list(ReplicaSet, { namespace: 'default' })).items.length === 0);
});

test('Recreate has no pod of both templates at one time', { timeout: 30_000 }, async t => {
  const { client } = await cluster(t);
  await client.create(Deployment, deployment('web', 2, 'a:1', { strategy: { type: 'Recreate' } }));
  await rolledOut(client, 'web', 'a:1');
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
  await mutate(client, Deployment, inDefault('web'), change);
  await rolledOut(client, 'web', 'a:2');
  stop.abort();
  await watching;
  assert.equal(mixed, false);
});

test('a rollout whose pods are never ready keeps the old ones and says that it is stuck', {
  timeout: 30_000,
}, async t => {
  const { client } = await cluster(t, { ready: pod => pod.spec.containers[0]?.image !== 'broken' });
  await client.create(Deployment, deployment('web', 4, 'a:1', { progressDeadlineSeconds: 2 }));
  await rolledOut(client, 'web', 'a:1');
  const change = (draft: Stored<Deployment>) => {
    for (const container of draft.spec.template.spec.containers) container.image = 'broken';
  };
  await mutate(client, Deployment, inDefault('web'), change);
  const stuck = await eventually(async () => {
    const live = await client.get(Deployment, inDefault('web'));
    const progressing = live.status?.conditions?.find(condition => condition.type === 'Progressing');
    return progressing?.reason === 'ProgressDeadlineExceeded' && live;
  });
  assert.equal(stuck.status?.availableReplicas, 3);
  assert.equal(stuck.status?.updatedReplicas, 2);
});

test('a Service lists its ready pods in one EndpointSlice', { timeout: 30_000 }, async t => {
  const { client } = await cluster(t);
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'c', image: 'a:1', ports: [{ name: 'http', containerPort: 3000 }] }] },
  };
  await client.create(Deployment, deployment('web', 2, 'a:1', { template }));
  const service = await client.create(Service, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: inDefault('web'),
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  });
  assert.match(service.spec?.clusterIP ?? '', /^10\.96\./);
  const slice = await eventually(async () => {
    const { items } = await client.list(EndpointSlice, {
      namespace: 'default',
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
  const { client } = await cluster(t);
  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  await eventually(() => client.find(ServiceAccount, { namespace: 'team', name: 'default' }));
  await eventually(() => client.find(ConfigMap, { namespace: 'team', name: 'kube-root-ca.crt' }));
  const web = deployment('web', 2);
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
  const { client } = await cluster(t);
  const make = (name: string, owners: Stored<KubeObject>[] = []) =>
    client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        ...inDefault(name),
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
  await client.delete(ConfigMap, inDefault('a'));
  const one = await eventually(async () => {
    const live = await client.get(ConfigMap, inDefault('of-a-and-b'));
    return live.metadata.ownerReferences?.length === 1 && live;
  });
  assert.equal(one.metadata.ownerReferences?.[0]?.name, 'b');
  await client.delete(ConfigMap, inDefault('b'));
  await gone(client, ConfigMap, inDefault('of-a-and-b'));
  await client.delete(ConfigMap, inDefault('c'), { propagationPolicy: 'Orphan' });
  await gone(client, ConfigMap, inDefault('c'));
  assert.equal((await client.get(ConfigMap, inDefault('of-c'))).metadata.ownerReferences, undefined);
  await client.delete(ConfigMap, inDefault('d'), { propagationPolicy: 'Foreground' });
  await gone(client, ConfigMap, inDefault('d'));
  assert.equal(await client.find(ConfigMap, inDefault('of-d')), undefined);
});

test('an object whose owner never was is collected', { timeout: 30_000 }, async t => {
  const { client } = await cluster(t);
  const owner = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: 'nobody',
    uid: '00000000-0000-0000-0000-000000000000',
  };
  await client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...inDefault('child'), ownerReferences: [owner] },
  });
  await gone(client, ConfigMap, inDefault('child'));
});
