import { Emitter, type YamlNode } from '../../yaml/emitter.ts';
import { effectiveTag } from './node-value.ts';
import { entriesOf, type YNode } from './y-node.ts';

/** A node as YAML, its fields in their order (`RNode.String`). Styles and comments are not kept. */
export function nodeText(node: YNode): string {
  return new Emitter('1.2').document(emitted(node));
}

/** A node as it would stand in a line, quotes included. */
export function scalarText(node: YNode): string {
  if (node.kind !== 'scalar') return nodeText(node).trim();
  if (node.style === 'double') return JSON.stringify(node.value);
  if (node.style === 'single') return `'${node.value.replaceAll("'", "''")}'`;
  return nodeText(node).trim();
}

function emitted(node: YNode): YamlNode {
  if (node.kind === 'seq') return { kind: 'list', items: node.content.map(emitted) };
  if (node.kind === 'map')
    return { kind: 'map', entries: [...entriesOf(node)].map(([key, value]) => [key.value, emitted(value)]) };
  if (node.kind === 'none') return { kind: 'raw', text: 'null' };
  return { kind: effectiveTag(node) === '!!str' ? 'text' : 'raw', text: node.value };
}
