import { floatText } from '../../yaml/float-text.ts';
import { compareKeys } from '../../yaml/key-order.ts';
import { scalarLook } from '../../yaml/scalar-style.ts';
import type { JsonValue } from './node-value.ts';
import { resolveTag } from './resolve-tag.ts';
import { YNode } from './y-node.ts';

/** The node of a value, with the styles go-yaml 3 would write it in (`FromMap`): keys sorted, words in quotes. */
export function valueNode(value: JsonValue): YNode {
  if (Array.isArray(value))
    return new YNode('seq', '!!seq', '', value.length === 0 ? 'flow' : '', value.map(valueNode));
  if (typeof value === 'object' && value !== null) return mapOf(value);
  if (typeof value === 'string') return textOf(value);
  if (value === null) return new YNode('scalar', '!!null', 'null');
  const text = typeof value === 'number' ? floatText(value) : String(value);
  return new YNode('scalar', resolveTag(text), text);
}

function mapOf(value: { [key: string]: JsonValue }): YNode {
  const keys = Object.keys(value).sort((left, right) => compareKeys(left, right, '1.2'));
  const content = keys.flatMap(key => [textOf(key), valueNode(value[key] ?? null)]);
  return new YNode('map', '!!map', '', keys.length === 0 ? 'flow' : '', content);
}

function textOf(text: string): YNode {
  const { style } = scalarLook(text, '1.2');
  return new YNode('scalar', '!!str', text, style === 'plain' ? '' : style);
}

/** The node of a value that went through a JSON text: every text stands in double quotes. */
export function jsonNode(value: JsonValue): YNode {
  if (Array.isArray(value)) return new YNode('seq', '!!seq', '', 'flow', value.map(jsonNode));
  if (typeof value === 'string') return new YNode('scalar', '!!str', value, 'double');
  if (value === null) return new YNode('scalar', '!!null', 'null');
  if (typeof value !== 'object') return new YNode('scalar', resolveTag(String(value)), String(value));
  const keys = Object.keys(value).sort();
  const content = keys.flatMap(key => [jsonNode(key), jsonNode(value[key] ?? null)]);
  return new YNode('map', '!!map', '', 'flow', content);
}
