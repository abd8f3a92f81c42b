// From text to trees: one for the text itself and one for each template it defines.
import { Lexer } from './lex.ts';
import {
  type ActionLike,
  type BranchNode,
  describeNode,
  isEmptyTree,
  type JumpNode,
  type ListNode,
  type MarkNode,
  type Source,
  type TemplateNode,
} from './node.ts';
import { PipelineParser } from './parse-pipeline.ts';
import { quote } from './quote.ts';
import type { Token } from './token.ts';

export interface ParseOptions {
  hasFunction: (name: string) => boolean;
  delimiters: { left: string; right: string };
}

export interface Trees {
  /** By name, that of the text itself under the source's. */
  trees: Map<string, ListNode>;
  /** The text defines a template of the source's own name: under another name its trees are others. */
  definesItself: boolean;
}

/** Parses one text. Throws TemplateError (code `TemplateSyntax`). */
export function parseText(source: Source, options: ParseOptions): Trees {
  const lexer = new Lexer(source.text, options.delimiters);
  lexer.breakIsKeyword = !options.hasFunction('break');
  lexer.continueIsKeyword = !options.hasFunction('continue');
  const trees = new Map<string, ListNode>();
  return { trees, ...new TreeParser(source, lexer, options.hasFunction, trees).parse() };
}

/** Parses one tree; definitions within get a parser of their own over the same tokens. */
class TreeParser extends PipelineParser {
  readonly #hasFunctionOf: (name: string) => boolean;
  readonly #trees: Map<string, ListNode>;
  #rangeDepth = 0;

  constructor(
    source: Source,
    lexer: Lexer,
    hasFunction: (name: string) => boolean,
    trees: Map<string, ListNode>,
  ) {
    super(source, lexer, hasFunction);
    this.#hasFunctionOf = hasFunction;
    this.#trees = trees;
  }

  parse(): Pick<Trees, 'definesItself'> {
    const root = this.#list(this.peek());
    while (this.peek().kind !== 'eof') {
      if (this.peek().kind === 'left delimiter') {
        const delimiter = this.next();
        if (this.nextNonSpace().kind === 'define') {
          this.#nested().#definition();
          continue;
        }
        this.backup2(delimiter);
      }
      const node = this.#textOrAction();
      if (isMark(node)) throw this.fail(`unexpected ${describeNode(node)}`);
      root.nodes.push(node);
    }
    const definesItself = this.#trees.has(this.source.name);
    this.#add(this.source.name, root);
    return { definesItself };
  }

  #nested(): TreeParser {
    return new TreeParser(this.source, this.lexer, this.#hasFunctionOf, this.#trees);
  }

  #list(token: Token): ListNode {
    return { kind: 'list', source: this.source, position: token.position, nodes: [] };
  }

  #add(name: string, root: ListNode): void {
    const known = this.#trees.get(name);
    if (!known || isEmptyTree(known)) {
      this.#trees.set(name, root);
      return;
    }
    if (!isEmptyTree(root)) this.fail(`template: multiple definition of template ${quote(name)}`);
  }

  #definition(): void {
    const context = 'define clause';
    const { text: name } = this.string(this.expect(context, 'string', 'raw string'));
    this.expect(context, 'right delimiter');
    this.#body(name, context);
  }

  #body(name: string, context: string): void {
    const { list, end } = this.#itemList();
    if (end.kind !== 'end') this.fail(`unexpected ${describeNode(end)} in ${context}`);
    this.#add(name, list);
  }

  /** Up to `{{end}}` or `{{else}}`, which is given apart. */
  #itemList(): { list: ListNode; end: MarkNode } {
    const list = this.#list(this.peekNonSpace());
    while (this.peekNonSpace().kind !== 'eof') {
      const node = this.#textOrAction();
      if (isMark(node)) return { list, end: node };
      list.nodes.push(node);
    }
    return this.fail('unexpected EOF');
  }

  #textOrAction(): ActionLike | MarkNode {
    const token = this.nextNonSpace();
    if (token.kind === 'text')
      return { kind: 'text', source: this.source, position: token.position, text: token.text };
    if (token.kind !== 'left delimiter') return this.unexpected(token, 'input');
    this.actionLine = token.line;
    const node = this.#action();
    this.actionLine = 0;
    return node;
  }

  #action(): ActionLike | MarkNode {
    const token = this.nextNonSpace();
    switch (token.kind) {
      case 'block':
        return this.#block();
      case 'break':
      case 'continue':
        return this.#jump(token, token.kind);
      case 'else':
        return this.#else();
      case 'end':
        return {
          kind: 'end',
          source: this.source,
          position: this.expect('end', 'right delimiter').position,
        };
      case 'if':
      case 'range':
      case 'with':
        return this.#branch(token.kind);
      case 'template':
        return this.#template();
    }
    this.backup();
    const { position } = this.peek();
    // Variables that are declared here stay until the end of what surrounds it.
    return {
      kind: 'action',
      source: this.source,
      position,
      pipe: this.pipeline('command', 'right delimiter'),
    };
  }

  #jump({ position }: Token, kind: JumpNode['kind']): JumpNode {
    const token = this.nextNonSpace();
    if (token.kind !== 'right delimiter') this.unexpected(token, `{{${kind}}}`);
    if (this.#rangeDepth === 0) this.fail(`{{${kind}}} outside {{range}}`);
    return { kind, source: this.source, position };
  }

  #else(): MarkNode {
    const { kind, position } = this.peekNonSpace();
    // "{{else if" and "{{else with" are finished by what they belong to.
    if (kind === 'if' || kind === 'with') return { kind: 'else', source: this.source, position };
    return { kind: 'else', source: this.source, position: this.expect('else', 'right delimiter').position };
  }

  #branch(kind: BranchNode['kind']): BranchNode {
    const known = this.defined;
    const pipe = this.pipeline(kind, 'right delimiter');
    if (kind === 'range') this.#rangeDepth++;
    const { list, end } = this.#itemList();
    if (kind === 'range') this.#rangeDepth--;
    const elseList = end.kind === 'else' ? this.#elseList(kind, end) : undefined;
    this.forget(known);
    return { kind, source: this.source, position: pipe.position, pipe, list, elseList };
  }

  #elseList(kind: BranchNode['kind'], mark: MarkNode): ListNode {
    const next = this.peek().kind;
    if ((kind === 'if' && next === 'if') || (kind === 'with' && next === 'with')) {
      this.next();
      return { kind: 'list', source: this.source, position: mark.position, nodes: [this.#branch(kind)] };
    }
    const { list, end } = this.#itemList();
    if (end.kind !== 'end') this.fail(`expected end; found ${describeNode(end)}`);
    return list;
  }

  #block(): TemplateNode {
    const context = 'block clause';
    const token = this.nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.pipeline(context, 'right delimiter');
    this.#nested().#body(name, context);
    return { kind: 'template', source: this.source, position: token.position, name, pipe };
  }

  #template(): TemplateNode {
    const context = 'template clause';
    const token = this.nextNonSpace();
    const name = this.#templateName(token, context);
    const ended = this.nextNonSpace().kind === 'right delimiter';
    if (!ended) this.backup();
    const pipe = ended ? undefined : this.pipeline(context, 'right delimiter');
    return { kind: 'template', source: this.source, position: token.position, name, pipe };
  }

  #templateName(token: Token, context: string): string {
    if (token.kind !== 'string' && token.kind !== 'raw string') return this.unexpected(token, context);
    return this.string(token).text;
  }
}

function isMark(node: ActionLike | MarkNode): node is MarkNode {
  return node.kind === 'end' || node.kind === 'else';
}
