import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { AuditRecord } from '@slipway/kinds';
import { checkAudit } from './read-audit.ts';

/** A chain as the store makes it, newest first. */
function chain(length: number): AuditRecord[] {
  const records: AuditRecord[] = [];
  let previousHash = '0'.repeat(64);
  for (let sequence = 1; sequence <= length; sequence++) {
    const spec: AuditRecord['spec'] = {
      actor: 'ann',
      door: 'git',
      verb: 'push',
      resource: 'repositories.source.slipway.dev',
      object: `acme/shop ${sequence}`,
      outcome: 'allowed',
      source: '127.0.0.1',
    };
    const time = '2026-01-01T00:00:00.000Z';
    const who = [sequence, time, 'ann', 'git', 'push', spec.resource, spec.object];
    const fields = [...who, null, null, spec.source, spec.outcome, previousHash];
    const hash = createHash('sha256').update(JSON.stringify(fields)).digest('hex');
    const status = { sequence, time, previousHash, hash };
    records.unshift({
      apiVersion: 'audit.slipway.dev/v1alpha1',
      kind: 'AuditRecord',
      metadata: {},
      spec,
      status,
    });
    previousHash = hash;
  }
  return records;
}

test('checkAudit() finds a whole chain intact, and tells its head', async () => {
  const records = chain(5);
  assert.deepEqual(await checkAudit(records), { intact: true, records: 5, head: records[0]?.status?.hash });
});

const broken: { change: (records: AuditRecord[]) => unknown; sequence: number; because: string }[] = [
  {
    change: records => Object.assign(records[2]?.spec ?? {}, { actor: 'eve' }),
    sequence: 3,
    because: 'a field was changed',
  },
  { change: records => records.splice(2, 1), sequence: 2, because: 'one in the middle is gone' },
  { change: records => records.pop(), sequence: 2, because: 'the first is gone' },
  {
    change: records => Object.assign(records[4]?.status ?? {}, { hash: 'a'.repeat(64) }),
    sequence: 1,
    because: 'a hash was changed',
  },
];
for (const { change, sequence, because } of broken) {
  test(`checkAudit() finds the place: ${because}`, async () => {
    const records = chain(5);
    change(records);
    const verdict = await checkAudit(records);
    assert.deepEqual([verdict.intact, !verdict.intact && verdict.sequence], [false, sequence]);
  });
}
