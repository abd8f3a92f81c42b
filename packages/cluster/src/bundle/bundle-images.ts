import type { AnyObject } from '@slipway/api';
import {
  type ChangeImage,
  changeArgument,
  changeConfiguration,
  isForWindows,
  isReference,
} from './image-text.ts';

/** Lists of a pod's containers, wherever a template stands. */
const CONTAINERS = new Set(['containers', 'initContainers', 'ephemeralContainers']);
/** Where else programs are told of images. */
const ARGUMENTS = new Set(['args', 'command', 'image']);

/** References of all images that objects run, or tell programs of; sorted, each once. */
export function imagesIn(objects: AnyObject[]): string[] {
  const found = new Set<string>();
  const note: ChangeImage = reference => {
    found.add(reference);
    return reference;
  };
  for (const object of objects) changedObject(object, note);
  return [...found].sort();
}

/** The same objects with images by digest, as far as `digests` has them; what it has not stays as it is. */
export function pinImages(objects: AnyObject[], digests: Record<string, string> = {}): AnyObject[] {
  if (Object.keys(digests).length === 0) return objects;
  return objects.map(object =>
    changedObject(object, reference => {
      const digest = digests[reference];
      return digest === undefined ? reference : `${nameOf(reference)}@${digest}`;
    }),
  );
}

function changedObject(object: AnyObject, change: ChangeImage): AnyObject {
  // A schema has words like those of pods, and runs nothing.
  if (object.kind === 'CustomResourceDefinition') return object;
  if (object.kind === 'ConfigMap') return changedConfiguration(object, change);
  const made = changed(object, change) as AnyObject;
  // Crossplane's providers, configurations and functions are images.
  return object.apiVersion.startsWith('pkg.crossplane.io/') ? changedPackage(made, change) : made;
}

function changedConfiguration(object: AnyObject, change: ChangeImage): AnyObject {
  const { data } = object as { data?: Record<string, string> | null };
  if (!data) return object;
  const made = Object.entries(data).map(([key, text]) => {
    // `_example` and its like are for people; some tools hold them against a checksum.
    const isForPeople = key.startsWith('_') || typeof text !== 'string';
    return [key, isForPeople ? text : changeConfiguration(text, change, key)] as const;
  });
  const now = sameOr(data, Object.fromEntries(made));
  return now === data ? object : ({ ...object, data: now } as AnyObject);
}

function changedPackage(object: AnyObject, change: ChangeImage): AnyObject {
  const { spec } = object as { spec?: { package?: unknown } };
  if (typeof spec?.package !== 'string' || !isReference(spec.package)) return object;
  return { ...object, spec: { ...spec, package: change(spec.package) } } as AnyObject;
}

/** As it stands in the object, without tag and digest: defaults that Docker gives are not written into it. */
function nameOf(reference: string): string {
  const named = reference.split('@')[0] ?? '';
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  return colon < 0 ? named : named.slice(0, colon);
}

/** A copy with each image as `change` has it; parts without one are the same values. */
function changed(value: unknown, change: ChangeImage, key = ''): unknown {
  if (Array.isArray(value)) {
    const made = value.map((each, index) => entry(each, change, { key, before: value[index - 1] }));
    return sameOr(value, made);
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, inner]) => {
    const isImage = name === 'image' && typeof inner === 'string';
    return [name, isImage ? changeArgument(inner, change, name) : changed(inner, change, name)] as const;
  });
  return sameOr(value, Object.fromEntries(fields));
}

function sameOr<T extends object>(before: T, after: T): T {
  const keys = Object.keys(before) as (keyof T)[];
  return keys.every(key => before[key] === after[key]) ? before : after;
}

function entry(
  value: unknown,
  change: ChangeImage,
  { key, before }: { key: string; before: unknown },
): unknown {
  if (typeof value === 'string') {
    if (!ARGUMENTS.has(key) || isForWindows(before)) return value;
    return changeArgument(value, change, String(before ?? ''));
  }
  if (typeof value !== 'object' || value === null) return value;
  const made = changed(value, change) as Record<string, unknown>;
  if (key === 'env') return variable(made, change);
  const { image } = value as { image?: unknown };
  if (!CONTAINERS.has(key) || typeof image !== 'string' || !isReference(image)) return made;
  // Here a short name is an image, too.
  const now = change(image);
  return now === made.image ? made : { ...made, image: now };
}

function variable(made: Record<string, unknown>, change: ChangeImage): Record<string, unknown> {
  const { name, value } = made;
  if (typeof value !== 'string') return made;
  const now = changeArgument(value, change, String(name));
  return now === value ? made : { ...made, value: now };
}
