import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionLines, isMemberName, isOfDefinition } from './member.ts';

const names = [
  { text: 'user:ann', ok: true, because: 'a person' },
  { text: 'group:payments', ok: true, because: 'a group' },
  { text: 'group:org:payments', ok: true, because: 'groups of other issuers may have colons' },
  { text: 'ann', ok: false, because: 'a person or a group?' },
  { text: 'user:', ok: false, because: 'nobody' },
  { text: 'group:system:masters', ok: false, because: 'Kubernetes’ own rights' },
  { text: 'group:slipway:people', ok: false, because: 'the platform’s own' },
  { text: 'user:system:serviceaccount:a:b', ok: false, because: 'a service account is no person' },
];
for (const { text, ok, because } of names) {
  test(`isMemberName('${text}') is ${ok}: ${because}`, () => assert.equal(isMemberName(text), ok));
}

const team = (managedFields?: object[]) => ({
  metadata: { name: 'payments', ...(managedFields ? { managedFields } : {}) } as never,
  spec: { members: ['user:ann', 'group:payments'] },
});

test('isOfDefinition() is true for what the definition applied, not for what people made or the engine writes', () => {
  assert.equal(isOfDefinition(team([{ manager: 'slipway', operation: 'Apply' }])), true);
  assert.equal(isOfDefinition(team([{ manager: 'kubectl-create', operation: 'Update' }])), false);
  assert.equal(isOfDefinition(team()), false);
});

test('definitionLines() are lines of platform.yaml', () => {
  assert.equal(
    definitionLines(team()),
    'spec:\n  teams:\n    - name: payments\n      members: ["user:ann", "group:payments"]',
  );
});
