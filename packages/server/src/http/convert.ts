import { apiVersionOf, type KubeObject } from '@slipway/api';
import { defaultObject } from '../defaults/index.ts';
import type { ResourceInfo, Schema } from '../schema/index.ts';
import { apiVersionOfText } from '../store/serialize.ts';
import { type Entry, type ResourceId, resourceId } from '../store/store.ts';
import { convertAutoscaler } from './convert-autoscaler.ts';
import { convertEvent } from './convert-event.ts';

/** Two groups that serve the same stored objects. */
const STORED_AS: Record<ResourceId, ResourceId> = { 'events.k8s.io/events': '/events' };

/** Where objects of a served resource are stored. */
export function storageOf(info: Pick<ResourceInfo, 'kind'>): ResourceId {
  const id = resourceId(info.kind);
  return STORED_AS[id] ?? id;
}

const CONVERT: Record<ResourceId, (object: KubeObject, apiVersion: string) => KubeObject> = {
  '/events': convertEvent,
  'autoscaling/horizontalpodautoscalers': convertAutoscaler,
};

/** The stored object in the addressed version. Always a new value that the caller may change. */
export function parseEntry(entry: StoredText, info: ResourceInfo): KubeObject {
  const object = JSON.parse(entry.text) as KubeObject;
  const wanted = apiVersionOf(info.kind);
  const converted = object.apiVersion === wanted ? object : inVersion(object, info, wanted);
  return lacksDefaults(entry, info) ? defaultObject(converted, info) : converted;
}

type StoredText = Pick<Entry, 'text' | 'resourceVersion'>;

/** Custom objects that are older than their kind's definition get its defaults whenever they are read. */
function lacksDefaults({ resourceVersion }: StoredText, info: ResourceInfo): boolean {
  const { definedAt } = info;
  return definedAt !== undefined && resourceVersion < definedAt && hasDefaults(info.schema);
}

const defaulting = new WeakMap<Schema, boolean>();

function hasDefaults(schema: Schema): boolean {
  const known = defaulting.get(schema) ?? JSON.stringify(schema).includes('"default":');
  defaulting.set(schema, known);
  return known;
}

function inVersion(object: KubeObject, info: Pick<ResourceInfo, 'kind'>, apiVersion: string): KubeObject {
  const convert = CONVERT[storageOf(info)];
  // Versions of one custom resource differ in name only: those that a webhook would convert are never asked for.
  return convert ? convert(object, apiVersion) : { ...object, apiVersion };
}

/** The object in the version that is stored. */
export function toStorage(object: KubeObject, info: ResourceInfo): KubeObject {
  const { group } = parseResourceId(storageOf(info));
  const version = group === info.kind.group ? info.storageVersion : 'v1';
  const wanted = apiVersionOf({ group, version });
  return object.apiVersion === wanted ? object : inVersion(object, info, wanted);
}

function parseResourceId(id: ResourceId): { group: string } {
  return { group: id.slice(0, id.lastIndexOf('/')) };
}

/** The stored text in the addressed version, without parsing where it is that version already. */
export function textOf(entry: StoredText, info: ResourceInfo, apiVersion: string): string {
  if (apiVersionOfText(entry.text) === apiVersion && !lacksDefaults(entry, info)) return entry.text;
  return JSON.stringify(parseEntry(entry, info));
}
