import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import { KustomizeError } from '../kustomize-error.ts';
import { deAnchor } from './de-anchor.ts';
import { resolveTag } from './resolve-tag.ts';
import { fieldOf, isNull, type NodeStyle, YNode } from './y-node.ts';

/** Values that may still be read, in all documents together; aliases count as what they stand for. */
export interface NodeBudget {
  left: number;
}

const MAX_DEPTH = 200;
const STYLES: Record<number, NodeStyle> = {
  [SCALAR_STYLE.PLAIN]: '',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded',
};
const LONG_TAG = 'tag:yaml.org,2002:';

/**
 * The documents of a text as kustomize reads resources (`kio.FromBytes`): empty ones are left out, a `List` that
 * stands alone is what it holds, aliases are followed.
 * @throws KustomizeError in kustomize's words
 */
export function readNodes(text: string, budget: NodeBudget): YNode[] {
  const chunks = splitDocuments(text.replaceAll('\r\n', '\n'));
  const nodes: YNode[] = [];
  for (const [at, chunk] of chunks.entries()) {
    const node = readDocument(at < chunks.length - 1 ? `${chunk}\n` : chunk, budget);
    if (!node || isNull(node)) continue;
    const kind = fieldOf(node, 'kind')?.value;
    const items = fieldOf(node, 'items');
    const wraps = chunks.length === 1 && (kind === 'List' || kind === 'ResourceList');
    if (!wraps || !(items || fieldOf(node, 'functionConfig'))) nodes.push(node);
    if (wraps && items) nodes.push(...items.content);
  }
  return nodes.map(node => deAnchor(node, budget));
}

/** A line of `---` starts a document; only a comment may stand beside it. */
function splitDocuments(text: string): string[] {
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

/**
 * The first document of a text, with its aliases; undefined when there is none.
 * @throws KustomizeError `MalformedYAMLError: yaml: line 3: …`
 */
export function readDocument(text: string, budget: NodeBudget): YNode | undefined {
  try {
    return new DocumentReader(text, parseEvents(text, { maxDepth: MAX_DEPTH }), budget).read();
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark ? `line ${error.mark.line + 1}: ` : '';
    throw new KustomizeError(`MalformedYAMLError: yaml: ${line}${error.reason}`);
  }
}

class DocumentReader {
  readonly #text: string;
  readonly #events: Event[];
  readonly #budget: NodeBudget;
  readonly #anchors = new Map<string, YNode>();
  #at = 0;

  constructor(text: string, events: Event[], budget: NodeBudget) {
    this.#text = text;
    this.#events = events;
    this.#budget = budget;
  }

  read(): YNode | undefined {
    if (this.#events[this.#at++]?.type !== EVENT_ID.DOCUMENT) return undefined;
    return this.#next();
  }

  /** Undefined at the end of what is open. */
  #next(): YNode | undefined {
    const event = this.#events[this.#at++];
    if (!event || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) return undefined;
    if (--this.#budget.left < 0) throw new KustomizeError('too many values', 'KustomizeTooLarge');
    if (event.type === EVENT_ID.ALIAS) return this.#alias(event);
    const node = event.type === EVENT_ID.SCALAR ? this.#scalar(event) : this.#collection(event);
    return node;
  }

  #alias(event: Event & { type: 5 }): YNode {
    const name = this.#text.slice(event.anchorStart, event.anchorEnd);
    const target = this.#anchors.get(name);
    if (!target) throw new KustomizeError(`MalformedYAMLError: yaml: unknown anchor '${name}' referenced`);
    return new YNode('alias', '', name, '', [target]);
  }

  #scalar(event: Event & { type: 4 }): YNode {
    const value =
      event.fast && event.valueStart >= 0
        ? this.#text.slice(event.valueStart, event.valueEnd)
        : getScalarValue(this.#text, event);
    const style = STYLES[event.style] ?? '';
    const node = new YNode('scalar', style === '' ? resolveTag(value) : '!!str', value, style);
    this.#mark(node, event);
    return node;
  }

  #collection(event: Event & { type: 2 | 3 }): YNode {
    const isMap = event.type === EVENT_ID.MAPPING;
    const node = new YNode(
      isMap ? 'map' : 'seq',
      isMap ? '!!map' : '!!seq',
      '',
      event.style === 2 ? 'flow' : '',
    );
    this.#mark(node, event);
    for (let part = this.#next(); part !== undefined; part = this.#next()) node.content.push(part);
    return node;
  }

  #mark(
    node: YNode,
    event: { tagStart: number; tagEnd: number; anchorStart: number; anchorEnd: number },
  ): void {
    if (event.anchorStart >= 0) this.#anchors.set(this.#text.slice(event.anchorStart, event.anchorEnd), node);
    if (event.tagStart < 0) return;
    const tag = this.#text.slice(event.tagStart, event.tagEnd);
    if (tag === '!') {
      node.tag = node.kind === 'scalar' ? '!!str' : node.tag;
      return;
    }
    const long = /^!<(.*)>$/.exec(tag)?.[1];
    node.tag = long?.startsWith(LONG_TAG) ? `!!${long.slice(LONG_TAG.length)}` : (long ?? tag);
    node.tagged = true;
  }
}
