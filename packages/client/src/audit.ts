import { AuditRecord } from '@slipway/kinds';
import type { Client } from './client.ts';

/** What somebody did at a door, with an outcome. */
export type AuditedAction = AuditRecord['spec'];

/**
 * Appends to the platform's audit; resolves when the record is durable. Do it before what it tells of takes effect: an
 * action that cannot be recorded must not happen. The client needs `auditRules(door)` of `@slipway/kinds`.
 * @throws StatusError ServiceUnavailable, Forbidden, Invalid
 */
export async function recordAction(client: Client, action: AuditedAction): Promise<void> {
  await client.create(AuditRecord, {
    apiVersion: `${AuditRecord.group}/${AuditRecord.version}`,
    kind: AuditRecord.kind,
    metadata: {},
    spec: action,
  });
}
