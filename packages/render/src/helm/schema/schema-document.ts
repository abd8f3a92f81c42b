import { checkShape } from './check-shape.ts';
import { SchemaRefused } from './schema-refused.ts';
import { isObject, type SchemaObject } from './values.ts';

export type Schema = boolean | SchemaObject;

/** Where schemas lie within a schema: directly, in a list, in a map. */
const SINGLE = [
  'not',
  'additionalProperties',
  'items',
  'additionalItems',
  'propertyNames',
  'contains',
  'if',
  'then',
  'else',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentSchema',
];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'items', 'prefixItems'];
const MAPS = ['definitions', '$defs', 'properties', 'patternProperties', 'dependencies', 'dependentSchemas'];

const ROOT = 'file:///values.schema.json';

/** A part of the document with an address of its own. */
interface Resource {
  id: string;
  schema: Schema;
  anchors: Map<string, Schema>;
}

/** A schema file: which draft it is written in, and what its references lead to. */
export class SchemaDocument {
  readonly root: Schema;
  readonly draft: number;
  readonly #resources = new Map<string, Resource>();
  readonly #owners = new Map<SchemaObject, Resource>();

  constructor(root: unknown) {
    if (!isSchema(root))
      throw new SchemaRefused('values.schema.json is no JSON schema: an object or a truth is expected');
    this.root = root;
    this.draft = draftOf(root);
    this.#collect(root, this.#resource(ROOT, root));
  }

  #resource(id: string, schema: Schema): Resource {
    const resource = { id, schema, anchors: new Map<string, Schema>() };
    this.#resources.set(id, resource);
    return resource;
  }

  #collect(schema: unknown, owner: Resource): void {
    if (!isObject(schema) || this.#owners.has(schema)) return;
    checkShape(schema);
    const id = schema[this.draft < 6 ? 'id' : '$id'];
    const hides = this.draft < 2019 && '$ref' in schema;
    const isOwn = typeof id === 'string' && !hides && !id.startsWith('#');
    const resource = isOwn ? this.#resource(joined(id, owner.id), schema) : owner;
    if (typeof id === 'string' && id.startsWith('#')) resource.anchors.set(id.slice(1), schema);
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const anchor = schema[keyword];
      if (typeof anchor === 'string') resource.anchors.set(anchor, schema);
    }
    this.#owners.set(schema, resource);
    for (const inner of innerSchemas(schema)) this.#collect(inner, resource);
  }

  /**
   * What a reference of this schema leads to.
   * @throws SchemaRefused for what lies outside the file: nothing is fetched for a chart
   */
  resolve(schema: SchemaObject, reference: string): Schema {
    const owner = this.#owners.get(schema) ?? this.#resources.get(ROOT);
    const [address = '', fragment = ''] = joined(reference, owner?.id ?? ROOT).split('#');
    // Helm takes everything for valid that has a name only.
    if (address.startsWith('urn:')) return true;
    const resource = this.#resources.get(address);
    if (!resource)
      throw new SchemaRefused(
        `values.schema.json refers to ${JSON.stringify(reference)}, which is outside of the chart and is not fetched; ` +
          'put it into the schema, or skip schema validation',
      );
    const found = find(resource, decodeURIComponent(fragment));
    if (found === undefined)
      throw new SchemaRefused(
        `values.schema.json refers to ${JSON.stringify(reference)}, which it does not hold`,
      );
    if (isObject(found) && !this.#owners.has(found)) this.#collect(found, resource);
    return found;
  }
}

function find(resource: Resource, fragment: string): Schema | undefined {
  if (fragment !== '' && !fragment.startsWith('/')) return resource.anchors.get(fragment);
  let at: unknown = resource.schema;
  for (const part of fragment.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as SchemaObject)[key];
  }
  return isSchema(at) ? at : undefined;
}

function innerSchemas(schema: SchemaObject): unknown[] {
  const single = SINGLE.map(keyword => schema[keyword]);
  const lists = LISTS.flatMap(keyword => {
    const list = schema[keyword];
    return Array.isArray(list) ? (list as unknown[]) : [];
  });
  const maps = MAPS.flatMap(keyword => {
    const map = schema[keyword];
    return isObject(map) ? Object.values(map) : [];
  });
  return [...single, ...lists, ...maps];
}

function joined(reference: string, base: string): string {
  try {
    return new URL(reference, base).href.replace(/#$/, '');
  } catch {
    throw new SchemaRefused(`values.schema.json: ${JSON.stringify(reference)} is no reference`);
  }
}

function draftOf(root: Schema): number {
  const named = isObject(root) ? root.$schema : undefined;
  if (typeof named !== 'string') return 2020;
  const draft = /^https?:\/\/json-schema\.org\/(?:draft-0([467])|draft\/(2019-09|2020-12))\/schema#?$/.exec(
    named,
  );
  if (/^https?:\/\/json-schema\.org\/schema#?$/.test(named)) return 2020;
  if (!draft)
    throw new SchemaRefused(
      `values.schema.json is written in ${JSON.stringify(named)}, which is not known here`,
    );
  return Number(draft[1] ?? draft[2]?.slice(0, 4));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'boolean' || isObject(value);
}
