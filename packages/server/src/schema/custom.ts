import { createHash } from 'node:crypto';
import type { Kind } from '@slipway/api';
import type { CustomResourceDefinition } from '@slipway/kinds';
import type { PrinterColumn, ResourceInfo, ScalePaths, Subresource } from './resource-info.ts';
import type { Schema } from './schema.ts';

type Version = CustomResourceDefinition['spec']['versions'][number] & {
  selectableFields?: { jsonPath: string }[];
  deprecated?: boolean;
  deprecationWarning?: string;
};

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const SUB_VERBS = ['get', 'patch', 'update'];
const NAME: PrinterColumn = { name: 'Name', type: 'string', format: 'name', priority: 0 };
const AGE: PrinterColumn = {
  name: 'Age',
  type: 'date',
  priority: 0,
  jsonPath: '.metadata.creationTimestamp',
};

/** What the server needs to serve each served version of a CRD. */
export function customInfos(definition: CustomResourceDefinition): ResourceInfo[] {
  const versions = definition.spec.versions as Version[];
  const stored = versions.find(version => version.storage)?.name ?? '';
  return versions.filter(version => version.served).map(version => infoOf(definition, version, stored));
}

function infoOf(definition: CustomResourceDefinition, version: Version, stored: string): ResourceInfo {
  const { group, names, scope } = definition.spec;
  const kind: Kind = {
    group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    namespaced: scope === 'Namespaced',
  };
  const crdName = definition.metadata.name ?? '';
  let schema: Schema | undefined;
  return {
    kind,
    singular: names.singular ?? names.kind.toLowerCase(),
    listKind: names.listKind ?? `${names.kind}List`,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    verbs: VERBS,
    subresources: subresourcesOf(version),
    get schema() {
      schema ??= rootSchema(definition, version);
      return schema;
    },
    columns: columnsOf(version),
    custom: true,
    storageVersion: stored,
    ...(definition.spec.conversion?.strategy === 'Webhook' && version.name !== stored
      ? { unconverted: true }
      : {}),
    crdName,
    definedAt: Number(definition.metadata.resourceVersion ?? 0),
    selectableFields: (version.selectableFields ?? []).map(field => field.jsonPath),
    storageVersionHash: hashOf(`${group}/${stored}/${names.kind}`),
    ...(version.subresources?.scale ? { scale: version.subresources.scale as unknown as ScalePaths } : {}),
    ...(version.deprecated ? { deprecation: deprecationOf(kind, version) } : {}),
  };
}

function deprecationOf(kind: Kind, version: Version): string {
  return version.deprecationWarning ?? `${kind.group}/${kind.version} ${kind.kind} is deprecated`;
}

function subresourcesOf(version: Version): Subresource[] {
  const status: Subresource[] = version.subresources?.status ? [{ name: 'status', verbs: SUB_VERBS }] : [];
  const scale: Subresource[] = version.subresources?.scale
    ? [{ name: 'scale', verbs: SUB_VERBS, kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' } }]
    : [];
  return [...status, ...scale];
}

function columnsOf(version: Version): PrinterColumn[] {
  const own = version.additionalPrinterColumns;
  if (!own || own.length === 0) return [NAME, AGE];
  return [NAME, ...own.map(column => ({ ...column, priority: column.priority ?? 0 }))];
}

const API_VERSION =
  'APIVersion defines which version of its schema this object is written in: <group>/<version>.';
const KIND = 'Kind is the name of the schema that this object follows.';
const METADATA = 'Name, namespace, labels and what else every object has.';

/** The declared schema, with the fields every object has: apiVersion, kind and the full ObjectMeta. */
function rootSchema(definition: CustomResourceDefinition, version: Version): Schema {
  const declared = (version.schema?.openAPIV3Schema ?? {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
  }) as Schema;
  const open = (definition.spec as { preserveUnknownFields?: boolean }).preserveUnknownFields === true;
  return {
    ...declared,
    type: 'object',
    ...(open ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
    properties: {
      ...declared.properties,
      apiVersion: { type: 'string', description: API_VERSION },
      kind: { type: 'string', description: KIND },
      metadata: metadataOf(declared.properties?.metadata),
    },
  };
}

/** CRDs may restrict only metadata.name and generateName; the rest is ObjectMeta. */
function metadataOf(declared: Schema | undefined): Schema {
  const reference: Schema = { $ref: OBJECT_META, description: METADATA };
  if (!declared?.properties) return reference;
  return { ...reference, allOf: [{ properties: declared.properties }] };
}

export const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 8).toString('base64');
}
