import { type FieldSpec, splitFieldPath } from '../config/field-spec.ts';
import { KustomizeError, wrapped } from '../kustomize-error.ts';
import { elementsOf, getField, setField } from '../node/lookup.ts';
import { fieldOf, type NodeKind, YNode } from '../node/y-node.ts';
import { gvkOf, idText, isSelected, makeId } from '../resource/resource-id.ts';

export interface FieldFilter {
  set: (node: YNode) => void;
  /** Of what kind a missing field is made, where the spec says so. */
  create?: { kind: NodeKind; tag: string };
}

/**
 * Calls `set` for the field of an object that a spec names; lists on the way stand for each of their elements
 * (`fieldspec.Filter`).
 * @throws KustomizeError `considering field '…' of object …: …`
 */
export function filterField(object: YNode, spec: FieldSpec, filter: FieldFilter): void {
  const [apiVersion, kind] = [
    fieldOf(object, 'apiVersion')?.value ?? '',
    fieldOf(object, 'kind')?.value ?? '',
  ];
  const gvk = gvkOf(apiVersion, kind);
  if (!isSelected(gvk, spec)) return;
  try {
    walk(object, partsOf(spec.path), {
      ...filter,
      ...(spec.create ? {} : { create: undefined }),
    } as FieldFilter);
  } catch (error) {
    const meta = fieldOf(object, 'metadata');
    const names = {
      name: fieldOf(meta, 'name')?.value ?? '',
      namespace: fieldOf(meta, 'namespace')?.value ?? '',
    };
    throw wrapped(error, `considering field '${spec.path}' of object ${idText(makeId(gvk, names))}`);
  }
}

const PARTS = new Map<string, readonly string[]>();
const MOST_PARTS = 2_000;

/** The same few paths are asked for again and again. */
function partsOf(path: string): readonly string[] {
  const known = PARTS.get(path);
  if (known) return known;
  const parts = splitFieldPath(path, '/');
  if (PARTS.size < MOST_PARTS) PARTS.set(path, parts);
  return parts;
}

export function filterFields(object: YNode, specs: readonly FieldSpec[], filter: FieldFilter): void {
  for (const spec of specs) filterField(object, spec, filter);
}

function walk(node: YNode, path: readonly string[], filter: FieldFilter): void {
  if (path.length === 0) {
    filter.set(node);
    return;
  }
  if (node.tag === '!!null') return;
  if (node.kind === 'seq') {
    walkList(node, path, filter);
    return;
  }
  if (node.kind !== 'map') throw new KustomizeError('expected sequence or mapping node');
  walkMap(node, path, filter);
}

function walkList(node: YNode, path: readonly string[], filter: FieldFilter): void {
  try {
    for (const element of elementsOf(node)) walk(element, path, filter);
  } catch (error) {
    throw wrapped(error, `visit traversal on path: [${path.join(' ')}]`);
  }
}

function walkMap(node: YNode, [first = '', ...rest]: readonly string[], filter: FieldFilter): void {
  const isList = first.endsWith('[]');
  const name = isList ? first.slice(0, -2) : first;
  if (name === '') throw new KustomizeError('cannot set or create an empty field name');
  const made = madeKind(filter, isList, rest.length === 0);
  let field = getField(node, name);
  if (field === undefined && made && !isList) field = setField(node, name, new YNode(made.kind));
  if (field === undefined) return;
  if (field.tag === '!!null' && made) {
    field.kind = made.kind;
    field.tag = made.tag;
  }
  walk(field, rest, filter);
}

function madeKind(
  { create }: FieldFilter,
  isList: boolean,
  isLast: boolean,
): { kind: NodeKind; tag: string } | undefined {
  // The path says a list stands here: a null becomes one, nothing is made.
  if (isList) return { kind: 'seq', tag: '' };
  if (!create) return undefined;
  return isLast ? create : { kind: 'map', tag: '!!map' };
}
