import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindCluster, NODE_IMAGES } from './cluster.ts';

type Node = { role: string; image: string; extraPortMappings?: { listenAddress: string }[] };

test('kindCluster() listens on loopback only, and its nodes are images by digest', () => {
  const cluster = kindCluster({ name: 'acme', workers: 2, ports: [{ host: 8443, node: 30_443 }] });
  const nodes = cluster.nodes as Node[];
  assert.deepEqual(
    nodes.map(({ role }) => role),
    ['control-plane', 'worker', 'worker'],
  );
  assert.deepEqual(cluster.networking, { apiServerAddress: '127.0.0.1' });
  for (const { extraPortMappings = [] } of nodes)
    assert.ok(extraPortMappings.every(({ listenAddress }) => listenAddress === '127.0.0.1'));
  for (const image of [...nodes.map(each => each.image), ...Object.values(NODE_IMAGES)])
    assert.match(image, /^docker\.io\/kindest\/node:v\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$/);
});
