import {
  type AnyObject,
  hasReason,
  type Json,
  keyText,
  type ManagedFieldsEntry,
  SlipwayError,
  type Stored,
} from '@slipway/api';
import type { Client } from '@slipway/client';
import { type Resource, sameResource } from './resources.ts';

/** Whoever applies as Helm does can take over what Helm applied, and the other way round. */
export const FIELD_MANAGER = 'helm';
const KEEP = 'helm.sh/resource-policy';

export interface ApplyOptions {
  /** Other managers' fields are taken. */
  force?: boolean;
}

/** Creates or changes objects in their order. @throws SlipwayError ApplyFailed in Helm's words */
export async function applyAll(
  client: Client,
  resources: Resource[],
  { force = false }: ApplyOptions = {},
): Promise<{ created: Resource[] }> {
  const created: Resource[] = [];
  for (const resource of resources) {
    const { kind, object, key } = resource;
    if (key.name === '') {
      await client.create(kind, object, { fieldManager: FIELD_MANAGER });
      continue;
    }
    const live = await client.find(kind, key);
    if (!live) created.push(resource);
    if (live) await adoptFields(client, resource, live);
    const options = { fieldManager: FIELD_MANAGER, force, fieldValidation: 'Strict' as const };
    await client.apply(kind, object, options).catch(error => {
      throw worded(error, resource);
    });
  }
  return { created };
}

function worded(error: unknown, { kind, key }: Resource): Error {
  const message = error instanceof Error ? error.message : String(error);
  const what = `${keyText(key)} ${kind.group ? `${kind.group}/` : '/'}${kind.version}, Kind=${kind.kind}`;
  const doing = hasReason(error, 'Conflict')
    ? 'conflict occurred while applying object'
    : 'server-side apply failed for object';
  return new SlipwayError('ApplyFailed', `${doing} ${what}: ${message}`, { cause: error });
}

/**
 * Fields that Helm once set without server-side apply become ours of server-side apply: else what a chart no longer
 * says would stay for ever (client-go's csaupgrade).
 */
async function adoptFields(client: Client, { kind, key }: Resource, live: Stored<AnyObject>): Promise<void> {
  const entries = live.metadata.managedFields ?? [];
  const isOld = (each: ManagedFieldsEntry) =>
    each.manager === FIELD_MANAGER && each.operation === 'Update' && !each.subresource;
  const old = entries.filter(isOld);
  if (old.length === 0) return;
  const own = entries.find(
    each => each.manager === FIELD_MANAGER && each.operation === 'Apply' && !each.subresource,
  );
  const [first] = old;
  const fields = [...(own ? [own] : []), ...old].reduce(
    (sum: Fields, each) => union(sum, (each.fieldsV1 ?? {}) as Fields),
    {},
  );
  const merged = { ...(own ?? first), operation: 'Apply', fieldsV1: fields } as ManagedFieldsEntry;
  const rest = entries.filter(each => each !== own && !isOld(each));
  await client.patch(kind, key, {
    type: 'json',
    body: [
      { op: 'replace', path: '/metadata/managedFields', value: [...rest, merged] },
      { op: 'replace', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
    ],
  });
}

type Fields = { [key: string]: Json };

function union(a: Fields, b: Fields): Fields {
  const sum: Fields = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = sum[key];
    sum[key] = isFields(before) && isFields(value) ? union(before, value) : value;
  }
  return sum;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Removes what only `before` has, but for what says it is to be kept. */
export async function deleteGone(client: Client, before: Resource[], after: Resource[]): Promise<void> {
  for (const resource of before) {
    if (after.some(each => sameResource(each, resource))) continue;
    const live = await client.find(resource.kind, resource.key);
    if (!live || live.metadata.annotations?.[KEEP] === 'keep') continue;
    await deleteOne(client, resource);
  }
}

export type Cascade = 'background' | 'foreground' | 'orphan';

const POLICY = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

export async function deleteOne(
  client: Client,
  { kind, key }: Resource,
  cascade: Cascade = 'background',
): Promise<void> {
  await client.delete(kind, key, { propagationPolicy: POLICY[cascade] }).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}

/** Objects of a manifest that an uninstall leaves alone. */
export function isKept({ object }: Resource): boolean {
  return object.metadata.annotations?.[KEEP]?.trim().toLowerCase() === 'keep';
}
