import type { Stored } from '@slipway/api';
import { AuditRecord } from '@slipway/kinds';
import type { Client } from './client.ts';

const PAGE = 1000;
const GENESIS = '0'.repeat(64);

/** Records of the audit, newest first, read page by page; `fields` are values of spec (`actor`, `door`, …). */
export async function* auditRecords(
  client: Client,
  fields: Partial<AuditRecord['spec']> = {},
): AsyncGenerator<Stored<AuditRecord>> {
  const fieldSelector = Object.entries(fields)
    .map(([name, value]) => `spec.${name}=${value}`)
    .join(',');
  let next: string | undefined;
  do {
    const page = await client.list(AuditRecord, {
      limit: PAGE,
      ...(fieldSelector ? { fieldSelector } : {}),
      ...(next ? { continue: next } : {}),
    });
    yield* page.items;
    next = page.metadata.continue;
  } while (next);
}

export type ChainVerdict =
  | { intact: true; records: number; head: string }
  | { intact: false; sequence: number; problem: string };

/**
 * Checks a whole audit, newest record first, without trusting whoever keeps it: each record's hash covers its fields
 * and the hash of the one before it, down to the first. Compare the head with one that was noted earlier: a chain that
 * was made anew from its start has another.
 */
export async function checkAudit(
  records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>,
): Promise<ChainVerdict> {
  let after: { sequence: number; previousHash: string } | undefined;
  let [head, count] = ['', 0];
  for await (const record of records) {
    const { status } = record;
    if (!status) return { intact: false, sequence: 0, problem: 'a record has no status: is this an audit?' };
    const { sequence, hash, previousHash } = status;
    const bad = (problem: string): ChainVerdict => ({ intact: false, sequence, problem });
    if (after && after.sequence !== sequence + 1) return bad(`record ${after.sequence - 1} is missing`);
    if (after && after.previousHash !== hash) return bad('the record after it follows another one');
    if ((await hashOf(record)) !== hash) return bad('its fields were changed');
    if (count === 0) head = hash;
    count++;
    after = { sequence, previousHash };
  }
  if (!after) return { intact: true, records: 0, head: GENESIS };
  if (after.sequence !== 1 || after.previousHash !== GENESIS) {
    return { intact: false, sequence: after.sequence, problem: 'what came before it is missing' };
  }
  return { intact: true, records: count, head };
}

/** SHA-256 over a JSON array of the fields in a fixed order; absent numbers are null. */
async function hashOf({ spec, status }: AuditRecord): Promise<string> {
  const fields = [
    status?.sequence,
    status?.time,
    spec.actor,
    spec.door,
    spec.verb,
    spec.resource,
    spec.object,
    status?.generation ?? null,
    status?.resourceVersion ?? null,
    spec.source,
    spec.outcome,
    status?.previousHash,
  ];
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(fields)));
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('');
}
