import { createHash } from 'node:crypto';
import type { AuditEntry, AuditRecord } from './audit.ts';

/** The hash before the first record. */
export const GENESIS = '0'.repeat(64);

/** The record that follows `previousHash`: its hash covers every field and that hash. */
export function chained(entry: AuditEntry, place: { sequence: number; previousHash: string }): AuditRecord {
  const record = { ...entry, ...place };
  return { ...record, hash: hashOf(record) };
}

/** SHA-256 over a JSON array of the fields in a fixed order; absent numbers are null. */
export function hashOf(record: Omit<AuditRecord, 'hash'>): string {
  const fields = [
    record.sequence,
    record.time,
    record.actor,
    record.door,
    record.verb,
    record.resource,
    record.object,
    record.generation ?? null,
    record.resourceVersion ?? null,
    record.source,
    record.outcome,
    record.previousHash,
  ];
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
