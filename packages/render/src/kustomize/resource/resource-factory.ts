import { KustomizeError } from '../kustomize-error.ts';
import type { KindSchemas } from '../merge/merge-schema.ts';
import { type JsonValue, nodeValue } from '../node/node-value.ts';
import type { NodeBudget } from '../node/read-document.ts';
import { readNodes } from '../node/read-nodes.ts';
import { jsonNode } from '../node/value-node.ts';
import { fieldOf, isEmpty, type YNode } from '../node/y-node.ts';
import { LOCAL_CONFIG } from './build-annotations.ts';
import { Resource } from './resource.ts';

/** Reads resources of texts. */
export class ResourceFactory {
  readonly schemas: KindSchemas;
  readonly budget: NodeBudget;

  constructor(schemas: KindSchemas, budget: NodeBudget) {
    this.schemas = schemas;
    this.budget = budget;
  }

  /** @throws KustomizeError when it is no YAML, or a document has no kind or name */
  read(text: string): Resource[] {
    const nodes = readNodes(text, this.budget).filter(node => !isEmpty(node));
    nodes.forEach(requireMetadata);
    return inlined(nodes).map(node => new Resource(node, this.schemas));
  }

  /** The same; what is wrong names the file. */
  readFile(text: string, path: string): Resource[] {
    try {
      return this.read(text);
    } catch (error) {
      if (!(error instanceof KustomizeError) || !error.message.includes('MalformedYAMLError')) throw error;
      throw new KustomizeError(`${error.message} in File: ${path}`);
    }
  }
}

/** @throws KustomizeError `missing metadata.name in object …` */
export function requireMetadata(node: YNode): void {
  const [kind, apiVersion, meta] = [
    fieldOf(node, 'kind'),
    fieldOf(node, 'apiVersion'),
    fieldOf(node, 'metadata'),
  ];
  if (isEmpty(kind) && isEmpty(apiVersion) && !hasMetadata(meta))
    throw new KustomizeError('missing Resource metadata');
  const name = fieldOf(meta, 'name');
  const text = objectText(node);
  if (isEmpty(kind) || kind?.value === '') throw new KustomizeError(`missing kind in object ${text}`);
  if (kind?.value.endsWith('List')) return;
  if (isEmpty(name) || name?.value === '')
    throw new KustomizeError(`missing metadata.name in object ${text}`);
}

function hasMetadata(meta: YNode | undefined): boolean {
  return ['name', 'namespace', 'labels', 'annotations'].some(field => !isEmpty(fieldOf(meta, field)));
}

/** `{{v1 ConfigMap} {{ } map[] map[]}}`: how Go prints what it knows of an object. */
function objectText(node: YNode): string {
  const meta = fieldOf(node, 'metadata');
  const text = (from: YNode | undefined, field: string): string => {
    const value = fieldOf(from, field);
    return isEmpty(value) ? '' : (value?.value ?? '');
  };
  const map = (field: string): string => {
    const content = fieldOf(meta, field)?.content ?? [];
    const pairs = content.flatMap((key, at) =>
      at % 2 === 0 ? [`${key.value}:${content[at + 1]?.value ?? ''}`] : [],
    );
    return `map[${pairs.sort().join(' ')}]`;
  };
  const type = `${text(node, 'apiVersion')} ${text(node, 'kind')}`;
  return `{{${type}} {{${text(meta, 'name')} ${text(meta, 'namespace')}} ${map('labels')} ${map('annotations')}}}`;
}

/** Lists of objects are what they hold, behind all others. */
function inlined(nodes: YNode[]): YNode[] {
  const waiting = [...nodes];
  const result: YNode[] = [];
  for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
    const kind = fieldOf(node, 'kind')?.value ?? '';
    if (!kind.endsWith('List') || !fieldOf(node, 'items')) {
      result.push(node);
      continue;
    }
    waiting.push(...itemsOf(node, kind));
  }
  return result;
}

function itemsOf(node: YNode, kind: string): YNode[] {
  const map = nodeValue(node);
  const items = typeof map === 'object' && map !== null && !Array.isArray(map) ? map.items : undefined;
  if (items === null || items === undefined) return [];
  if (!Array.isArray(items))
    throw new KustomizeError(`expected array in ${kind}/items, but found ${goType(items)}`);
  // Each item went through JSON.
  const nodes = items.map(jsonNode).filter(item => !isEmpty(item));
  nodes.forEach(requireMetadata);
  return nodes;
}

function goType(value: JsonValue): string {
  const names: Record<string, string> = { string: 'string', number: 'int', boolean: 'bool' };
  return names[typeof value] ?? 'map[string]interface {}';
}

/** Objects for kustomize's own use are left out in the end. */
export function isLocal(resource: Resource): boolean {
  const value = resource.annotation(LOCAL_CONFIG);
  return value !== undefined && value !== 'false';
}
