import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kind, KubeObject, Stored } from '@slipway/api';
import { mutate } from '@slipway/client';
import { ConfigMap, CronJob, Event, Job, Namespace, Pod, StatefulSet } from '@slipway/kinds';
import { eventually, gone, testCluster } from './cluster.fixture.ts';

const labels = { app: 'x' };
const containers = [{ name: 'c', image: 'a:1' }];

function job(metadata: Job['metadata'], spec: Partial<Job['spec']> = {}): Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: { template: { spec: { containers, restartPolicy: 'Never' } }, ...spec },
  };
}

function ended(job: Stored<Job>, type: 'Complete' | 'Failed'): boolean {
  return (
    job.status?.conditions?.some(condition => condition.type === type && condition.status === 'True') ?? false
  );
}

test('a Job completes with exact counts and leaves no finalizer behind', { timeout: 30_000 }, async t => {
  const { client, namespace, at } = await testCluster(t, { exitCode: () => 0 });
  await client.create(Job, job(at('work'), { completions: 5, parallelism: 2 }));
  const done = await eventually(async () => {
    const live = await client.get(Job, at('work'));
    return ended(live, 'Complete') && live;
  });
  assert.equal(done.status?.succeeded, 5);
  assert.equal(done.status?.failed, undefined);
  assert.ok(done.status?.completionTime);
  assert.deepEqual(
    done.status?.conditions?.map(condition => condition.type),
    ['SuccessCriteriaMet', 'Complete'],
  );
  const pods = await client.list(Pod, { namespace });
  assert.equal(pods.items.length, 5);
  assert.ok(pods.items.every(pod => !pod.metadata.finalizers?.length));
});

test('an Indexed Job gives each index to one pod', { timeout: 30_000 }, async t => {
  const { client, namespace, at } = await testCluster(t, { exitCode: () => 0 });
  await client.create(Job, job(at('work'), { completions: 4, parallelism: 4, completionMode: 'Indexed' }));
  const done = await eventually(async () => {
    const live = await client.get(Job, at('work'));
    return ended(live, 'Complete') && live;
  });
  assert.equal(done.status?.completedIndexes, '0-3');
  const pods = await client.list(Pod, { namespace });
  const indexes = pods.items.map(
    pod => pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index'],
  );
  assert.deepEqual(indexes.sort(), ['0', '1', '2', '3']);
});

test('a Job whose pod fails more often than allowed fails, and says why', { timeout: 30_000 }, async t => {
  const { client, at } = await testCluster(t, { exitCode: () => 1 });
  await client.create(Job, job(at('work'), { backoffLimit: 0 }));
  const failed = await eventually(async () => {
    const live = await client.get(Job, at('work'));
    return ended(live, 'Failed') && live;
  });
  assert.equal(failed.status?.failed, 1);
  assert.equal(failed.status?.conditions?.at(-1)?.reason, 'BackoffLimitExceeded');
});

test('a suspended Job runs nothing until it is resumed', { timeout: 30_000 }, async t => {
  const { client, namespace, at } = await testCluster(t, { exitCode: () => 0 });
  await client.create(Job, job(at('work'), { suspend: true }));
  await eventually(
    async () => (await client.get(Job, at('work'))).status?.conditions?.[0]?.type === 'Suspended',
  );
  assert.equal((await client.list(Pod, { namespace })).items.length, 0);
  await mutate(client, Job, at('work'), draft => {
    draft.spec.suspend = false;
  });
  await eventually(async () => ended(await client.get(Job, at('work')), 'Complete'));
});

test('a Job with ttlSecondsAfterFinished goes by itself, and its pods with it', {
  timeout: 30_000,
}, async t => {
  const { client, namespace, at } = await testCluster(t, { exitCode: () => 0 });
  await client.create(Job, job(at('work'), { ttlSecondsAfterFinished: 0 }));
  await eventually(async () => (await client.list(Job, { namespace })).items.length === 0);
  await eventually(async () => (await client.list(Pod, { namespace })).items.length === 0);
});

test('a Job field that is not supported is refused by name', { timeout: 30_000 }, async t => {
  const { client, namespace, at } = await testCluster(t);
  const spec = { backoffLimitPerIndex: 1, completions: 1, completionMode: 'Indexed' } as Partial<Job['spec']>;
  await client.create(Job, job(at('work'), spec));
  const event = await eventually(async () =>
    (await client.list(Event, { namespace })).items.find(one => one.reason === 'Unsupported'),
  );
  assert.match(event.message ?? '', /spec\.backoffLimitPerIndex/);
});

test('a CronJob starts a Job for the time that is due, once', { timeout: 30_000 }, async t => {
  const { client, namespace, at } = await testCluster(t, { exitCode: () => 0 });
  const jobTemplate = { spec: job({}).spec };
  await client.create(CronJob, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: at('tick'),
    spec: { schedule: '@every 1s', jobTemplate, successfulJobsHistoryLimit: 1 },
  });
  const made = await eventually(async () => (await client.list(Job, { namespace })).items[0]);
  assert.match(made.metadata.name, /^tick-\d+$/);
  const live = await eventually(async () => {
    const cron = await client.get(CronJob, at('tick'));
    return cron.status?.lastSuccessfulTime !== undefined && cron;
  });
  assert.ok(live.status?.lastScheduleTime);
});

