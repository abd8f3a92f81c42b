import { hasReason, type Key, type Kind, type KubeObject, type Stored } from '@slipway/api';
import type { Client, WriteOptions } from './client.ts';

export interface MutateOptions extends Pick<WriteOptions, 'subresource' | 'fieldManager'> {
  /** How often a conflict is answered with another read; default 8. */
  attempts?: number;
}

/**
 * Reads, changes and writes one object, again from the start when somebody else wrote in between.
 * `change` edits the draft it is given. Nothing is written when nothing changed.
 * @example
 * await mutate(client, Deployment, key, draft => { draft.spec.replicas = 3; });
 * @throws StatusError NotFound when the object is not there, Conflict when all attempts met one
 */
export async function mutate<T extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  key: Key,
  change: (draft: Stored<T>) => void,
  { attempts = 8, ...options }: MutateOptions = {},
): Promise<Stored<T>> {
  for (let attempt = 1; ; attempt++) {
    const current = await client.get(kind, key);
    const draft = structuredClone(current);
    change(draft);
    if (JSON.stringify(draft) === JSON.stringify(current)) return current;
    try {
      return await client.update<T>(kind, draft, options);
    } catch (error) {
      if (!hasReason(error, 'Conflict') || attempt >= attempts) throw error;
    }
  }
}

/** As `mutate`, for the status subresource. */
export function updateStatus<T extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  key: Key,
  change: (draft: Stored<T>) => void,
): Promise<Stored<T>> {
  return mutate(client, kind, key, change, { subresource: 'status' });
}
