import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentOrder } from './component-order.ts';

/** `a<b~c`: a, with b before it and rather c, too. */
function wishes(text: string) {
  return text.split(' ').map(each => {
    const [head = '', rather = ''] = each.split('~');
    const [id = '', before = ''] = head.split('<');
    return { id, before: before.split(',').filter(Boolean), rather: rather.split(',').filter(Boolean) };
  });
}

const TABLE: { given: string; order: string; because: string }[] = [
  { given: 'a b c', order: 'a b c', because: 'who wishes for nothing stays in place' },
  { given: 'a<c b c', order: 'c a b', because: 'a granter comes before who needs it' },
  { given: 'a~c b c', order: 'c a b', because: 'and before who would only like it' },
  { given: 'a~b b<a', order: 'a b', because: 'unless the granter itself needs the wisher' },
  { given: 'a~b b~a', order: 'b a', because: 'two that would like each other come in some order' },
  { given: 'a~b b<c c<a', order: 'a c b', because: 'needs count through others' },
  { given: 'a<x b', order: 'a b', because: 'the platform itself is always there' },
];
for (const { given, order, because } of TABLE) {
  test(`componentOrder(${given}) is ${order}: ${because}`, () => {
    assert.deepEqual(componentOrder(wishes(given)), order.split(' '));
  });
}

test('componentOrder() names a circle of needs', () => {
  assert.throws(() => componentOrder(wishes('a<b b<c c<a')), /a → b → c → a: each of them needs the next/);
});
