import type { Json, KubeObject } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';
import { compare } from './compare.ts';
import { difference, type FieldSet } from './field-set.ts';
import { toFieldSet } from './to-field-set.ts';
import { bare } from './track-update.ts';

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/** Fields that client-side `kubectl apply` set and nobody changed since; undefined when it never ran. */
export function allowedByLastApplied(live: KubeObject, info: ResourceInfo): FieldSet | undefined {
  const last = parseLastApplied(live.metadata.annotations?.[ANNOTATION]);
  if (!last || last.apiVersion !== live.apiVersion) return undefined;
  const configuration = last as unknown as Json;
  const { modified, added, removed } = compare(configuration, bare(live), info.schema);
  return [modified, added, removed].reduce(difference, toFieldSet(configuration, info.schema));
}

function parseLastApplied(text: string | undefined): KubeObject | undefined {
  if (!text) return undefined;
  try {
    return JSON.parse(text) as KubeObject;
  } catch {
    return undefined; // Somebody edited the annotation: then it says nothing.
  }
}

/** Keeps the annotation true for clients that still apply on their side. */
export function refreshLastApplied(object: KubeObject, applied: KubeObject): KubeObject {
  const { annotations } = object.metadata;
  if (!annotations?.[ANNOTATION]) return object;
  const text = `${JSON.stringify(sorted(withoutAnnotation(applied)))}\n`;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [ANNOTATION]: text } } };
}

function withoutAnnotation(applied: KubeObject): Json {
  const { annotations, ...metadata } = applied.metadata;
  if (!annotations) return applied as unknown as Json;
  const { [ANNOTATION]: _own, ...rest } = annotations;
  return { ...applied, metadata: { ...metadata, annotations: rest } } as unknown as Json;
}

/** Go writes maps in the order of their keys. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map(key => [key, sorted(value[key] ?? null)]));
}
