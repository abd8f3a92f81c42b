import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkflowNode } from '../../api/workflow.ts';
import { graphOf } from './graph.ts';

function node(id: string, type: string, children: string[] = []): [string, WorkflowNode] {
  const times = { startedAt: null, finishedAt: null };
  return [id, { id, name: id, displayName: id, type, phase: 'Running', children, ...times }];
}

const rows = [
  {
    because: 'steps follow each other through their groups, which are not drawn',
    nodes: [
      node('root', 'Steps', ['g0']),
      node('g0', 'StepGroup', ['test']),
      node('test', 'Pod', ['g1']),
      node('g1', 'StepGroup', ['build']),
      node('build', 'Pod'),
    ],
    places: ['test 0/0', 'build 1/0'],
    edges: ['test build'],
  },
  {
    because: 'a diamond has its two arms beside each other, and its end behind both',
    nodes: [
      node('root', 'DAG', ['a']),
      node('a', 'Pod', ['b', 'c']),
      node('b', 'Pod', ['d']),
      node('c', 'Pod', ['d']),
      node('d', 'Pod'),
    ],
    places: ['a 0/0', 'b 1/0', 'c 1/1', 'd 2/0'],
    edges: ['a b', 'a c', 'b d', 'c d'],
  },
  {
    because: 'a cycle, which no engine makes, does not hang the page',
    nodes: [node('a', 'Pod', ['b']), node('b', 'Pod', ['a'])],
    places: undefined,
    edges: ['a b', 'b a'],
  },
];

for (const { because, nodes, places, edges } of rows) {
  test(`graphOf() places nodes: ${because}`, () => {
    const graph = graphOf(Object.fromEntries(nodes));
    const placed = graph.places.map(each => `${each.node.id} ${each.column}/${each.row}`);
    if (places) assert.deepEqual(placed.sort(), [...places].sort());
    assert.deepEqual(graph.edges.map(({ from, to }) => `${from.node.id} ${to.node.id}`).sort(), edges);
  });
}
