import { apiVersionOf, type Json, type KubeObject, type ManagedFieldsEntry, timestamp } from '@slipway/api';
import { zeroValue } from '../defaults/index.ts';
import type { ResourceInfo } from '../schema/index.ts';
import { emptySet, isEmptySet, union } from './field-set.ts';
import {
  capUpdaters,
  identityOf,
  type Manager,
  type Managers,
  parseManagers,
  withManagers,
} from './managers.ts';
import { ownable, withoutMeta } from './reset-fields.ts';
import { afterUpdate, takeOver } from './updater.ts';

export interface TrackRequest {
  /** Absent on create. */
  live?: KubeObject | undefined;
  /** The object about to be stored. */
  updated: KubeObject;
  manager: string;
  info: ResourceInfo;
  /** Milliseconds since 1970. */
  now: number;
  subresource?: string | undefined;
}

/** Records in `metadata.managedFields` what a create, update or patch changed; returns a new object. */
export function trackUpdate(request: TrackRequest): KubeObject {
  const { live, updated, subresource } = request;
  const managers = managersOf(live, updated, Boolean(subresource));
  // An object that nobody tracks stays so until it is applied.
  if (managers.size === 0 && live) return withManagers(updated, managers);
  return withManagers(updated, recordUpdate({ ...request, managers }));
}

/** Entries of the request count when they are legal; `[]` and `[{}]` reset; otherwise the stored ones stay. */
function managersOf(live: KubeObject | undefined, updated: KubeObject, ignoreNew: boolean): Managers {
  const stored = parseManagers(live?.metadata.managedFields) ?? new Map();
  if (ignoreNew) return stored;
  const given = updated.metadata.managedFields;
  if (given && isReset(given)) return new Map();
  const parsed = parseManagers(given);
  return parsed && parsed.size > 0 ? parsed : stored;
}

function isReset(entries: readonly ManagedFieldsEntry[]): boolean {
  const [first] = entries;
  return !first || (entries.length === 1 && Object.keys(first).length === 0);
}

/** The managers after this update. */
export function recordUpdate(request: TrackRequest & { managers: Managers }): Managers {
  const { live, updated, info, now, managers } = request;
  const subresource = request.subresource ?? '';
  const change = {
    before: live ? bare(live) : emptyOf(updated, info),
    after: bare(updated),
    info,
    subresource,
    managers,
    self: '',
  };
  const outcome = takeOver(change);
  const set = withoutMeta(ownable(afterUpdate(emptySet(), outcome.comparison), info, subresource));
  if (isEmptySet(set)) return outcome.managers;
  const own: Manager = {
    manager: request.manager || 'unknown',
    operation: 'Update',
    apiVersion: apiVersionOf(info.kind),
    subresource,
    time: timestamp(now),
    set,
  };
  const before = outcome.managers.get(identityOf(own));
  outcome.managers.set(identityOf(own), before ? { ...own, set: union(set, before.set) } : own);
  return capUpdaters(outcome.managers);
}

/** The object as fields are counted in it: without the record itself. */
export function bare(object: KubeObject): Json {
  const { managedFields: _fields, ...metadata } = object.metadata;
  return { ...object, metadata } as unknown as Json;
}

/** What a create is compared with: built-in kinds have their structs from the start, so nobody adds those. */
function emptyOf({ apiVersion, kind }: KubeObject, info: ResourceInfo): Json {
  const identity = { apiVersion, kind };
  return info.custom ? identity : zeroValue(identity, info.schema);
}
