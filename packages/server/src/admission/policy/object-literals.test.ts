import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutTypeNames } from './object-literals.ts';

const rows: { text: string; map: string; because: string }[] = [
  {
    text: 'Object{spec: Object.spec{replicas: 1}}',
    map: '{"spec": {"replicas": 1}}',
    because: 'types nest',
  },
  {
    text: 'Object{metadata: Object.metadata{labels: {"a: b": "Object{x: 1}"}}}',
    map: '{"metadata": {"labels": {"a: b": "Object{x: 1}"}}}',
    because: 'texts and plain maps stay as they are',
  },
  {
    text: '[JSONPatch{op: "add", path: "/a", value: object.spec.b ? x : y}]',
    map: '[{"op": "add", "path": "/a", "value": object.spec.b ? x : y}]',
    because: 'only fields are quoted, so is none of a choice',
  },
  { text: 'object.spec.replicas > 1', map: 'object.spec.replicas > 1', because: 'nothing is named' },
];
for (const { text, map, because } of rows) {
  test(`withoutTypeNames() makes ${map} because ${because}`, () => {
    assert.equal(withoutTypeNames(text), map);
  });
}
