import type { Kind, KubeObject } from '@slipway/api';

/** JSON Schema as CRDs allow it (structural). */
export interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  enum?: unknown[];
  pattern?: string;
  format?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  nullable?: boolean;
  oneOf?: Schema[];
  anyOf?: Schema[];
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-validations'?: { rule: string; message?: string }[];
}

export interface Column {
  name: string;
  type: string;
  jsonPath: string;
  description?: string;
  priority?: number;
}

export interface CustomResourceDefinition extends KubeObject {
  spec: {
    group: string;
    scope: 'Namespaced' | 'Cluster';
    names: {
      kind: string;
      plural: string;
      singular?: string;
      listKind?: string;
      shortNames?: string[];
      categories?: string[];
    };
    versions: {
      name: string;
      served: boolean;
      storage: boolean;
      schema?: { openAPIV3Schema?: Schema };
      subresources?: { status?: Record<string, never>; scale?: Record<string, string> };
      additionalPrinterColumns?: Column[];
    }[];
    preserveUnknownFields?: boolean;
    conversion?: { strategy: string };
  };
}

/** Kind value of CRDs themselves. */
export const CustomResourceDefinition: Kind<CustomResourceDefinition> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

/**
 * The CRD of one of our own kinds: spec and status as given, status a subresource.
 * @example
 * export const environmentDefinition = definitionOf(Environment, { spec: { type: 'object' }, columns: [] });
 */
export function definitionOf(
  kind: Kind,
  shape: {
    spec: Schema;
    status?: Schema;
    columns?: Column[];
    shortNames?: string[];
    /** Of the whole object (CEL). */
    rules?: NonNullable<Schema['x-kubernetes-validations']>;
  },
): CustomResourceDefinition {
  const open: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${kind.group}` },
    spec: {
      group: kind.group,
      scope: kind.namespaced ? 'Namespaced' : 'Cluster',
      names: {
        kind: kind.kind,
        plural: kind.plural,
        singular: kind.kind.toLowerCase(),
        listKind: `${kind.kind}List`,
        ...(shape.shortNames ? { shortNames: shape.shortNames } : {}),
      },
      versions: [
        {
          name: kind.version,
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                spec: shape.spec,
                status: shape.status ?? open,
              },
              ...(shape.rules ? { 'x-kubernetes-validations': shape.rules } : {}),
            },
          },
          subresources: { status: {} },
          additionalPrinterColumns: [...(shape.columns ?? []), age],
        },
      ],
    },
  };
}

/** A schema of an object whose properties are all strings unless said otherwise; short form for plain kinds. */
export function object(properties: Record<string, Schema>, required: string[] = []): Schema {
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
}

export const text: Schema = { type: 'string' };
export const integer: Schema = { type: 'integer' };
export const truth: Schema = { type: 'boolean' };
/** Name of a Secret, and of one key in it, as the API server allows them. */
export const secretName: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
};
export const secretKey: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 253,
  pattern: '^[-._a-zA-Z0-9]+$',
};
/** Anything at all, kept as it is. */
export const anything: Schema = { 'x-kubernetes-preserve-unknown-fields': true };

export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

export function mapOf(values: Schema): Schema {
  return { type: 'object', additionalProperties: values };
}
