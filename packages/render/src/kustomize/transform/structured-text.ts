import { KustomizeError } from '../kustomize-error.ts';
import { lookup } from '../node/lookup.ts';
import { nodeText } from '../node/node-text.ts';
import { nodeValue } from '../node/node-value.ts';
import { matchPath } from '../node/path-matcher.ts';
import { type NodeBudget, readDocument } from '../node/read-document.ts';
import { becomeNode, type NodeKind, YNode } from '../node/y-node.ts';
import { stringifyJson } from '../resource/json-text.ts';

/**
 * Sets a value within a text that holds JSON or YAML, when a path leads into one; false when it does not, and the
 * path is an ordinary one.
 */
export function setInStructuredText(
  object: YNode,
  value: YNode,
  path: readonly string[],
  options: { create: NodeKind | undefined; budget: NodeBudget },
): boolean {
  try {
    return setWithin(object, value, path, options);
  } catch (error) {
    if (error instanceof KustomizeError && error.code === 'KustomizeInvalid') return false;
    throw error;
  }
}

function setWithin(
  object: YNode,
  value: YNode,
  path: readonly string[],
  options: { create: NodeKind | undefined; budget: NodeBudget },
): boolean {
  const found = findText(object, path, options.budget);
  if (!found) return false;
  const { field, rest } = found;
  const document = readDocument(field.value, options.budget) ?? new YNode('none');
  const targets = matchPath(document, rest, options);
  if (!targets || targets.length === 0) return false;
  for (const target of targets) {
    if (target.kind === 'scalar') target.value = value.value;
    if (target.kind !== 'scalar') becomeNode(target, value);
  }
  field.value = serialized(document, field.value);
  return true;
}

/** The first scalar on a path that goes on behind it. */
function findText(
  object: YNode,
  path: readonly string[],
  budget: NodeBudget,
): { field: YNode; rest: readonly string[] } | undefined {
  for (let length = 1; length < path.length; length++) {
    const field = attempt(() => lookup(object, path.slice(0, length)));
    if (field?.kind !== 'scalar') continue;
    if (attempt(() => ({ document: readDocument(field.value, budget) })))
      return { field, rest: path.slice(length) };
  }
  return undefined;
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof KustomizeError) return undefined;
    throw error;
  }
}

/** As the text was written: JSON in lines or in one, else YAML. */
function serialized(document: YNode, before: string): string {
  if (!/^[{[]/.test(before.trim())) return yamlText(document, before);
  const isPretty = before.includes('\n') && before.includes('  ');
  return stringifyJson(nodeValue(document), isPretty ? '  ' : '');
}

function yamlText(document: YNode, before: string): string {
  if (/(^|\s)#/.test(before))
    throw new KustomizeError(
      'a replacement within a YAML text that has comments is not supported: use JSON there, or take the comments out',
      'KustomizeUnsupported',
    );
  return nodeText(document).trim();
}
