import { KustomizeError } from '../kustomize-error.ts';
import { compilePattern } from '../resource/selector.ts';
import {
  elementsOf,
  getField,
  isListIndex,
  kindBefore,
  parseIndex,
  setField,
  splitListIndex,
} from './lookup.ts';
import { scalarText } from './node-text.ts';
import { type NodeBudget, readDocument } from './read-document.ts';
import { fieldOf, mapNode, type NodeKind, scalarNode, YNode } from './y-node.ts';

export interface MatchOptions {
  /** Makes what is missing, of that kind at the path's end. */
  create: NodeKind | undefined;
  budget: NodeBudget;
}

/**
 * Every node that a path leads to (`PathMatcher`): fields, indexes, `*`, and `[name=value]` whose value is a pattern.
 * Undefined when a field on the way is missing.
 */
export function matchPath(node: YNode, path: readonly string[], options: MatchOptions): YNode[] | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return [node];
  if ((parseIndex(part) ?? -1) >= 0) return matchIndex(node, path, options);
  if (isListIndex(part)) return matchElements(node, path, options);
  if (part !== '*') return matchField(node, path, options);
  return flattened(elementsOf(node).map(element => matchPath(element, rest, options)));
}

function flattened(found: (YNode[] | undefined)[]): YNode[] | undefined {
  const nodes = found.flatMap(each => each ?? []);
  return found.every(each => each === undefined) ? undefined : nodes;
}

function matchField(
  node: YNode,
  [part = '', ...rest]: readonly string[],
  options: MatchOptions,
): YNode[] | undefined {
  const { create, budget } = options;
  let field = getField(node, part);
  if (field === undefined) {
    if (create === undefined) return undefined;
    field = new YNode(kindBefore(rest[0] ?? '', create));
    setField(node, part, field);
  }
  if (field.kind !== 'scalar' || rest.length === 0) return matchPath(field, rest, options);
  // A text with a document in it: what is found there is a copy.
  const document = readDocument(field.value, budget) ?? new YNode('none');
  return matchPath(document, rest, options);
}

function matchIndex(
  node: YNode,
  [part = '', ...rest]: readonly string[],
  options: MatchOptions,
): YNode[] | undefined {
  const index = parseIndex(part) ?? 0;
  const elements = elementsOf(node);
  if (elements.length === index && options.create !== undefined) {
    const element = new YNode(kindBefore(rest[0] ?? '', options.create));
    node.content.push(element);
    elements.push(element);
  }
  const element = elements[index];
  if (!element)
    throw new KustomizeError(`index ${index} specified but only ${elements.length} elements found`);
  return matchPath(element, rest, options);
}

function matchElements(node: YNode, path: readonly string[], options: MatchOptions): YNode[] | undefined {
  const [part = '', ...rest] = path;
  const [name, value] = splitListIndex(part);
  const pattern = compilePattern(value);
  const fits = (scalar: YNode | undefined): boolean =>
    scalar !== undefined && pattern.matcher(scalarText(scalar)).find();
  const found = elementsOf(node)
    .filter(element => fits(name === '' ? element : fieldOf(element, name)))
    .map(element => (name === '' ? [element] : matchPath(element, rest, options)));
  const nodes = flattened(found);
  if (nodes !== undefined && nodes.length > 0) return nodes;
  if (options.create === undefined) return undefined;
  const made = name === '' ? scalarNode(value) : mapNode([scalarNode(name), scalarNode(value)]);
  if (node.kind !== 'seq') return undefined;
  node.content.push(made);
  if (!fits(name === '' ? made : fieldOf(made, name)))
    throw new KustomizeError(`failed to create element for ${JSON.stringify(part)}`);
  return matchElements(node, path, options);
}
