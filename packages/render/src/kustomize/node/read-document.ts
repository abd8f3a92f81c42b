import { type Builder, Parser, type Scalar } from '../../yaml/read/parser.ts';
import { YamlProblem } from '../../yaml/read/yaml-problem.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { resolveTag } from './resolve-tag.ts';
import { schemaComment } from './schema-comment.ts';
import { type NodeStyle, YNode } from './y-node.ts';

/** Values that may still be read, in all documents together; aliases count as what they stand for. */
export interface NodeBudget {
  left: number;
}

const STYLES: Record<string, NodeStyle> = { '"': 'double', "'": 'single', '|': 'literal', '>': 'folded' };
const LONG_TAG = 'tag:yaml.org,2002:';

/**
 * The first document of a text, with its aliases; undefined when there is none.
 * @param told which line go-yaml tells of a mistake: version 3 the one where what it is in starts
 * @throws KustomizeError `yaml: line 3: …`
 */
export function readDocument(
  text: string,
  budget: NodeBudget,
  told: 'start' | 'line' = 'start',
): YNode | undefined {
  try {
    const parser = new Parser(text, new NodeBuilder(budget));
    const document = parser.document();
    const comment = document && schemaComment(parser.source);
    if (document && comment) document.schemaComment = comment;
    return document;
  } catch (error) {
    if (error instanceof RangeError) throw new KustomizeError('yaml: exceeded max depth');
    if (!(error instanceof YamlProblem)) throw error;
    const line = told === 'start' && error.start > 0 ? error.start : error.line;
    throw new KustomizeError(`yaml: ${line > 0 ? `line ${line}: ` : ''}${error.problem}`);
  }
}

class NodeBuilder implements Builder<YNode> {
  readonly #budget: NodeBudget;
  readonly #anchors = new Map<string, YNode>();

  constructor(budget: NodeBudget) {
    this.#budget = budget;
  }

  #made(node: YNode, anchor: string): YNode {
    if (--this.#budget.left < 0) throw new KustomizeError('too many values', 'KustomizeTooLarge');
    if (anchor !== '') this.#anchors.set(anchor, node);
    return node;
  }

  scalar({ text, tag, anchor, style }: Scalar): YNode {
    const node = new YNode('scalar', style === '' ? resolveTag(text) : '!!str', text, STYLES[style] ?? '');
    if (tag !== '' && tag !== '!') {
      node.tag = tag.startsWith(LONG_TAG) ? `!!${tag.slice(LONG_TAG.length)}` : tag;
      node.tagged = true;
    }
    return this.#made(node, anchor);
  }

  sequence(anchor: string, isFlow: boolean) {
    const value = this.#made(new YNode('seq', '!!seq', '', isFlow ? 'flow' : ''), anchor);
    return { value, add: (item: YNode) => void value.content.push(item), end: ignore };
  }

  mapping(anchor: string, isFlow: boolean) {
    const value = this.#made(new YNode('map', '!!map', '', isFlow ? 'flow' : ''), anchor);
    const add = (key: YNode, _: Scalar | undefined, item: YNode) => void value.content.push(key, item);
    return { value, add, end: ignore };
  }

  alias(name: string): YNode {
    const target = this.#anchors.get(name);
    if (!target) throw new YamlProblem(`unknown anchor '${name}' referenced`);
    return this.#made(new YNode('alias', '', name, '', [target]), '');
  }
}

const ignore = () => {};
