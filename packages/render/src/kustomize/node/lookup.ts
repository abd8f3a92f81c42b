import { plainKind } from '../../yaml/plain-words.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { nodeText } from './node-text.ts';
import {
  becomeNode,
  fieldOf,
  isNull,
  isText,
  mapNode,
  type NodeKind,
  type NodeStyle,
  scalarNode,
  YNode,
} from './y-node.ts';

const KIND_NAMES: Record<NodeKind, string> = {
  scalar: 'ScalarNode',
  map: 'MappingNode',
  seq: 'SequenceNode',
  alias: 'AliasNode',
  none: '',
};

/** A node of another kind than an operation needs; `actual` is what it is. */
export class WrongKindError extends KustomizeError {
  readonly actual: NodeKind;
  constructor(node: YNode, expected: NodeKind) {
    const contents = nodeText(node);
    super(
      `wrong node kind: expected ${KIND_NAMES[expected]} but got ${KIND_NAMES[node.kind]}: node contents:\n${contents}`,
    );
    this.actual = node.kind;
  }
}

/** Null and missing fit every kind. */
export function requireKind(node: YNode | undefined, kind: NodeKind): void {
  if (node !== undefined && !isNull(node) && node.kind !== kind) throw new WrongKindError(node, kind);
}

/** `[name=web]` and `[=value]`. */
export function isListIndex(part: string): boolean {
  return part.startsWith('[') && part.endsWith(']');
}

/** Go's `strconv.Atoi`. */
export function parseIndex(part: string): number | undefined {
  return /^[-+]?\d{1,18}$/.test(part) ? Number(part) : undefined;
}

export function splitListIndex(part: string): [name: string, value: string] {
  const inside = part.replace(/\]$/, '').replace(/^\[/, '');
  const at = inside.indexOf('=');
  if (at < 0)
    throw new KustomizeError('list path element must contain fieldName=fieldValue for element to match');
  return [inside.slice(0, at), inside.slice(at + 1)];
}

/** The field of a map; a null map has none (`FieldMatcher`). */
export function getField(node: YNode | undefined, name: string): YNode | undefined {
  if (node === undefined || isNull(node)) return undefined;
  requireKind(node, 'map');
  return fieldOf(node, name);
}

/**
 * The node at a path of fields, `[name=value]`, indexes and `-` for the last (`PathGetter`). With `create`, what is
 * missing is made: maps and lists on the way, that kind at its end.
 */
export function lookup(start: YNode, path: readonly string[], create?: NodeKind): YNode | undefined {
  let node: YNode | undefined = start;
  const parts = path.map(part => part.trim()).filter(part => part !== '');
  for (const [at, part] of parts.entries()) {
    node = step(node, part, parts[at + 1] ?? '', create);
    if (node === undefined) return undefined;
  }
  return node;
}

function step(node: YNode, part: string, next: string, create: NodeKind | undefined): YNode | undefined {
  const index = parseIndex(part);
  if (index !== undefined && index < 0) throw new KustomizeError(`array index ${index} cannot be negative`);
  if (index !== undefined || part === '-') return elementAt(node, index ?? -1);
  if (part === '*') throw new KustomizeError('wildcard is not supported in PathGetter');
  if (isListIndex(part)) return elementMatching(node, part, create !== undefined);
  const found = getField(node, part);
  if (found !== undefined || create === undefined) return found;
  if (isNull(node)) return undefined;
  return setField(node, part, new YNode(kindBefore(next, create)));
}

/** Of what kind a part is, by the part after it. */
export function kindBefore(next: string, last: NodeKind): NodeKind {
  if (isListIndex(next) || (parseIndex(next) ?? -1) >= 0) return 'seq';
  return next === '' ? last : 'map';
}

function elementAt(node: YNode, index: number): YNode | undefined {
  requireKind(node, 'seq');
  if (index < 0 && node.content.length === 0)
    throw new KustomizeError('the list is empty: there is no last element');
  return node.content[index < 0 ? node.content.length - 1 : index];
}

function elementMatching(node: YNode, part: string, create: boolean): YNode | undefined {
  const [name, value] = splitListIndex(part);
  requireKind(node, 'seq');
  const found = node.content.find(element =>
    name === '' ? element.value === value : element.kind === 'map' && fieldOf(element, name)?.value === value,
  );
  if (found || !create) return found;
  const element = name === '' ? scalarNode(value) : mapNode([scalarNode(name), scalarNode(value)]);
  node.content.push(element);
  return element;
}

/** Words that YAML 1.1 reads as something else than text. */
function isOldNonText(node: YNode): boolean {
  if (node.kind !== 'scalar' || node.value === '' || node.value.includes('\n')) return false;
  return plainKind(node.value, '1.1') !== 'text';
}

/**
 * Sets a field; one that is there keeps its place and its style, no value or null removes it (`FieldSetter`). Gives
 * the node that stands there now.
 * @param keyStyle of a field that is new
 */
export function setField(
  node: YNode,
  name: string,
  value: YNode | undefined,
  keyStyle: NodeStyle = '',
): YNode | undefined {
  quoteOldWords(value);
  if (value === undefined || (value.tag === '!!null' && !value.keep)) return clearField(node, name);
  const field = getField(node, name);
  if (field === undefined) {
    const key = scalarNode(name);
    key.style = keyStyle;
    node.content.push(key, value);
    return value;
  }
  value.style = field.style;
  becomeNode(field, value);
  return field;
}

/** Sets a scalar; its style stays (`FieldSetter` without a name). */
export function setScalar(node: YNode, value: YNode): void {
  quoteOldWords(value);
  requireKind(node, 'scalar');
  if (isNull(value)) return;
  value.style = node.style;
  becomeNode(node, value);
}

function quoteOldWords(value: YNode | undefined): void {
  if (value && isText(value) && value.style === '' && isOldNonText(value)) value.style = 'double';
}

/** Removes a field and gives what stood there. */
export function clearField(node: YNode, name: string, onlyEmpty = false): YNode | undefined {
  requireKind(node, 'map');
  for (let at = 0; at < node.content.length; at += 2) {
    const value = node.content[at + 1];
    if (node.content[at]?.value !== name) continue;
    if (onlyEmpty && (value?.content.length ?? 0) > 0) continue;
    node.content.splice(at, 2);
    return value;
  }
  return undefined;
}

/** The items of a list; null has none. */
export function elementsOf(node: YNode): YNode[] {
  requireKind(node, 'seq');
  return [...node.content];
}
