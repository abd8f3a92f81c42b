import { type KubeObject, type ManagedFieldsEntry, timestamp } from '@slipway/api';
import { type FieldSet, formatFields, isEmptySet, parseFields, union } from './field-set.ts';

/** One manager's fields. */
export interface Manager {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource: string;
  /** As stored; absent only in entries that somebody wrote by hand. */
  time: string | undefined;
  set: FieldSet;
}

/** Managers by identity. */
export type Managers = Map<string, Manager>;

/** An applier is the same whatever version it applies in; an updater has one entry for each version. */
export function identityOf(manager: Omit<Manager, 'time' | 'set'>): string {
  const version = manager.operation === 'Apply' ? '' : manager.apiVersion;
  return JSON.stringify([manager.manager, manager.operation, version, manager.subresource]);
}

/** Reads managedFields; undefined when an entry is not legal (then the whole list counts as unreadable). */
export function parseManagers(entries: readonly ManagedFieldsEntry[] | undefined): Managers | undefined {
  const managers: Managers = new Map();
  for (const entry of entries ?? []) {
    const { operation, apiVersion, fieldsType } = entry;
    if (operation !== 'Apply' && operation !== 'Update') return undefined;
    if (!apiVersion || fieldsType !== 'FieldsV1') return undefined;
    const manager: Manager = {
      manager: entry.manager ?? '',
      operation,
      apiVersion,
      subresource: entry.subresource ?? '',
      time: entry.time,
      set: parseFields(entry.fieldsV1),
    };
    managers.set(identityOf(manager), manager);
  }
  return managers;
}

/** Writes managedFields: appliers first, then by time and name. */
export function formatManagers(managers: Managers): ManagedFieldsEntry[] {
  return [...managers.values()].toSorted(inOrder).map(entryOf);
}

function inOrder(a: Manager, b: Manager): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(seconds(a), seconds(b)) ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function seconds({ time }: Manager): string {
  return time ? timestamp(Date.parse(time)) : '';
}

function entryOf(manager: Manager): ManagedFieldsEntry {
  return {
    manager: manager.manager,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(manager.time ? { time: manager.time } : {}),
    fieldsType: 'FieldsV1',
    fieldsV1: formatFields(manager.set),
    ...(manager.subresource ? { subresource: manager.subresource } : {}),
  };
}

/** The object with these managers recorded; without the field when there are none. */
export function withManagers(object: KubeObject, managers: Managers): KubeObject {
  const { managedFields: _old, ...metadata } = object.metadata;
  const entries = formatManagers(managers);
  return { ...object, metadata: entries.length > 0 ? { ...metadata, managedFields: entries } : metadata };
}

export function withoutEmpty(managers: Managers): Managers {
  return new Map([...managers].filter(([, manager]) => !isEmptySet(manager.set)));
}

const MOST_UPDATERS = 10;

/** Merges the oldest updaters of each version into one, until no more than ten are left. */
export function capUpdaters(managers: Managers): Managers {
  const result: Managers = new Map(managers);
  const updaters = [...result.values()]
    .filter(manager => manager.operation === 'Update')
    .toSorted((a, b) => compareText(seconds(a), seconds(b)) || compareText(identityOf(a), identityOf(b)));
  let count = updaters.length;
  const first = new Map<string, Manager>();
  for (const updater of updaters) {
    if (count <= MOST_UPDATERS) break;
    const older = first.get(updater.apiVersion);
    if (!older) {
      first.set(updater.apiVersion, updater);
      continue;
    }
    result.delete(identityOf(older));
    result.delete(identityOf(updater));
    const bucket: Manager = {
      ...updater,
      manager: 'ancient-changes',
      subresource: '',
      set: union(older.set, updater.set),
    };
    result.set(identityOf(bucket), bucket);
    first.set(updater.apiVersion, bucket);
    count--;
  }
  return result;
}
