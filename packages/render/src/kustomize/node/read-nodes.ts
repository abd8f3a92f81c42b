import { KustomizeError, within } from '../kustomize-error.ts';
import { deAnchor } from './de-anchor.ts';
import { type NodeBudget, readDocument } from './read-document.ts';
import { fieldOf, isNull, type YNode } from './y-node.ts';

/**
 * The documents of a text as kustomize reads resources (`kio.FromBytes`): empty ones are left out, a `List` that
 * stands alone is what it holds, aliases are followed.
 * @throws KustomizeError in kustomize's words
 */
export function readNodes(whole: string, budget: NodeBudget): YNode[] {
  const chunks = splitDocuments(whole.includes('\r') ? whole.replaceAll('\r\n', '\n') : whole);
  const nodes: YNode[] = [];
  for (const [at, chunk] of chunks.entries()) {
    const text = at < chunks.length - 1 ? `${chunk}\n` : chunk;
    const node = within('MalformedYAMLError', () => readDocument(text, budget));
    if (!node || isNull(node)) continue;
    const kind = fieldOf(node, 'kind')?.value;
    const items = fieldOf(node, 'items');
    const wraps = chunks.length === 1 && (kind === 'List' || kind === 'ResourceList');
    if (!wraps || !(items || fieldOf(node, 'functionConfig'))) nodes.push(node);
    for (const item of (wraps && items?.content) || []) {
      if (node.schemaComment) item.schemaComment = node.schemaComment;
      nodes.push(item);
    }
  }
  return nodes.map(node => deAnchor(node, budget));
}

/** A line of `---` starts a document; only a comment may stand beside it. */
function splitDocuments(text: string): string[] {
  if (!text.includes('\n---')) return [text];
  const chunks: string[] = [];
  let start = 0;
  for (const found of text.matchAll(/\n---[^\n]*\n/g)) {
    const beside = found[0].slice(4).trim();
    if (beside !== '' && !beside.startsWith('#'))
      throw new KustomizeError(`invalid document separator: ${found[0].trim()}`);
    chunks.push(text.slice(start, found.index));
    start = found.index + found[0].length;
  }
  return [...chunks, text.slice(start)];
}
