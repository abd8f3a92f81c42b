import { type AnyObject, keyOf, keyText } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Component, Environment, Platform, Team } from '@slipway/kinds';
import { FIELD_MANAGER } from './apply.ts';
import { accountObjects, type Plan } from './plan.ts';
import { deleteIfThere, identityOf, listOrNone } from './platform-api.ts';

/** Kinds whose objects a definition makes and unmakes. */
const KINDS = [Platform, Component, Environment, Team];

/**
 * Objects that an earlier definition made and this plan no longer holds. What somebody made by hand (a Team by
 * kubectl) was not made by a definition and stays.
 */
export async function staleObjects(client: Client, { objects }: Pick<Plan, 'objects'>): Promise<AnyObject[]> {
  const kept = new Set(objects.map(identityOf));
  const lists = await Promise.all(KINDS.map(kind => listOrNone(client, kind)));
  return lists.flat().filter(object => isOurs(object) && !kept.has(identityOf(object)));
}

function isOurs({ metadata }: AnyObject): boolean {
  return (metadata.managedFields ?? []).some(
    ({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply',
  );
}

/** Deletes stale objects, and with a component the account and the rights its engine had. */
export async function prune(client: Client, stale: AnyObject[]): Promise<string[]> {
  for (const object of stale.flatMap(withRights)) {
    const kind = await client.discover(object.apiVersion, object.kind);
    if (kind) await deleteIfThere(client, kind, object);
  }
  return stale.map(object => `${object.kind} ${keyText(keyOf(object))}`);
}

function withRights(object: AnyObject): AnyObject[] {
  if (object.kind !== Component.kind) return [object];
  return [object, ...accountObjects(object.metadata.name ?? '', [])];
}
