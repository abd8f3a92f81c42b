import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fnv32a, nodeIdOf, podNameOf } from './names.ts';

const hashes: [string, number][] = [
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
];
for (const [text, hash] of hashes) {
  test(`fnv32a() of ${JSON.stringify(text)} is the published test vector`, () =>
    assert.equal(fnv32a(text), hash));
}

test('nodeIdOf() is the workflow itself for its root, else name and hash', () => {
  assert.equal(nodeIdOf('wf', 'wf'), 'wf');
  assert.equal(nodeIdOf('wf', 'wf[0].a'), `wf-${fnv32a('wf[0].a')}`);
});

const names: { node: string; template: string; gives: RegExp; because: string }[] = [
  { node: 'wf', template: 'main', gives: /^wf$/, because: 'a workflow of one pod names it after itself' },
  {
    node: 'wf[0].a',
    template: 'print',
    gives: /^wf-print-\d+$/,
    because: 'version 2 names hold the template',
  },
  { node: 'wf.x.inline', template: '', gives: /^wf-\d+$/, because: 'inline templates have no name' },
  {
    node: 'wf.a',
    template: 'x'.repeat(300),
    gives: /^.{1,253}$/,
    because: 'a pod’s name has at most 253 characters',
  },
];
for (const { node, template, gives, because } of names) {
  test(`podNameOf() of ${node} with ${template.slice(0, 8)}: ${because}`, () =>
    assert.match(podNameOf('wf', node, template), gives));
}
