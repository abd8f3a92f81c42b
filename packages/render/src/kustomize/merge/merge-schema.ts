import { KustomizeError } from '../kustomize-error.ts';
import type { JsonValue } from '../node/node-value.ts';
import builtIn from './built-in-schema.generated.json' with { type: 'json' };

/** As much of an OpenAPI schema as merging asks for. */
export interface MergeSchema {
  ref?: string;
  fields?: Record<string, MergeSchema>;
  /** Of what a map with any keys holds. */
  values?: MergeSchema;
  /** Of what a list holds. */
  items?: MergeSchema;
  /** `x-kubernetes-patch-strategy`. */
  strategy?: string;
  /** `x-kubernetes-list-map-keys`, else the one of `x-kubernetes-patch-merge-key`. */
  keys?: string[];
}

type Definitions = Record<string, MergeSchema>;
interface SchemaTable {
  /** `apps/v1 Deployment` to the name of its definition. */
  types: Record<string, string>;
  definitions: Definitions;
  namespaced: Record<string, boolean>;
}

const BUILT_IN = builtIn as SchemaTable;
const NAMESPACED = new Map(Object.entries(BUILT_IN.namespaced));
const REF = '#/definitions/';

/**
 * What a build knows of kinds: Kubernetes 1.21's, as kustomize carries it, or a kustomization's own `openapi.path`
 * instead of it. The first to name one decides, the outermost kustomization before all others (`openapi.SetSchema`).
 */
export class KindSchemas {
  #custom: SchemaTable | undefined;
  #decided = false;
  /** Scopes were asked of an unknown kind before any other schema was set: the built-in one then counts, too. */
  #builtInToo = false;
  #used = false;

  /** @throws KustomizeError for a version that is not built in, or both version and path */
  set(openapi: Record<string, string> | undefined, custom: JsonValue | undefined, isRoot: boolean): void {
    if (this.#decided && !isRoot) return;
    const version = openapi?.version;
    if (custom !== undefined) {
      if (version !== undefined)
        throw new KustomizeError('builtin version and custom schema provided, cannot use both');
      this.#custom = tableOf(custom);
      this.#decided = true;
      return;
    }
    if (version === undefined || version === '') return;
    if (version !== 'v1.21.2') throw new KustomizeError('the specified OpenAPI version is not built in');
    this.#decided = true;
  }

  ofType(apiVersion: string, kind: string): MergeSchema | undefined {
    this.#used = true;
    const type = `${apiVersion} ${kind}`;
    for (const { types, definitions } of this.#tables()) {
      const name = Object.hasOwn(types, type) ? types[type] : undefined;
      if (name !== undefined) return definitions[name];
    }
    return undefined;
  }

  isClusterScoped(apiVersion: string, kind: string): boolean {
    const type = `${apiVersion} ${kind}`;
    const isNamespaced = NAMESPACED.get(type);
    if (isNamespaced !== undefined) return !isNamespaced;
    if (!this.#custom) {
      if (!this.#used) this.#builtInToo = true;
      return false;
    }
    const { namespaced } = this.#custom;
    return Object.hasOwn(namespaced, type) && namespaced[type] === false;
  }

  fieldOf(schema: MergeSchema, name: string): MergeSchema | undefined {
    const { fields } = schema;
    if (fields && Object.hasOwn(fields, name)) return this.#resolved(fields[name]);
    return this.#resolved(schema.values);
  }

  itemsOf(schema: MergeSchema): MergeSchema | undefined {
    return this.#resolved(schema.items);
  }

  #tables(): SchemaTable[] {
    if (!this.#custom) return [BUILT_IN];
    return this.#builtInToo ? [BUILT_IN, this.#custom] : [this.#custom];
  }

  #resolved(schema: MergeSchema | undefined): MergeSchema | undefined {
    let found = schema;
    for (let hops = 0; found?.ref !== undefined && hops < 50; hops++) {
      const name: string = found.ref;
      found = this.#tables()
        .map(({ definitions }) => definitions[name])
        .find(definition => definition !== undefined);
    }
    return found;
  }
}

type JsonMap = { [key: string]: JsonValue };

function mapOf(value: JsonValue | undefined): JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function tableOf(document: JsonValue): SchemaTable {
  const table: SchemaTable = { types: {}, definitions: {}, namespaced: {} };
  for (const [name, definition] of Object.entries(mapOf(mapOf(document).definitions))) {
    table.definitions[name] = schemaOf(definition);
    const types = mapOf(definition)['x-kubernetes-group-version-kind'];
    for (const type of Array.isArray(types) ? types : []) table.types[typeOf(type)] = name;
  }
  for (const [path, item] of Object.entries(mapOf(mapOf(document).paths))) {
    const type = mapOf(mapOf(item).get)['x-kubernetes-group-version-kind'];
    if (type === undefined) continue;
    table.namespaced[typeOf(type)] ||= path.includes('namespaces/{namespace}');
  }
  return table;
}

function typeOf(type: JsonValue): string {
  const { group, version, kind } = mapOf(type);
  return `${group ? `${String(group)}/` : ''}${String(version)} ${String(kind)}`;
}

function schemaOf(value: JsonValue): MergeSchema {
  const map = mapOf(value);
  if (typeof map.$ref === 'string') return { ref: map.$ref.slice(REF.length) };
  const fields = Object.entries(mapOf(map.properties)).map(
    ([name, field]) => [name, schemaOf(field)] as const,
  );
  const listKeys = map['x-kubernetes-list-map-keys'];
  const mergeKey = map['x-kubernetes-patch-merge-key'];
  const strategy = map['x-kubernetes-patch-strategy'];
  const [values, items] = [map.additionalProperties, map.items];
  return {
    fields: Object.fromEntries(fields),
    ...(typeof values === 'object' && values !== null ? { values: schemaOf(values) } : {}),
    ...(items !== undefined && map.type === 'array' ? { items: schemaOf(items) } : {}),
    ...(typeof strategy === 'string' ? { strategy } : {}),
    keys: Array.isArray(listKeys) ? listKeys.map(String) : typeof mergeKey === 'string' ? [mergeKey] : [],
  };
}
