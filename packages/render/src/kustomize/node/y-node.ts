import type { SchemaComment } from './schema-comment.ts';

/** `none` is Go's zero kind: an empty document. */
export type NodeKind = 'scalar' | 'map' | 'seq' | 'alias' | 'none';
export type NodeStyle = '' | 'single' | 'double' | 'literal' | 'folded' | 'flow';

/**
 * A node of a YAML document as go-yaml 3 keeps it: what kustomize works upon. It is changed in place, and one node may
 * stand in several places (labels written to several fields share theirs), as it may there.
 */
export class YNode {
  kind: NodeKind;
  /** `!!str`, `!!int` …; empty when it follows from the text. */
  tag: string;
  value: string;
  style: NodeStyle;
  /** Items of a list; keys and values of a map by turns; the target of an alias. */
  content: YNode[];
  /** The tag stands in the document. */
  tagged = false;
  /** A null that a merge has to leave in place. */
  keep = false;
  /** Of a document: a comment in it that merging would have to heed. */
  schemaComment: SchemaComment | undefined;
  constructor(kind: NodeKind, tag = '', value = '', style: NodeStyle = '', content: YNode[] = []) {
    this.kind = kind;
    this.tag = tag;
    this.value = value;
    this.style = style;
    this.content = content;
  }
}

export const scalarNode = (value: string, tag = ''): YNode => new YNode('scalar', tag, value);
export const mapNode = (content: YNode[] = []): YNode => new YNode('map', '', '', '', content);
export const listNode = (content: YNode[] = []): YNode => new YNode('seq', '', '', '', content);

/** A text; several lines are written as a block (`Node.SetString`). */
export function textNode(value: string): YNode {
  return new YNode('scalar', '!!str', value, value.includes('\n') ? 'literal' : '');
}

/** One node becomes as another is, in place; what it holds is shared (`SetYNode`). */
export function becomeNode(node: YNode, other: YNode): void {
  node.kind = other.kind;
  node.tag = other.tag;
  node.value = other.value;
  node.style = other.style;
  node.content = other.content;
  node.tagged = other.tagged;
}

/** A copy that shares nothing. */
export function copyNode(node: YNode): YNode {
  const content = node.content.length > 0 ? node.content.map(copyNode) : [];
  const copy = new YNode(node.kind, node.tag, node.value, node.style, content);
  copy.tagged = node.tagged;
  if (node.schemaComment) copy.schemaComment = node.schemaComment;
  return copy;
}

export function isNull(node: YNode | undefined): boolean {
  return node === undefined || node.tag === '!!null';
}

/** Missing, null, or an empty map or list; an empty text is something. */
export function isEmpty(node: YNode | undefined): boolean {
  if (node === undefined || node.tag === '!!null') return true;
  if (node.kind === 'map' || node.kind === 'seq') return node.content.length === 0;
  return node.kind === 'none' && node.tag === '' && node.value === '';
}

export function isEmptyMap(node: YNode | undefined): boolean {
  return isNull(node) || (node?.kind === 'map' && node.content.length === 0);
}

/** A text for kustomize: tagged so, or with no tag at all. */
export function isText(node: YNode | undefined): boolean {
  return node?.kind === 'scalar' && (node.tag === '!!str' || node.tag === '');
}

/** The text of a scalar; empty for null and nothing. */
export function textOf(node: YNode | undefined): string {
  return node === undefined || isNull(node) ? '' : node.value;
}

/** The value of a field; the first of that name. */
export function fieldOf(node: YNode | undefined, name: string): YNode | undefined {
  if (node === undefined || node.kind !== 'map') return undefined;
  const { content } = node;
  for (let at = 0; at < content.length; at += 2) if (content[at]?.value === name) return content[at + 1];
  return undefined;
}

/** Keys and values of a map, in order. */
export function* entriesOf(node: YNode | undefined): Generator<[key: YNode, value: YNode]> {
  if (node === undefined) return;
  for (let at = 0; at + 1 < node.content.length; at += 2) {
    const [key, value] = [node.content[at], node.content[at + 1]];
    if (key && value) yield [key, value];
  }
}
