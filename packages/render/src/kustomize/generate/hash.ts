import { nodeCrypto } from '../../node-crypto.ts';
import { documentValue } from '../node/document-value.ts';
import type { JsonValue } from '../node/node-value.ts';
import { fieldOf, type YNode } from '../node/y-node.ts';
import { stringifyJson } from '../resource/json-text.ts';

const LETTERS: Record<string, string> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' };

/** The suffix of a generated name: ten signs that change with the content (`hasher.go`). */
export function contentHash(node: YNode): string {
  const digest = nodeCrypto().createHash('sha256').update(encoded(node)).digest('hex').slice(0, 10);
  return digest.replace(/[013ae]/g, sign => LETTERS[sign] ?? sign);
}

function encoded(node: YNode): string {
  const kind = fieldOf(node, 'kind')?.value;
  // Upstream asks for a field `metadata/name`, which there is none: the name is always empty.
  if (kind === 'ConfigMap')
    return stringifyJson({ kind, name: '', data: part(node, 'data'), ...optional(node, 'binaryData') });
  if (kind === 'Secret')
    return stringifyJson({
      kind,
      type: part(node, 'type'),
      name: '',
      data: part(node, 'data'),
      ...optional(node, 'stringData'),
    });
  return goNodeText(node);
}

function part(node: YNode, field: string): JsonValue {
  const value = fieldOf(node, field);
  if (value === undefined) return '';
  return value.kind === 'scalar' ? value.value : floats(documentValue(value));
}

/** What went through JSON holds doubles only. */
function floats(value: JsonValue): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(floats);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, floats(item)]));
}

function optional(node: YNode, field: string): { [key: string]: JsonValue } {
  const value = part(node, field);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { [field]: value } : {};
}

const KINDS = { none: 0, seq: 2, map: 4, scalar: 8, alias: 16 };
const STYLES = { '': 0, double: 2, single: 4, literal: 8, folded: 16, flow: 32 };

/** A node as Go's JSON encoder writes the structure itself, without the places in a text that it had. */
function goNodeText(node: YNode): string {
  const content = node.content.map(goNodeText);
  const fields = [
    `"Kind":${KINDS[node.kind]}`,
    `"Style":${STYLES[node.style]}`,
    `"Tag":${stringifyJson(node.tag)}`,
    `"Value":${stringifyJson(node.value)}`,
    '"Anchor":"","Alias":null',
    `"Content":${content.length === 0 ? 'null' : `[${content.join(',')}]`}`,
    '"HeadComment":"","LineComment":"","FootComment":"","Line":0,"Column":0',
  ];
  return `{${fields.join(',')}}`;
}
