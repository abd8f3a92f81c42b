import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isIn } from './membership.ts';

const team = { spec: { members: ['user:ann', 'group:payments'] } };

test('isIn() is true for members themselves and by a group, not for namesakes of the other sort', () => {
  assert.equal(isIn(team, { name: 'ann', groups: [] }), true);
  assert.equal(isIn(team, { name: 'ben', groups: ['payments'] }), true);
  assert.equal(isIn(team, { name: 'payments', groups: ['ann'] }), false);
});
