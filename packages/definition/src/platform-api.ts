import { type AnyObject, hasReason, type Kind, keyOf } from '@slipway/api';
import type { Client } from '@slipway/client';

/** The same text for the same object: group, kind, namespace and name. */
export function identityOf({ apiVersion, kind, metadata }: AnyObject): string {
  return `${apiVersion.split('/').slice(0, -1).join('/')} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Every object of a kind; none when the server does not serve it yet. */
export async function listOrNone(client: Client, kind: Kind): Promise<AnyObject[]> {
  try {
    const { items } = await client.list(kind);
    const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
    return items.map(item => ({ ...(item as AnyObject), apiVersion, kind: kind.kind }));
  } catch (error) {
    if (hasReason(error, 'NotFound')) return [];
    throw error;
  }
}

/** Deletes an object that may be gone already. */
export async function deleteIfThere(client: Client, kind: Kind, object: AnyObject): Promise<void> {
  await client.delete(kind, keyOf(object)).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}
