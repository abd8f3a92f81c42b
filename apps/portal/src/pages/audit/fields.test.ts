import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditCommand, fieldsOf, selectorOf } from './fields.ts';

test('fieldsOf() takes the known filters of an address, as text', () => {
  assert.deepEqual(fieldsOf({ actor: 7, verb: 'push', outcome: '', step: 'x' }), {
    actor: '7',
    verb: 'push',
  });
});

const rows = [
  { because: 'no filter asks for everything', fields: {}, selector: '', command: 'slipway audit list' },
  {
    because: 'filters hold together',
    fields: { actor: 'admin', verb: 'push' },
    selector: 'spec.actor=admin,spec.verb=push',
    command: "slipway audit list --actor 'admin' --verb 'push'",
  },
  {
    because: 'a value is no part of the selector’s grammar',
    fields: { object: 'a=b,c\\d' },
    selector: 'spec.object=a\\=b\\,c\\\\d',
    command: "slipway audit list --object 'a=b,c\\d'",
  },
];

for (const { because, fields, selector, command } of rows) {
  test(`selectorOf() and auditCommand(): ${because}`, () => {
    assert.equal(selectorOf(fields), selector);
    assert.equal(auditCommand(fields), command);
  });
}
