import { plainKind } from '../../yaml/plain-words.ts';
import { within } from '../kustomize-error.ts';
import { deAnchor } from '../node/de-anchor.ts';
import { type JsonValue, nodeValue } from '../node/node-value.ts';
import { type NodeBudget, readDocument } from '../node/read-document.ts';
import { entriesOf, type YNode } from '../node/y-node.ts';

/**
 * The first document of a text as `sigs.k8s.io/yaml` reads it: YAML 1.1's words (`yes` is true), keys that are no
 * texts become texts, the last of several equal keys counts.
 * @throws KustomizeError `yaml: line 1: …`
 */
export function readConfig(text: string, budget: NodeBudget): JsonValue {
  const node = readDocument(text, budget, 'line');
  return node === undefined ? null : oldValue(deAnchor(node, budget));
}

/** The same, told as `Unmarshal` tells its mistakes. */
export function readDecodable(text: string, budget: NodeBudget): JsonValue {
  return within('error converting YAML to JSON', () => readConfig(text, budget));
}

function oldValue(node: YNode): JsonValue {
  if (node.kind === 'seq') return node.content.map(oldValue);
  if (node.kind === 'scalar') return oldScalar(node);
  if (node.kind !== 'map') return null;
  const map: { [key: string]: JsonValue } = {};
  for (const [key, value] of entriesOf(node)) {
    const name = oldValue(key);
    const text = typeof name === 'object' ? key.value : String(name);
    Object.defineProperty(map, text, {
      value: oldValue(value),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return map;
}

const TRUE = /^(y|Y|yes|Yes|YES|on|On|ON)$/;

function oldScalar(node: YNode): JsonValue {
  if (node.style !== '' || node.tagged) return nodeValue(node);
  const kind = plainKind(node.value, '1.1');
  if (kind === 'bool') return TRUE.test(node.value) || node.value.toLowerCase() === 'true';
  // A timestamp stays text on its way to JSON; version 2 knows fewer integers.
  return kind === 'text' || kind === 'timestamp' ? node.value : nodeValue(node);
}
