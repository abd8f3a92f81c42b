import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { AuditRecord } from '@slipway/kinds';
import { type CheckOptions, checkAudit } from './check-audit.ts';

/** A chain as the store makes it, oldest first. */
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
    const time = `2026-01-01T00:00:0${sequence}.000Z`;
    const who = [sequence, time, 'ann', 'git', 'push', spec.resource, spec.object];
    const fields = [...who, null, null, spec.source, spec.outcome, previousHash];
    const hash = createHash('sha256').update(JSON.stringify(fields)).digest('hex');
    const status = { sequence, time, previousHash, hash };
    records.push({
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

const hashAt = (records: AuditRecord[], sequence: number) => records[sequence - 1]?.status?.hash ?? '';

test('checkAudit() finds a whole chain intact, and tells its head', async () => {
  const records = chain(5);
  const head = hashAt(records, 5);
  const verdict = { intact: true, records: 5, first: 1, last: 5, head };
  assert.deepEqual(await checkAudit(records), verdict);
  assert.deepEqual(await checkAudit(records, { head: { sequence: 5, hash: head } }), verdict);
  const older = { head: { hash: hashAt(records, 3) } };
  assert.deepEqual(await checkAudit(records, older), verdict, 'the chain went on since that head');
  const part = records.slice(2);
  const partial = { ...verdict, records: 3, first: 3 };
  assert.deepEqual(await checkAudit(part, { partial: true }), partial, 'an export since a time');
});

interface Tampering {
  change: (records: AuditRecord[]) => unknown;
  options?: (records: AuditRecord[]) => CheckOptions;
  sequence: number;
  problem: RegExp;
  because: string;
}

/** Gives a record's hash anew, as somebody with the formula would. */
function rehash(records: AuditRecord[], sequence: number, change: Partial<AuditRecord['spec']>): void {
  const record = records[sequence - 1];
  if (!record?.status) throw new Error(`no record ${sequence}`);
  Object.assign(record.spec, change);
  const { time, previousHash } = record.status;
  const { actor, door, verb, resource, object, source, outcome } = record.spec;
  const fields = [sequence, time, actor, door, verb, resource, object, null, null, source, outcome];
  const text = JSON.stringify([...fields, previousHash]);
  record.status.hash = createHash('sha256').update(text).digest('hex');
}

const knownEnd = (records: AuditRecord[]) => ({ head: { sequence: 5, hash: hashAt(records, 5) } });

const tampering: Tampering[] = [
  ...(['actor', 'door', 'verb', 'resource', 'object', 'outcome', 'source'] as const).map(field => ({
    change: (records: AuditRecord[]) => Object.assign(records[2]?.spec ?? {}, { [field]: 'failed' }),
    sequence: 3,
    problem: /fields were changed/,
    because: `its ${field} was changed`,
  })),
  {
    change: records => Object.assign(records[2]?.status ?? {}, { time: '2026-01-01T00:00:09.000Z' }),
    sequence: 3,
    problem: /fields were changed/,
    because: 'its time was changed',
  },
  {
    change: records => Object.assign(records[2]?.status ?? {}, { generation: 7 }),
    sequence: 3,
    problem: /fields were changed/,
    because: 'a generation was put in',
  },
  {
    change: records => rehash(records, 3, { actor: 'eve' }),
    sequence: 3,
    problem: /replaced/,
    because: 'it was changed and its hash made anew',
  },
  {
    change: records => records.splice(2, 1),
    sequence: 3,
    problem: /record 3 is missing here/,
    because: 'one in the middle is gone',
  },
  {
    change: records => records.splice(1, 3),
    sequence: 2,
    problem: /records 2 to 4 are missing here/,
    because: 'several are gone',
  },
  {
    change: records => records.shift(),
    sequence: 1,
    problem: /record 1 is missing here/,
    because: 'the first is gone',
  },
  {
    change: records => records.splice(2, 2, ...records.slice(2, 4).reverse()),
    sequence: 3,
    problem: /missing here: removed, or moved/,
    because: 'two changed places',
  },
  {
    change: records => records.push(...records.slice(1, 2)),
    sequence: 2,
    problem: /it stands after record 5/,
    because: 'one stands there twice',
  },
  {
    change: records => Object.assign(records[4]?.status ?? {}, { hash: 'a'.repeat(64) }),
    sequence: 5,
    problem: /fields were changed/,
    because: 'a hash was changed',
  },
  {
    change: records => records.splice(3),
    options: () => knownEnd(chain(5)),
    sequence: 4,
    problem: /records 4 to 5 are missing at the end/,
    because: 'the end was cut off, and the head is known',
  },
  {
    change: records => records.splice(3),
    options: () => ({ head: { hash: hashAt(chain(5), 5) } }),
    sequence: 4,
    problem: /not in it: it was cut off, or made anew/,
    because: 'the end was cut off, and only the head’s hash is known',
  },
  {
    change: records => rehash(records, 5, { actor: 'eve' }),
    options: () => knownEnd(chain(5)),
    sequence: 5,
    problem: /made anew/,
    because: 'the last one was replaced, and the head is known',
  },
  {
    change: records => records.splice(0),
    options: () => knownEnd(chain(5)),
    sequence: 1,
    problem: /records 1 to 5 are missing at the end/,
    because: 'nothing is left',
  },
  {
    change: records => Object.assign(records, [{ kind: 'Pod' }]),
    sequence: 0,
    problem: /is this an audit/,
    because: 'it is something else',
  },
];
for (const { change, options, sequence, problem, because } of tampering) {
  test(`checkAudit() names the record: ${because}`, async () => {
    const records = chain(5);
    change(records);
    const verdict = await checkAudit(records, options?.(records));
    assert.ok(!verdict.intact);
    assert.equal(verdict.sequence, sequence, verdict.problem);
    assert.match(verdict.problem, problem);
  });
}

test('checkAudit() tells when what is wrong was written, and what it says', async () => {
  const records = chain(5);
  Object.assign(records[2]?.spec ?? {}, { actor: 'eve' });
  const changed = await checkAudit(records);
  assert.ok(!changed.intact);
  assert.equal(changed.time, '2026-01-01T00:00:03.000Z');
  assert.equal(changed.what, 'eve push repositories.source.slipway.dev acme/shop 3 (git)');
  const gone = await checkAudit(chain(5).toSpliced(2, 1));
  assert.ok(!gone.intact);
  assert.equal(gone.time, 'between 2026-01-01T00:00:02.000Z and 2026-01-01T00:00:04.000Z');
});
