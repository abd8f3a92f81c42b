import { Emitter, type YamlNode } from '../../yaml/emitter.ts';
import { scalarLook } from '../../yaml/scalar-style.ts';
import { effectiveTag } from './node-value.ts';
import { entriesOf, type YNode } from './y-node.ts';

/** go-yaml 3 as kustomize sets it up: dashes under their key, no folding. */
class CompactEmitter extends Emitter {
  override readonly width = Number.POSITIVE_INFINITY;
  constructor() {
    super('1.1');
  }
}

/** A node as YAML, its fields in their order and in their style (`RNode.String`); comments are not kept. */
export function nodeText(node: YNode): string {
  return new CompactEmitter().document(emitted(node));
}

/** A node as it would stand in a line, quotes included. */
export function scalarText(node: YNode): string {
  return node.kind === 'scalar' && node.style !== 'literal' && node.style !== 'folded'
    ? inLine(node, false)
    : nodeText(node).trim();
}

function emitted(node: YNode): YamlNode {
  if (node.style === 'flow') return { kind: 'raw', text: inLine(node, true) };
  if (node.kind === 'seq') return { kind: 'list', items: node.content.map(emitted) };
  if (node.kind === 'map')
    return { kind: 'map', entries: [...entriesOf(node)].map(([key, value]) => [key.value, emitted(value)]) };
  if (node.kind === 'scalar' && node.value.includes('\n')) return { kind: 'text', text: node.value };
  return { kind: 'raw', text: inLine(node, false) };
}

const FLOW_SIGN = /[,?[\]{}]/;

function inLine(node: YNode, isFlow: boolean): string {
  if (node.kind === 'seq') return `[${node.content.map(item => inLine(item, true)).join(', ')}]`;
  if (node.kind === 'map') {
    const entries = [...entriesOf(node)].map(
      ([key, value]) => `${inLine(key, true)}: ${inLine(value, true)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  if (node.kind !== 'scalar') return 'null';
  if (node.style === 'double') return JSON.stringify(node.value);
  if (node.style === 'single') return singleQuoted(node.value);
  if (effectiveTag(node) !== '!!str') return node.value;
  const { style } = scalarLook(node.value, '1.2');
  if (style === 'double') return JSON.stringify(node.value);
  return style === 'single' || (isFlow && FLOW_SIGN.test(node.value)) ? singleQuoted(node.value) : node.value;
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
