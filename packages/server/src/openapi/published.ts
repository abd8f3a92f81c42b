import { builtInDefinitions, type ResourceInfo, type Schema } from '../schema/index.ts';
import { definitionName } from './definition-name.ts';
import type { PathItem } from './operation.ts';
import type { Steps } from './steps.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Definitions of these resources and of everything their operations mention, by name, unpublished form. */
export function* definitionsFor(infos: ResourceInfo[], paths: PathItem[]): Steps<Record<string, Schema>> {
  const own = infos.filter(info => info.custom);
  const custom = Object.fromEntries(own.flatMap(customDefinitions));
  const declared = new Set(own.map(info => definitionName(info)));
  const found: Record<string, Schema> = {};
  const wanted = paths.flatMap(item =>
    item.operations.flatMap(({ body, answers }) => [
      ...(body ? [body.definition] : []),
      ...Object.values(answers).flatMap(answer => (answer.definition ? [answer.definition] : [])),
    ]),
  );
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (found[name]) continue;
    const schema = custom[name] ?? builtInDefinitions()[name];
    if (!schema) continue;
    found[name] = schema;
    // CRDs may not refer to anything: only what we have put there does. Walking through them takes long.
    collectReferences(declared.has(name) ? schema.properties?.metadata : schema, wanted);
    yield;
  }
  return found;
}

function collectReferences(value: unknown, into: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  const reference = (value as { $ref?: unknown }).$ref;
  if (typeof reference === 'string') into.push(reference);
  for (const part of Object.values(value)) collectReferences(part, into);
}

function customDefinitions(info: ResourceInfo): [string, Schema][] {
  const { group, version, kind } = info.kind;
  const list: Schema = {
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: { type: 'string' },
      items: { type: 'array', items: { $ref: definitionName(info), bare: true } },
      kind: { type: 'string' },
      metadata: { $ref: `${META}.ListMeta` },
    },
    'x-kubernetes-group-version-kind': [{ group, version, kind: info.listKind }],
  };
  const object: Schema = { ...info.schema, 'x-kubernetes-group-version-kind': [{ group, version, kind }] };
  return [
    [definitionName(info), object],
    [definitionName(info, 'List'), list],
  ];
}

/** Options and watch events name the kinds of this document's group and version only. */
export function ofGroup(schema: Schema, { group, version }: { group: string; version: string }): Schema {
  const kinds = schema['x-kubernetes-group-version-kind'];
  if (!kinds || kinds.length < 2) return schema;
  const own = kinds.filter(kind => kind.group === '' || (kind.group === group && kind.version === version));
  return { ...schema, 'x-kubernetes-group-version-kind': own };
}

/** A schema as OpenAPI v3 has it: references are paths, most of them in `allOf`. Some are long: a step for each object. */
export function* toV3(schema: Schema): Steps<unknown> {
  const { $ref, bare, properties, items, additionalProperties, ...rest } = schema;
  const parts = {
    ...rest,
    ...(properties ? { properties: yield* mapped(properties, toV3) } : {}),
    ...(items ? { items: yield* toV3(items) } : {}),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: yield* toV3(additionalProperties) }
      : additionalProperties === undefined
        ? {}
        : { additionalProperties }),
  };
  const published = schema['x-kubernetes-embedded-resource'] ? withIdentity(parts) : parts;
  const typed = rest['x-kubernetes-int-or-string'] ? { anyOf: INT_OR_STRING, ...published } : published;
  if (!$ref) return typed;
  const reference = { $ref: `#/components/schemas/${$ref}` };
  return bare ? reference : { ...typed, allOf: [reference] };
}

const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }];

/** A complete object inside another one has apiVersion, kind and metadata. */
function withIdentity(parts: Record<string, unknown>): Record<string, unknown> {
  return {
    ...parts,
    required: ['kind', 'apiVersion', ...((parts.required as string[] | undefined) ?? [])],
    properties: {
      ...(parts.properties as object | undefined),
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { allOf: [{ $ref: `#/components/schemas/${META}.ObjectMeta` }] },
    },
  };
}

function* mapped(
  schemas: Record<string, Schema>,
  publish: (schema: Schema) => Steps<unknown>,
): Steps<Record<string, unknown>> {
  const entries: [string, unknown][] = [];
  for (const [name, schema] of Object.entries(schemas)) entries.push([name, yield* publish(schema)]);
  yield;
  return Object.fromEntries(entries);
}

/** A schema as OpenAPI v2 can say it: no alternatives, no null, no defaults. */
export function* toV2(schema: Schema): Steps<unknown> {
  const { $ref, bare: _bare, properties, items, additionalProperties, ...rest } = schema;
  const { default: fallback, nullable, oneOf, anyOf: _any, allOf: _all, not: _not, ...plain } = rest;
  const loose =
    nullable || plain['x-kubernetes-preserve-unknown-fields'] || plain['x-kubernetes-int-or-string'];
  if (loose) return extensionsOf(plain);
  const type = oneOf && !plain.type ? { type: 'string' } : {};
  return {
    ...type,
    ...withoutDangling(plain, properties),
    ...($ref ? { $ref: `#/definitions/${$ref}` } : {}),
    ...(fallback !== undefined && isTyped(fallback) ? { default: fallback } : {}),
    ...(properties ? { properties: yield* mapped(properties, toV2) } : {}),
    ...(items ? { items: yield* toV2(items) } : {}),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: yield* toV2(additionalProperties) }
      : {}),
  };
}

function isTyped(fallback: unknown): boolean {
  return typeof fallback === 'object' && fallback !== null && 'type' in fallback;
}

function extensionsOf(schema: Schema): unknown {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name.startsWith('x-')));
}

/** Fields that may be null cannot be required where null cannot be said. */
function withoutDangling(schema: Schema, properties: Record<string, Schema> | undefined): Schema {
  const required = schema.required?.filter(name => !properties?.[name]?.nullable);
  const { required: _required, ...rest } = schema;
  return required && required.length > 0 ? { ...rest, required } : rest;
}
