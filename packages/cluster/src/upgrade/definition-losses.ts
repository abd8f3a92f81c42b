import type { CustomResourceDefinition } from '@slipway/kinds';

type Spec = CustomResourceDefinition['spec'];
/** The parts of a schema that say which fields there are. */
export interface Shape {
  properties?: Record<string, Shape>;
  items?: Shape;
  additionalProperties?: Shape | boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** What a new CRD no longer has of an old one. */
export interface DefinitionLosses {
  /** Versions that were served and are not any more. */
  versions: string[];
  /** Paths of fields by version; `*` stands for every entry of a list or map. */
  fields: { version: string; path: string[] }[];
}

/** Versions and fields that go away: objects that have such fields lose them when they are written next. */
export function definitionLosses(before: Spec, after: Spec): DefinitionLosses {
  const served = (spec: Spec) => spec.versions.filter(version => version.served);
  const kept = new Map(served(after).map(version => [version.name, version]));
  const versions = served(before)
    .map(({ name }) => name)
    .filter(name => !kept.has(name));
  const fields = served(before).flatMap(({ name, schema }) => {
    const now = kept.get(name)?.schema?.openAPIV3Schema as Shape | undefined;
    const old = schema?.openAPIV3Schema as Shape | undefined;
    return now && old ? goneFields(old, now).map(path => ({ version: name, path })) : [];
  });
  return { versions, fields };
}

function goneFields(before: Shape, after: Shape, path: string[] = []): string[][] {
  if (after['x-kubernetes-preserve-unknown-fields']) return [];
  const own = Object.entries(before.properties ?? {}).flatMap(([name, inner]) => {
    const now = after.properties?.[name] ?? entryShape(after);
    return now === undefined ? [[...path, name]] : goneFields(inner, now, [...path, name]);
  });
  return [...own, ...goneEntries(before, after, path)];
}

function goneEntries(before: Shape, after: Shape, path: string[]): string[][] {
  const old = before.items ?? entryShape(before);
  const now = after.items ?? entryShape(after);
  return old && now ? goneFields(old, now, [...path, '*']) : [];
}

function entryShape({ additionalProperties }: Shape): Shape | undefined {
  if (additionalProperties === true) return { 'x-kubernetes-preserve-unknown-fields': true };
  return additionalProperties || undefined;
}

/** Whether an object has something at a path. */
export function usesField(value: unknown, path: string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return value !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  if (first === '*') return Object.values(value).some(each => usesField(each, rest));
  return usesField((value as Record<string, unknown>)[first], rest);
}

/** `spec.template.*.size` */
export function pathText(path: string[]): string {
  return path.join('.');
}
