import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Made, rowsOf, type TreeNode, treeOf } from './tree.ts';

const made = (kind: string, name: string, owner: [string, string], own: Partial<Made> = {}) => {
  const [ownerKind, ownerName] = owner;
  const ownerReferences = [{ apiVersion: 'v1', kind: ownerKind, name: ownerName, uid: ownerName }];
  return {
    group: '',
    version: 'v1',
    kind,
    object: { apiVersion: 'v1', kind, metadata: { name, ownerReferences }, ...own },
  };
};
const text = ({ kind, name, health, children }: TreeNode): string =>
  `${kind} ${name} ${health ?? '-'}${children.length > 0 ? ` [${children.map(text).join(', ')}]` : ''}`;

const rows: { objects: ReturnType<typeof made>[]; tree: string; because: string }[] = [
  {
    objects: [
      made('ReplicaSet', 'web-1', ['Deployment', 'web'], { spec: { replicas: 0 } }),
      made('ReplicaSet', 'web-2', ['Deployment', 'web'], {
        spec: { replicas: 1 },
        status: { readyReplicas: 1 },
      }),
      made('Pod', 'web-2-a', ['ReplicaSet', 'web-2'], {
        status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
      }),
    ],
    tree: 'Deployment web Healthy [ReplicaSet web-2 Healthy [Pod web-2-a Healthy]]',
    because: 'what has no pods any more is left out',
  },
  {
    objects: [
      made('Pod', 'web-a', ['Deployment', 'web'], {
        status: {
          phase: 'Pending',
          containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }],
        },
      }),
    ],
    tree: 'Deployment web Healthy [Pod web-a Degraded]',
    because: 'an image that cannot be pulled is no progress',
  },
  {
    objects: [
      made('Job', 'a', ['Job', 'b']),
      made('Job', 'b', ['Job', 'a']),
      made('Job', 'b', ['Deployment', 'web']),
    ],
    tree: 'Deployment web Healthy [Job b Healthy [Job a Healthy]]',
    because: 'owners in a circle do not hang the page',
  },
];
for (const { objects, tree, because } of rows) {
  test(`treeOf(): ${because}`, () => {
    const resources = [{ kind: 'Deployment', name: 'web', version: 'v1', health: { status: 'Healthy' } }];
    assert.equal(treeOf(resources, objects).map(text).join(), tree);
  });
}

test('rowsOf() keeps what fits, with what it came of', () => {
  const objects = [
    made('ReplicaSet', 'web-2', ['Deployment', 'web'], { spec: { replicas: 1 } }),
    made('Pod', 'web-2-a', ['ReplicaSet', 'web-2'], { status: { phase: 'Failed' } }),
  ];
  const source = [
    { version: 'v1', kind: 'Deployment', name: 'web', status: 'Synced', health: { status: 'Healthy' } },
    { version: 'v1', kind: 'ConfigMap', name: 'other', status: 'OutOfSync' },
  ];
  const shown = (text: string, troubled: boolean) =>
    rowsOf(treeOf(source, objects), { text, troubled }).map(({ node, depth }) => `${depth} ${node.name}`);
  assert.deepEqual(shown('', false), ['0 web', '1 web-2', '2 web-2-a', '0 other']);
  assert.deepEqual(shown('pod', false), ['0 web', '1 web-2', '2 web-2-a']);
  assert.deepEqual(shown('', true), ['0 web', '1 web-2', '2 web-2-a', '0 other']);
  assert.deepEqual(shown('configmap', true), ['0 other']);
  assert.deepEqual(shown('nothing', false), []);
});
