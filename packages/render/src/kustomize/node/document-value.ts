import { KustomizeError } from '../kustomize-error.ts';
import { nodeText } from './node-text.ts';
import { type JsonValue, nodeValue, TabError } from './node-value.ts';
import { resolveTag } from './resolve-tag.ts';
import type { YNode } from './y-node.ts';

/** What a node is as a document of its own: anything but a map or a list is refused. @throws KustomizeError */
export function documentValue(node: YNode): { [key: string]: JsonValue } | JsonValue[] {
  const value = decoded(node);
  if (typeof value === 'object' && value !== null) return value;
  const { value: text } = node;
  throw new KustomizeError(
    `yaml: unmarshal errors:\n  line 1: cannot unmarshal ${resolveTag(text)} \`${text.slice(0, 7)}\` into map[string]interface {}`,
  );
}

function decoded(node: YNode): JsonValue {
  try {
    return nodeValue(node);
  } catch (error) {
    if (error instanceof TabError) throw withLine(node, error);
    throw error;
  }
}

/** The line where the block starts; of the first line, the one below it is told. */
function withLine(node: YNode, error: TabError): KustomizeError {
  const lines = nodeText(node).split('\n');
  const at = lines.findIndex(line => /^[^"]*"\\t.*\\n/.test(line));
  return at < 0
    ? error
    : new KustomizeError(error.message.replace('yaml: ', `yaml: line ${at === 0 ? 2 : at + 1}: `));
}
