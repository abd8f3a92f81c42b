import { type AnyObject, hasReason, type Kind } from '@slipway/api';
import type { Client } from '@slipway/client';
import { identityOf } from '@slipway/definition';
import { Component, type InventoryEntry } from '@slipway/kinds';
import { UNINSTALL_ORDER } from '@slipway/render';
import { isKept } from '../destroy/going.ts';
import { FOLLOWS_LABEL } from '../gitops/plan-repository.ts';
import { COMPONENT_LABEL } from '../plan-cluster.ts';
import type { AppliedObject } from './apply-objects.ts';

/** Where an object of an inventory is. */
export function entryOf({ apiVersion, kind, metadata }: AnyObject): InventoryEntry {
  const { namespace, name = '', labels } = metadata;
  const follows = labels?.[FOLLOWS_LABEL] === undefined ? {} : { follows: true };
  return { apiVersion, kind, ...(namespace ? { namespace } : {}), name, ...follows };
}

/** An inventory's entry as far as an identity needs it. */
export function objectOf({ apiVersion, kind, namespace, name }: InventoryEntry): AnyObject {
  return { apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) } };
}

/** Marks of an inventory by identity. */
export function marksOf(entries: InventoryEntry[]): Map<string, string> {
  const marked = entries.flatMap(entry =>
    entry.mark === undefined ? [] : [[identityOf(objectOf(entry)), entry.mark] as const],
  );
  return new Map(marked);
}

/** All that is there, and all that is about to be: written before anything is made, so that a crash orphans nothing. */
export function widened(before: InventoryEntry[], objects: AnyObject[]): InventoryEntry[] {
  const known = new Set(before.map(entry => identityOf(objectOf(entry))));
  return [...before, ...objects.filter(object => !known.has(identityOf(object))).map(entryOf)];
}

/** What was applied, with its marks. */
export function inventoryOf(applied: AppliedObject[]): InventoryEntry[] {
  return applied.map(({ object, mark }) => ({ ...entryOf(object), mark }));
}

/** Entries that an inventory has and a component no longer wants, in the order they are to go. */
export function surplus(before: InventoryEntry[], wanted: AnyObject[]): InventoryEntry[] {
  const kept = new Set(wanted.map(identityOf));
  return inRemovalOrder(before.filter(entry => !kept.has(identityOf(objectOf(entry)))));
}

/** What would bring the rest back, custom resources while their controller still runs, then the rest as Helm removes it, CRDs and namespaces last. */
export function inRemovalOrder(entries: InventoryEntry[]): InventoryEntry[] {
  return entries.toSorted((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ kind, follows }: InventoryEntry): number {
  if (follows) return -2;
  if (kind === 'Namespace') return 1002;
  if (kind === 'CustomResourceDefinition') return 1001;
  const rank = UNINSTALL_ORDER.indexOf(kind);
  return rank < 0 ? -1 : rank;
}

/**
 * Deletes what is there of `entries` and still is the component's; what it deleted. What another component has taken over
 * since, or somebody marked to be kept, stays.
 */
export async function removeEntries(
  client: Client,
  component: string,
  entries: InventoryEntry[],
): Promise<InventoryEntry[]> {
  const removed: InventoryEntry[] = [];
  for (const entry of entries) {
    const kind = await client.discover(entry.apiVersion, entry.kind);
    if (kind && (await removeOne(client, component, kind, entry))) removed.push(entry);
  }
  return removed;
}

async function removeOne(
  client: Client,
  component: string,
  kind: Kind,
  { namespace, name }: InventoryEntry,
): Promise<boolean> {
  const key = { ...(namespace ? { namespace } : {}), name };
  try {
    const live = await client.find(kind, key);
    if (!live || live.metadata.labels?.[COMPONENT_LABEL] !== component || isKept(live)) return false;
    await client.delete(kind, key, { propagationPolicy: 'Background' });
    return true;
  } catch (error) {
    if (hasReason(error, 'NotFound', 'MethodNotAllowed')) return false;
    throw error;
  }
}

type ComponentStatus = NonNullable<Component['status']>;

/** Changes single fields of a component's status. */
export async function writeComponentStatus(
  client: Client,
  id: string,
  status: Partial<Record<keyof ComponentStatus, unknown>>,
): Promise<void> {
  const patch = { type: 'merge', body: { status } } as const;
  await client.patch(Component, { name: id }, patch, { subresource: 'status', fieldManager: 'slipway' });
}
