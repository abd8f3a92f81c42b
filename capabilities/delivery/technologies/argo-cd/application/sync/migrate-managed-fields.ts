import {
  type AnyObject,
  hasReason,
  type Kind,
  keyOf,
  type ManagedFieldsEntry,
  type Stored,
} from '@slipway/api';
import type { Client } from '@slipway/client';
import { FIELD_MANAGER, LAST_APPLIED } from '../diff/diff.ts';
import { type Fields, isFields, setField } from '../diff/fields.ts';

/** Whether fields belong to somebody who applied on the client. */
export function needsMigration(live: AnyObject | undefined, manager: string): boolean {
  return (live?.metadata.managedFields ?? []).some(
    entry => entry.manager === manager && entry.operation === 'Update',
  );
}

const ATTEMPTS = 5;

/**
 * Gives the fields that a client applied to this engine's manager, so that what a manifest does not name any more goes
 * when it is applied on the server (client-go, util/csaupgrade).
 */
export async function migrateManagedFields(
  client: Client,
  kind: Kind,
  live: Stored<AnyObject>,
  manager: string,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const fresh = (await client.get(kind, keyOf(live))) as Stored<AnyObject>;
    if (!needsMigration(fresh, manager)) return;
    const body = [
      { op: 'replace', path: '/metadata/managedFields', value: migrated(fresh, manager) },
      { op: 'replace', path: '/metadata/resourceVersion', value: fresh.metadata.resourceVersion },
    ];
    try {
      await client.patch(kind, keyOf(live), { type: 'json', body });
      return;
    } catch (error) {
      if (!hasReason(error, 'Conflict') || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** One entry of ours with the fields of both; the client's own is gone, and so is its annotation from ours. */
export function migrated({ metadata }: AnyObject, manager: string): ManagedFieldsEntry[] {
  const entries = metadata.managedFields ?? [];
  const isClient = (entry: ManagedFieldsEntry) =>
    entry.manager === manager && entry.operation === 'Update' && !entry.subresource;
  const isOurs = (entry: ManagedFieldsEntry) =>
    entry.manager === FIELD_MANAGER && entry.operation === 'Apply' && !entry.subresource;
  const client = entries.filter(isClient);
  const [first] = client;
  if (!first) return entries;
  const sets = [...entries.filter(isOurs), ...client].map(({ fieldsV1 }) => (fieldsV1 ?? {}) as Fields);
  const fieldsV1 = withoutLastApplied(sets.reduce(union, {})) as NonNullable<ManagedFieldsEntry['fieldsV1']>;
  const ours: ManagedFieldsEntry = { ...first, manager: FIELD_MANAGER, operation: 'Apply', fieldsV1 };
  return [ours, ...entries.filter(entry => !isClient(entry) && !isOurs(entry))];
}

function union(a: Fields, b: Fields): Fields {
  const result = { ...a };
  for (const [element, below] of Object.entries(b)) {
    const present = result[element];
    const both = isFields(present) && isFields(below);
    setField(result, element, both ? union(present, below) : below);
  }
  return result;
}

function withoutLastApplied(set: Fields): Fields {
  const copy = structuredClone(set);
  const metadata = copy['f:metadata'];
  const annotations = isFields(metadata) ? metadata['f:annotations'] : undefined;
  if (isFields(annotations)) delete annotations[`f:${LAST_APPLIED}`];
  return copy;
}
