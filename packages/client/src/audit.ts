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

/**
 * Does what can be recorded: the record comes first, as allowed; work that fails leaves a second one that says so.
 * @throws what `recordAction` and the work throw
 */
export async function recorded<T>(
  record: (outcome: 'allowed' | 'failed') => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  await record('allowed');
  try {
    return await work();
  } catch (error) {
    // Where even this cannot be told, the audit says more than happened, never less.
    await record('failed').catch(() => {});
    throw error;
  }
}