test('a StatefulSet starts in order, updates from the last to the first, and shrinks from the end', {
  timeout: 30_000,
}, async t => {
  const { client, at } = await testCluster(t);
  const order: string[] = [];
  const stop = new AbortController();
  const watching = (async () => {
    for await (const { type, object } of client.watch(Pod, {
      signal: stop.signal,
      sendInitialEvents: true,
    })) {
      if (type === 'ADDED' || type === 'DELETED') order.push(`${type} ${object.metadata.name}`);
    }
  })();
  const set: StatefulSet = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: at('db'),
    spec: {
      serviceName: 'db',
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  };
  await client.create(StatefulSet, set);
  const settled = (replicas: number) =>
    eventually(async () => {
      const live = await client.get(StatefulSet, at('db'));
      const { status } = live;
      const complete =
        status?.observedGeneration === live.metadata.generation &&
        status?.currentRevision === status?.updateRevision;
      return complete && status?.readyReplicas === replicas && status.updatedReplicas === replicas && live;
    });
  const first = await settled(3);
  await mutate(client, StatefulSet, at('db'), draft => {
    for (const container of draft.spec.template.spec.containers) container.image = 'a:2';
  });
  const second = await settled(3);
  assert.notEqual(first.status?.currentRevision, second.status?.currentRevision);
  await mutate(client, StatefulSet, at('db'), draft => {
    draft.spec.replicas = 1;
  });
  await settled(1);
  await eventually(async () => order.length >= 11);
  stop.abort();
  await watching;
  assert.deepEqual(order, [
    'ADDED db-0',
    'ADDED db-1',
    'ADDED db-2',
    'DELETED db-2',
    'ADDED db-2',
    'DELETED db-1',
    'ADDED db-1',
    'DELETED db-0',
    'ADDED db-0',
    'DELETED db-2',
    'DELETED db-1',
  ]);
});

test('a DaemonSet runs one pod on the node and updates it', { timeout: 30_000 }, async t => {
  const { client, namespace, at } = await testCluster(t);
  const DaemonSet = {
    group: 'apps',
    version: 'v1',
    kind: 'DaemonSet',
    plural: 'daemonsets',
    namespaced: true,
  };
  interface Daemon extends KubeObject {
    spec: StatefulSet['spec'];
    status?: { numberReady?: number; updatedNumberScheduled?: number; observedGeneration?: number };
  }
  const template = { metadata: { labels }, spec: { containers } };
  const set = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: at('agent'),
    spec: { selector: { matchLabels: labels }, template },
  };
  await client.create<KubeObject>(DaemonSet, set);
  const settled = () =>
    eventually(async () => {
      const { status, metadata } = (await client.get(DaemonSet, at('agent'))) as Stored<Daemon>;
      return (
        status?.observedGeneration === metadata.generation &&
        status?.numberReady === 1 &&
        status.updatedNumberScheduled === 1
      );
    });
  await settled();
  await mutate<KubeObject>(client, DaemonSet, at('agent'), draft => {
    for (const container of (draft as Daemon).spec.template.spec.containers) container.image = 'a:2';
  });
  await settled();
  const pods = await client.list(Pod, { namespace });
  assert.deepEqual(
    pods.items.map(pod => pod.spec.containers[0]?.image),
    ['a:2'],
  );
});

test('a pod that fits nowhere waits, and says what is missing', { timeout: 30_000 }, async t => {
  const { client, namespace, at } = await testCluster(t);
  const resources = { requests: { cpu: '100' } };
  await client.create(Pod, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: at('huge'),
    spec: { containers: [{ name: 'c', image: 'a', resources }] },
  });
  const event = await eventually(async () =>
    (await client.list(Event, { namespace })).items.find(one => one.reason === 'FailedScheduling'),
  );
  assert.match(event.message ?? '', /^0\/1 nodes are available: 1 Insufficient cpu\./);
  const pod = await client.get(Pod, at('huge'));
  assert.equal(
    pod.status?.conditions?.find(condition => condition.type === 'PodScheduled')?.reason,
    'Unschedulable',
  );
});

test('a ReplicationController keeps its pods and takes them along', { timeout: 30_000 }, async t => {
  const { client, namespace, at } = await testCluster(t);
  const controllers: Kind<KubeObject & { status?: { readyReplicas?: number } }> = {
    group: '',
    version: 'v1',
    kind: 'ReplicationController',
    plural: 'replicationcontrollers',
    namespaced: true,
  };
  const template = { metadata: { labels }, spec: { containers } };
  const object = { apiVersion: 'v1', kind: 'ReplicationController', metadata: at('old') };
  await client.create(controllers, {
    ...object,
    spec: { replicas: 2, selector: labels, template },
  } as KubeObject);
  const ready = () => client.get(controllers, at('old')).then(({ status }) => status?.readyReplicas === 2);
  await eventually(ready);
  const [pod] = (await client.list(Pod, { namespace })).items;
  await client.delete(Pod, at(pod?.metadata.name ?? ''));
  await gone(client, Pod, at(pod?.metadata.name ?? ''));
  await eventually(ready);
  await client.delete(controllers, at('old'), { propagationPolicy: 'Background' });
  await eventually(async () => (await client.list(Pod, { namespace })).items.length === 0);
});

test('a namespace loses its pods before anything else', { timeout: 30_000 }, async t => {
  const { client, namespace, at } = await testCluster(t);
  const metadata = { ...at('held'), finalizers: ['example.com/held'] };
  await client.create(Pod, { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } });
  await client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: at('policy') });
  await client.delete(Namespace, { name: namespace });
  const told = await eventually(async () => {
    const { status } = await client.get(Namespace, { name: namespace });
    return status?.conditions?.find(({ type }) => type === 'NamespaceFinalizersRemaining');
  });
  assert.match(told.message, /example.com\/held in 1 resource/);
  assert.ok(await client.find(ConfigMap, at('policy')));
  await mutate(client, Pod, at('held'), draft => {
    draft.metadata.finalizers = [];
  });
  await gone(client, Namespace, { name: namespace });
});
