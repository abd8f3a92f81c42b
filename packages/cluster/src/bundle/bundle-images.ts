import type { AnyObject } from '@slipway/api';
import { parseReference } from '@slipway/oci';

/** Lists of a pod's containers, wherever a template stands. */
const CONTAINERS = new Set(['containers', 'initContainers', 'ephemeralContainers']);
/** `--acme-solver-image=quay.io/jetstack/solver:v1`, or the whole text: a registry's host, a path and a tag or digest. */
const NAMED =
  /^((?:--?[\w-]+=)?)((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\/[\w./-]+(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?)$/;
/** Where else programs are told of images. */
const TOLD = new Set(['args', 'command', 'env', 'image']);

type Change = (reference: string) => string;

/** References of all images that objects run, or tell programs of; sorted, each once. */
export function imagesIn(objects: AnyObject[]): string[] {
  const found = new Set<string>();
  const note: Change = reference => {
    found.add(reference);
    return reference;
  };
  for (const object of objects.filter(mayRun)) changed(object, note);
  return [...found].sort();
}

/** The same objects with images by digest, as far as `digests` has them; what it has not stays as it is. */
export function pinImages(objects: AnyObject[], digests: Record<string, string> = {}): AnyObject[] {
  if (Object.keys(digests).length === 0) return objects;
  const pin: Change = reference => {
    const digest = digests[reference];
    return digest === undefined ? reference : `${nameOf(reference)}@${digest}`;
  };
  return objects.map(object => (mayRun(object) ? (changed(object, pin) as AnyObject) : object));
}

/** A schema has words like those of pods, and runs nothing. */
function mayRun({ kind }: AnyObject): boolean {
  return kind !== 'CustomResourceDefinition';
}

/** As it stands in the object, without tag and digest: defaults that Docker gives are not written into it. */
function nameOf(reference: string): string {
  const named = reference.split('@')[0] ?? '';
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  return colon < 0 ? named : named.slice(0, colon);
}

/** A copy with each image as `change` has it; parts without one are the same values. */
function changed(value: unknown, change: Change, key = ''): unknown {
  if (Array.isArray(value))
    return sameOr(
      value,
      value.map(each => entry(each, change, key)),
    );
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, inner]) => [name, field(name, inner, change)] as const);
  return sameOr(value, Object.fromEntries(fields));
}

function sameOr<T extends object>(before: T, after: T): T {
  const keys = Object.keys(before) as (keyof T)[];
  return keys.every(key => before[key] === after[key]) ? before : after;
}

function entry(value: unknown, change: Change, key: string): unknown {
  if (TOLD.has(key) && typeof value === 'string') return told(value, change);
  if (!CONTAINERS.has(key) || typeof value !== 'object' || value === null) return changed(value, change, key);
  const { image } = value as { image?: unknown };
  const rest = changed(value, change) as Record<string, unknown>;
  return typeof image === 'string' && isReference(image) ? { ...rest, image: change(image) } : rest;
}

function field(name: string, value: unknown, change: Change): unknown {
  if (typeof value === 'string') return name === 'image' || name === 'value' ? told(value, change) : value;
  return changed(value, change, name);
}

/** A text that is an image, or a flag whose value is one. */
function told(text: string, change: Change): string {
  const [, flag = '', reference = ''] = NAMED.exec(text) ?? [];
  const isTagged = /:[\w][\w.-]*$|@sha256:/.test(reference);
  return isTagged && isReference(reference) ? flag + change(reference) : text;
}

function isReference(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch {
    return false;
  }
}
