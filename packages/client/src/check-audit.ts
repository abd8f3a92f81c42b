import type { AuditRecord } from '@slipway/kinds';

/** The hash before the first record. */
const GENESIS = '0'.repeat(64);

export type ChainVerdict =
  | { intact: true; records: number; first: number; last: number; head: string }
  | {
      intact: false;
      /** Of the record that is wrong or missing. */
      sequence: number;
      problem: string;
      /** When it was written, or between which times; absent where nothing tells. */
      time?: string;
      /** Who did what, as the record says now. */
      what?: string;
    };

/** A head that was noted earlier, as `sequence:hash` or the hash alone. */
export interface KnownHead {
  sequence?: number;
  hash: string;
}

export interface CheckOptions {
  head?: KnownHead;
  /** The records begin somewhere in the chain, as an export since a time does. */
  partial?: boolean;
}

type Checked = AuditRecord & { status: NonNullable<AuditRecord['status']> };

/**
 * Checks an audit, oldest record first, without trusting whoever keeps it: each record's hash covers its fields and the
 * hash of the one before it, from the first on. What was changed, removed or moved is named. What was cut off at the
 * end, or a chain that was made anew, shows only against a head that was noted earlier.
 */
export async function checkAudit(
  records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>,
  { head, partial = false }: CheckOptions = {},
): Promise<ChainVerdict> {
  let previous: Checked | undefined;
  let [first, count, seen] = [0, 0, head === undefined];
  for await (const record of records) {
    if (!hasStatus(record)) return broken(0, { problem: 'a record has no status: is this an audit?' });
    const bad = await problemOf(record, previous, partial);
    if (bad) return bad;
    if (count === 0) first = record.status.sequence;
    seen ||= record.status.hash === head?.hash;
    const replaced = head && record.status.sequence === head.sequence && record.status.hash !== head.hash;
    if (replaced) return broken(head.sequence ?? 0, { record, problem: REMADE });
    count++;
    previous = record;
  }
  const last = previous?.status.sequence ?? 0;
  if (!seen) return missingHead(last, previous, head);
  return { intact: true, records: count, first, last, head: previous?.status.hash ?? GENESIS };
}

const REMADE = 'it is not the record that was the head: the chain was made anew, from here or before';

async function problemOf(
  record: Checked,
  previous: Checked | undefined,
  partial: boolean,
): Promise<ChainVerdict | undefined> {
  const { sequence, hash, previousHash } = record.status;
  const isStart = previous === undefined;
  const expected = isStart ? (partial ? sequence : 1) : previous.status.sequence + 1;
  if (sequence > expected) return missing(expected, sequence - 1, previous, record);
  if (sequence < expected) {
    const after = previous?.status.sequence ?? 0;
    return broken(sequence, { record, problem: `it stands after record ${after}: it was moved, or put in` });
  }
  if ((await hashOf(record)) !== hash)
    return broken(sequence, { record, problem: 'its fields were changed' });
  if (isStart && partial) return undefined;
  if (previousHash === (previous?.status.hash ?? GENESIS)) return undefined;
  if (isStart) return broken(sequence, { record, problem: 'what came before it is missing' });
  return broken(expected - 1, {
    record: previous,
    problem: `it was replaced, with a hash of its own: record ${sequence} follows another one`,
  });
}

function missing(from: number, to: number, previous: Checked | undefined, next: Checked): ChainVerdict {
  const which = from === to ? `record ${from} is` : `records ${from} to ${to} are`;
  const time = previous
    ? `between ${previous.status.time} and ${next.status.time}`
    : `before ${next.status.time}`;
  return broken(from, { problem: `${which} missing here: removed, or moved`, time });
}

function missingHead(last: number, previous: Checked | undefined, head: KnownHead | undefined): ChainVerdict {
  const { sequence, hash = '' } = head ?? {};
  const time = previous ? { time: `after ${previous.status.time}` } : {};
  if (sequence !== undefined && sequence > last) {
    const problem = `records ${last + 1} to ${sequence} are missing at the end: it was cut off`;
    return broken(last + 1, { problem, ...time });
  }
  const problem = `the head ${hash} is not in it: it was cut off, or made anew`;
  return broken(last + 1, { problem, ...time });
}

function broken(
  sequence: number,
  { record, problem, time }: { problem: string; record?: Checked; time?: string },
): ChainVerdict {
  if (!record) return { intact: false, sequence, problem, ...(time ? { time } : {}) };
  const { actor, verb, resource, object, door } = record.spec;
  const what = `${actor} ${verb} ${resource} ${object} (${door})`;
  return { intact: false, sequence, problem, time: record.status.time, what };
}

function hasStatus(record: AuditRecord): record is Checked {
  const { spec, status } = record ?? {};
  return typeof status?.sequence === 'number' && typeof status.hash === 'string' && spec !== undefined;
}

/** SHA-256 over a JSON array of the fields in a fixed order; absent numbers are null. */
async function hashOf({ spec, status }: Checked): Promise<string> {
  const fields = [
    status.sequence,
    status.time,
    spec.actor,
    spec.door,
    spec.verb,
    spec.resource,
    spec.object,
    status.generation ?? null,
    status.resourceVersion ?? null,
    spec.source,
    spec.outcome,
    status.previousHash,
  ];
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(fields)));
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('');
}
