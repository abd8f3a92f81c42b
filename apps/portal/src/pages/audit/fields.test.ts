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
  {
    because: 'no filter asks for what people did',
    fields: {},
    selector: 'spec.actor!=system:*',
    command: 'slipway audit search --people',
  },
  {
    because: 'filters hold together, and machines are shown when asked for',
    fields: { actor: 'admin', verb: 'push', machines: 'true' },
    selector: 'spec.actor=admin,spec.verb=push',
    command: "slipway audit search --actor 'admin' --verb 'push'",
  },
  {
    because:
      'an object is looked for by a part of its name, and a value is no part of the selector’s grammar',
    fields: { object: 'a=b,c\\d', machines: 'true' },
    selector: 'spec.object=*a\\=b\\,c\\\\d*',
    command: "slipway audit search --object 'a=b,c\\d'",
  },
  {
    because: 'times bound it',
    fields: { since: '2026-01-31', until: '2026-02-01' },
    selector: 'spec.actor!=system:*,status.time>=2026-01-31,status.time<2026-02-01',
    command: "slipway audit search --people --since '2026-01-31' --until '2026-02-01'",
  },
];

for (const { because, fields, selector, command } of rows) {
  test(`selectorOf() and auditCommand(): ${because}`, () => {
    assert.equal(selectorOf(fields), selector);
    assert.equal(auditCommand(fields), command);
  });
}
