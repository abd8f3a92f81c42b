import { KustomizeError } from '../kustomize-error.ts';
import type { NodeBudget } from './read-document.ts';
import { copyNode, entriesOf, YNode } from './y-node.ts';

/**
 * A document without aliases: each is a copy of what it stands for; `<<` is merged (`RNode.DeAnchor`).
 * @throws KustomizeError when a merge key holds something else than maps, or copies multiply without end
 */
export function deAnchor(node: YNode, budget: NodeBudget): YNode {
  return follow(node, budget, new Set());
}

function follow(node: YNode, budget: NodeBudget, open: Set<YNode>): YNode {
  if (node.kind === 'scalar') return node;
  if (node.kind === 'alias') return followAlias(node, budget, open);
  if (node.kind === 'none') throw new KustomizeError('cannot deAnchor kind "%!q(yaml.Kind=0)"');
  if (open.has(node)) throw new KustomizeError('a value stands within itself', 'KustomizeTooLarge');
  open.add(node);
  if (node.kind === 'map') mergeKeys(node, budget);
  const { content } = node;
  for (let at = 0; at < content.length; at++) {
    const part = content[at];
    if (part && part.kind !== 'scalar') content[at] = follow(part, budget, open);
  }
  open.delete(node);
  return node;
}

function followAlias(node: YNode, budget: NodeBudget, open: Set<YNode>): YNode {
  const target = follow(node.content[0] ?? new YNode('none'), budget, open);
  spend(target, budget);
  return copyNode(target);
}

function spend(node: YNode, budget: NodeBudget): void {
  if (--budget.left < 0) throw new KustomizeError('too many values', 'KustomizeTooLarge');
  for (const part of node.content) spend(part, budget);
}

/** What `<<` names comes first, the map's own fields win. */
function mergeKeys(node: YNode, budget: NodeBudget): void {
  let merged: YNode | undefined;
  for (const [key, value] of entriesOf(node)) {
    if (key.tag !== '!!merge') continue;
    if (merged) throw new KustomizeError('duplicate merge key');
    merged = value;
  }
  if (!merged) return;
  const sources = mergeSources(merged);
  const at = node.content.findIndex((part, index) => index % 2 === 0 && part.value === '<<');
  if (at >= 0) node.content.splice(at, 2);
  const result = copyNode(node);
  for (const source of [...sources, node]) {
    spend(source, budget);
    for (const [key, value] of entriesOf(copyNode(source))) setEntry(result, key, value);
  }
  node.content = result.content;
}

function setEntry(node: YNode, key: YNode, value: YNode): void {
  const at = node.content.findIndex((part, index) => index % 2 === 0 && part.value === key.value);
  if (at < 0) {
    node.content.push(key, value);
    return;
  }
  node.content[at] = key;
  node.content[at + 1] = value;
}

function mergeSources(node: YNode): YNode[] {
  if (node.kind === 'map') return [node];
  if (node.kind === 'alias') {
    const target = node.content[0];
    if (target?.kind !== 'map')
      throw new KustomizeError('invalid map merge: received alias for a non-map value');
    return [target];
  }
  if (node.kind !== 'seq')
    throw new KustomizeError('map merge requires map or sequence of maps as the value');
  const sources: YNode[] = [];
  for (const part of node.content) {
    if (part.kind === 'seq') throw new KustomizeError('invalid map merge: received a nested sequence');
    sources.unshift(...mergeSources(part));
  }
  return sources;
}
