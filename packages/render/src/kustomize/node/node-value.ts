import { parsePlainInteger } from '../../yaml/plain-words.ts';
import { scalarLook } from '../../yaml/scalar-style.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { refolded } from './refolded.ts';
import { resolveTag } from './resolve-tag.ts';
import { timestampText } from './timestamp.ts';
import { entriesOf, type YNode } from './y-node.ts';

/** A block that starts with a tab: go-yaml writes it, and refuses to read it. */
export class TabError extends KustomizeError {
  constructor() {
    super('yaml: found a tab character where an indentation space is expected');
  }
}

/** What JSON holds; an integer beyond what a double holds exactly is a bigint. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | JsonValue[]
  | { [key: string]: JsonValue };

/**
 * What a node is once it has been written and read again, which is what kustomize does for all it prints: the style
 * of a scalar decides with its tag (`RNode.MarshalJSON`).
 * @throws KustomizeError for keys that are no texts or stand twice, tags that do not fit, `.nan` and `.inf`
 */
export function nodeValue(node: YNode, isInFlow = false): JsonValue {
  if (node.kind === 'scalar') return scalarValue(node, isInFlow);
  const isFlow = isInFlow || node.style === 'flow';
  if (node.kind === 'map') return mapValue(node, isFlow);
  if (node.kind === 'seq') return node.content.map(item => nodeValue(item, isFlow));
  return null;
}

function mapValue(node: YNode, isFlow: boolean): { [key: string]: JsonValue } {
  const value: { [key: string]: JsonValue } = {};
  for (const [key, item] of entriesOf(node)) {
    if (!isTextKey(key)) throw new KustomizeError('json: unsupported type: map[interface {}]interface {}');
    if (Object.hasOwn(value, key.value))
      throw new KustomizeError(`yaml: unmarshal errors:\n  mapping key "${key.value}" already defined`);
    if (key.value === '__proto__') {
      Object.defineProperty(value, key.value, {
        value: nodeValue(item, isFlow),
        enumerable: true,
        writable: true,
        configurable: true,
      });
      continue;
    }
    value[key.value] = nodeValue(item, isFlow);
  }
  return value;
}

function isTextKey(key: YNode): boolean {
  if (key.kind !== 'scalar') return false;
  return key.value === '' || effectiveTag(key) === '!!str';
}

/** The tag a scalar has when what go-yaml wrote for it is read again. */
export function effectiveTag(node: YNode): string {
  const quoted = node.style !== '' && node.style !== 'flow';
  if (node.tag === '' || node.tag === '!')
    return quoted || node.value.includes('\n') ? '!!str' : resolveTag(node.value);
  if (node.tagged) return node.tag;
  if (node.tag === '!!str') return '!!str';
  const found = resolveTag(node.value);
  if (found === node.tag) return quoted ? '!!str' : found;
  return node.tag;
}

function scalarValue(node: YNode, isInFlow: boolean): JsonValue {
  // Within brackets go-yaml writes nothing as an empty text.
  if (isInFlow && node.value === '' && !node.tagged) return '';
  const tag = effectiveTag(node);
  const { value } = node;
  if (tag === '!!str' && value.includes('\n') && !isInFlow) return blockText(node);
  if (tag === '!!str' || tag === '!!merge' || (tag.startsWith('!') && !tag.startsWith('!!'))) return value;
  if (tag === '!!binary') return Buffer.from(value, 'base64').toString();
  const found = resolveTag(value);
  if (found !== tag && !(tag === '!!float' && found === '!!int'))
    throw new KustomizeError(`yaml: cannot decode ${found} \`${value}\` as a ${tag}`);
  if (found === '!!null') return null;
  if (found === '!!bool') return value.toLowerCase() === 'true';
  if (found === '!!timestamp') return timestampText(value);
  if (found === '!!int') return integerValue(value);
  return floatValue(value);
}

/** A text of several lines that stood as a block is one again; go-yaml reads some of its own blocks otherwise. */
function blockText(node: YNode): string {
  const { value, style } = node;
  if (style === 'double' || style === 'single') return value;
  if (scalarLook(value, '1.2').style !== 'literal') return value;
  if (value.startsWith('\t')) throw new TabError();
  return style === 'folded' ? refolded(value) : value;
}

function integerValue(text: string): number | bigint {
  const value = parsePlainInteger(text.replaceAll('_', ''), '1.2') ?? 0n;
  return BigInt.asIntN(54, value) === value ? Number(value) : value;
}

function floatValue(text: string): number {
  const special = { nan: 'NaN', inf: text.startsWith('-') ? '-Inf' : '+Inf' }[
    text.replace(/^[-+]?\./, '').toLowerCase()
  ];
  if (special !== undefined) throw new KustomizeError(`json: unsupported value: ${special}`);
  return Number(text.replaceAll('_', ''));
}
