import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored } from '@slipway/api';
import type { Pod, StatefulSet } from '@slipway/kinds';
import { planStatefulSet } from './plan.ts';
import { claimsOf, statefulPod } from './pod.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [] } };
const set = (spec: Partial<StatefulSet['spec']> = {}): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 's', namespace: 'a' },
  spec: { replicas: 3, selector: {}, template, ...spec },
});
/** `s-0:new` is a ready pod of the new revision; `-` after it not ready, `!` deleting, `x` failed. */
function pods(...looks: string[]): Stored<Pod>[] {
  return looks.map(look => {
    const [, name = '', revision = '', state] = /^(s-\d+):(old|new)([-!x]?)$/.exec(look) ?? [];
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        uid: name,
        resourceVersion: '1',
        creationTimestamp: '',
        labels: { 'controller-revision-hash': revision },
        ...(state === '!' ? { deletionTimestamp: 'x' } : {}),
      },
      spec: { containers: [] },
      status: {
        phase: state === 'x' ? 'Failed' : 'Running',
        conditions: [
          {
            type: 'Ready',
            status: state === '' ? 'True' : 'False',
            lastTransitionTime: '2026-01-01T11:00:00Z',
          },
        ],
      },
    };
  });
}
const revisions = { current: 'old', update: 'new' };

const rows: {
  spec?: Partial<StatefulSet['spec']>;
  pods: string[];
  create?: string[];
  remove?: string[];
  because: string;
}[] = [
  { pods: [], create: ['0:new'], because: 'the first one comes first' },
  { pods: ['s-0:new-'], because: 'the first is not ready yet' },
  { pods: ['s-0:new'], create: ['1:new'], because: 'the first is ready' },
  {
    spec: { podManagementPolicy: 'Parallel' },
    pods: [],
    create: ['0:new', '1:new', '2:new'],
    because: 'all may start together',
  },
  { pods: ['s-0:new', 's-1:newx'], remove: ['s-1'], because: 'a failed pod is replaced' },
  { pods: ['s-0:old', 's-1:old', 's-2:old'], remove: ['s-2'], because: 'an update begins at the end' },
  { pods: ['s-0:old', 's-1:old', 's-2:new-'], because: 'the updated pod is not ready yet' },
  { pods: ['s-0:old', 's-1:old', 's-2:new'], remove: ['s-1'], because: 'the updated pod is ready' },
  {
    spec: { updateStrategy: { rollingUpdate: { partition: 2 } } },
    pods: ['s-0:old', 's-1:old', 's-2:new'],
    because: 'what is below the partition stays',
  },
  {
    spec: { updateStrategy: { rollingUpdate: { partition: 2 } } },
    pods: ['s-0:old', 's-2:new'],
    create: ['1:old'],
    because: 'a lost pod below the partition comes back as it was',
  },
  {
    spec: { updateStrategy: { type: 'OnDelete' } },
    pods: ['s-0:old', 's-1:old', 's-2:old'],
    because: 'only who deletes a pod updates it',
  },
  {
    spec: { replicas: 1 },
    pods: ['s-0:new', 's-1:new', 's-2:new'],
    remove: ['s-2'],
    because: 'the highest goes first',
  },
  {
    spec: { replicas: 1 },
    pods: ['s-0:new', 's-1:new', 's-2:new!'],
    because: 'the highest has to be gone first',
  },
  {
    spec: { replicas: 1 },
    pods: ['s-0:new', 's-1:new-', 's-2:new'],
    because: 'a healthy one stays while one below it is unwell',
  },
  {
    spec: { ordinals: { start: 5 }, replicas: 1 },
    pods: [],
    create: ['5:new'],
    because: 'ordinals may start elsewhere',
  },
];
for (const { spec, pods: present, create = [], remove = [], because } of rows) {
  test(`planStatefulSet() because ${because}`, () => {
    const plan = planStatefulSet(set(spec), pods(...present), revisions, NOW);
    assert.deepEqual(
      plan.create.map(one => `${one.ordinal}:${one.revision}`),
      create,
    );
    assert.deepEqual(
      plan.remove.map(pod => pod.metadata.name),
      remove,
    );
  });
}

test('statefulPod() has a stable name, host name and claims', () => {
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' } };
  const owner = set({ serviceName: 'svc', volumeClaimTemplates: [claim] });
  const pod = statefulPod(owner, { ordinal: 2, revision: 'new', template });
  assert.equal(pod.metadata.name, 's-2');
  assert.equal(pod.metadata.generateName, undefined);
  assert.deepEqual([pod.spec.hostname, pod.spec.subdomain], ['s-2', 'svc']);
  assert.deepEqual(pod.spec.volumes, [{ name: 'data', persistentVolumeClaim: { claimName: 'data-s-2' } }]);
  assert.equal(claimsOf(owner, 2)[0]?.metadata.name, 'data-s-2');
});
