import { Scanner } from './scanner.ts';
import type { Source } from './source.ts';
import type { Token, TokenType } from './token.ts';
import { YamlProblem } from './yaml-problem.ts';

/** Makes values of what is parsed. `anchor` and `tag` are '' when there is none. */
export interface Builder<Value> {
  scalar(scalar: Scalar): Value;
  /** @param isFlow written in brackets */
  sequence(anchor: string, isFlow: boolean): { value: Value; add(item: Value): void; end(): void };
  mapping(
    anchor: string,
    isFlow: boolean,
  ): {
    value: Value;
    add(key: Value, keyText: Scalar | undefined, value: Value): void;
    end(): void;
  };
  alias(name: string): Value;
}

export interface Scalar {
  text: string;
  /** Without quotes and tags. */
  plain: boolean;
  tag: string;
  anchor: string;
  /** The sign it starts with: `"`, `'`, `|`, `>`; '' for a plain one. */
  style: string;
}

const TAG_PREFIX = 'tag:yaml.org,2002:';
const NO_SCALAR: Scalar = { text: '', plain: true, tag: '', anchor: '', style: '' };

/** Parses the documents of a text (YAML 1.1 as go-yaml 2 reads it) one by one, and hands their parts to a builder. */
export class Parser<Value> {
  readonly #scanner: Scanner;
  readonly #build: Builder<Value>;
  readonly #handles = new Map<string, string>();
  /** The scalar that was made last, for keys. */
  #last: Scalar | undefined;
  #isFirst = true;
  /** Where the content of the document that was read last starts; counted from 0. */
  line = 0;

  constructor(text: string, build: Builder<Value>) {
    this.#scanner = new Scanner(text);
    this.#build = build;
  }

  /** What was read so far. */
  get source(): Source {
    return this.#scanner.source;
  }

  /**
   * The next document; undefined when there is none.
   * @throws YamlProblem
   */
  document(): Value | undefined {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (!isFirst) this.#handles.clear();
    while (!isFirst && this.#scanner.peek().type === 'document-end') this.#scanner.next();
    const first = this.#scanner.peek().type;
    if (first === 'stream-end') return undefined;
    // Only the first may start without a sign.
    if (!isFirst || first === 'version' || first === 'tag-directive' || first === 'document-start') {
      this.#directives();
      const token = this.#scanner.peek();
      if (token.type !== 'document-start')
        throw new YamlProblem('did not find expected <document start>', token.line);
      this.#scanner.next();
      if (ENDS_DOCUMENT.has(this.#scanner.peek().type)) return this.#empty();
    } else {
      this.#defaultHandles();
    }
    this.line = this.#scanner.peek().line;
    const value = this.#node(true, false);
    // What follows must be read once, for mistakes in it are this document's, too.
    this.#scanner.peek();
    return value;
  }

  #directives(): void {
    let hasVersion = false;
    for (let token = this.#scanner.peek(); ; token = this.#scanner.peek()) {
      if (token.type === 'version') {
        if (hasVersion) throw new YamlProblem('found duplicate %YAML directive', token.line);
        if (token.value !== '1.1') throw new YamlProblem('found incompatible YAML document', token.line);
        hasVersion = true;
      } else if (token.type === 'tag-directive') {
        if (this.#handles.has(token.value))
          throw new YamlProblem('found duplicate %TAG directive', token.line);
        this.#handles.set(token.value, token.suffix);
      } else {
        break;
      }
      this.#scanner.next();
    }
    this.#defaultHandles();
  }

  #defaultHandles(): void {
    if (!this.#handles.has('!')) this.#handles.set('!', '!');
    if (!this.#handles.has('!!')) this.#handles.set('!!', TAG_PREFIX);
  }

  #empty(): Value {
    this.#last = NO_SCALAR;
    return this.#build.scalar(NO_SCALAR);
  }

  #node(isBlock: boolean, allowsIndentless: boolean): Value {
    let token = this.#scanner.peek();
    const start = token.line;
    if (token.type === 'alias') {
      this.#scanner.next();
      this.#last = undefined;
      return this.#build.alias(token.value);
    }
    let anchor = '';
    let tag = '';
    if (token.type === 'anchor' || token.type === 'tag') {
      ({ anchor, tag } = this.#properties());
      token = this.#scanner.peek();
    }
    switch (token.type) {
      case 'scalar':
        this.#scanner.next();
        return this.#scalar({
          text: token.value,
          plain: isImplicit(token, tag),
          tag,
          anchor,
          style: token.suffix,
        });
      case 'block-entry':
        if (allowsIndentless) return this.#indentless(anchor);
        break;
      case 'flow-sequence-start':
        return this.#flowSequence(anchor);
      case 'flow-mapping-start':
        return this.#flowMapping(anchor);
      case 'block-sequence-start':
        if (isBlock) return this.#blockSequence(anchor);
        break;
      case 'block-mapping-start':
        if (isBlock) return this.#blockMapping(anchor);
        break;
    }
    if (anchor !== '' || tag !== '')
      return this.#scalar({ text: '', plain: tag === '', tag, anchor, style: '' });
    throw failure('did not find expected node content', token.line, start);
  }

  #scalar(scalar: Scalar): Value {
    this.#last = scalar;
    return this.#build.scalar(scalar);
  }

  /** An anchor and a tag, in any order. */
  #properties(): { anchor: string; tag: string } {
    let anchor = '';
    let tag = '';
    for (let round = 0; round < 2; round++) {
      const token = this.#scanner.peek();
      if (token.type === 'anchor' && anchor === '') {
        anchor = token.value;
      } else if (token.type === 'tag' && tag === '') {
        tag = this.#fullTag(token);
      } else {
        break;
      }
      this.#scanner.next();
    }
    return { anchor, tag };
  }

  #fullTag({ value: handle, suffix, line }: Token): string {
    if (handle === '') return suffix;
    const prefix = this.#handles.get(handle);
    if (prefix === undefined) throw new YamlProblem('found undefined tag handle', line);
    return prefix + suffix;
  }

  #blockSequence(anchor: string): Value {
    const start = this.#scanner.next().line;
    const sequence = this.#build.sequence(anchor, false);
    for (let token = this.#scanner.peek(); token.type !== 'block-end'; token = this.#scanner.peek()) {
      if (token.type !== 'block-entry')
        throw failure("did not find expected '-' indicator", token.line, start);
      this.#scanner.next();
      const { type } = this.#scanner.peek();
      const isEmpty = type === 'block-entry' || type === 'block-end';
      sequence.add(isEmpty ? this.#empty() : this.#node(true, false));
    }
    this.#scanner.next();
    sequence.end();
    this.#last = undefined;
    return sequence.value;
  }

  /** Entries at the indentation of the key they belong to. */
  #indentless(anchor: string): Value {
    const sequence = this.#build.sequence(anchor, false);
    while (this.#scanner.peek().type === 'block-entry') {
      this.#scanner.next();
      const { type } = this.#scanner.peek();
      const isEmpty = type === 'block-entry' || ENDS_PAIR.has(type);
      sequence.add(isEmpty ? this.#empty() : this.#node(true, false));
    }
    sequence.end();
    this.#last = undefined;
    return sequence.value;
  }

  #blockMapping(anchor: string): Value {
    const start = this.#scanner.next().line;
    const mapping = this.#build.mapping(anchor, false);
    for (let token = this.#scanner.peek(); token.type !== 'block-end'; token = this.#scanner.peek()) {
      if (token.type !== 'key') throw failure('did not find expected key', token.line, start);
      this.#scanner.next();
      const key = this.#pairPart();
      const keyText = this.#last;
      const hasValue = this.#scanner.peek().type === 'value';
      if (hasValue) this.#scanner.next();
      mapping.add(key, keyText, hasValue ? this.#pairPart() : this.#empty());
    }
    this.#scanner.next();
    mapping.end();
    this.#last = undefined;
    return mapping.value;
  }

  #pairPart(): Value {
    return ENDS_PAIR.has(this.#scanner.peek().type) ? this.#empty() : this.#node(true, true);
  }

  #flowSequence(anchor: string): Value {
    const start = this.#scanner.next().line;
    const sequence = this.#build.sequence(anchor, true);
    for (let isFirst = true; ; isFirst = false) {
      if (this.#scanner.peek().type === 'flow-sequence-end') break;
      if (!isFirst) this.#flowComma("did not find expected ',' or ']'", start);
      const { type } = this.#scanner.peek();
      if (type === 'flow-sequence-end') break;
      sequence.add(type === 'key' ? this.#flowPair() : this.#node(false, false));
    }
    this.#scanner.next();
    sequence.end();
    this.#last = undefined;
    return sequence.value;
  }

  #flowComma(problem: string, start: number): void {
    const token = this.#scanner.peek();
    if (token.type !== 'flow-entry') throw failure(problem, token.line, start);
    this.#scanner.next();
  }

  /** `[a: b]` holds a map with one entry. */
  #flowPair(): Value {
    this.#scanner.next();
    const mapping = this.#build.mapping('', true);
    const { type } = this.#scanner.peek();
    const hasKey = type !== 'value' && type !== 'flow-entry' && type !== 'flow-sequence-end';
    const key = hasKey ? this.#node(false, false) : this.#empty();
    const keyText = this.#last;
    // The original goes over this token even where it is none of the key's.
    if (!hasKey && type !== 'value') this.#scanner.next();
    const hasValue = this.#scanner.peek().type === 'value';
    if (hasValue) this.#scanner.next();
    const next = this.#scanner.peek().type;
    const isEmpty = !hasValue || next === 'flow-entry' || next === 'flow-sequence-end';
    mapping.add(key, keyText, isEmpty ? this.#empty() : this.#node(false, false));
    mapping.end();
    return mapping.value;
  }

  #flowMapping(anchor: string): Value {
    const start = this.#scanner.next().line;
    const mapping = this.#build.mapping(anchor, true);
    for (let isFirst = true; ; isFirst = false) {
      if (this.#scanner.peek().type === 'flow-mapping-end') break;
      if (!isFirst) this.#flowComma("did not find expected ',' or '}'", start);
      const { type } = this.#scanner.peek();
      if (type === 'flow-mapping-end') break;
      const hasMark = type === 'key';
      if (hasMark) this.#scanner.next();
      const key = hasMark ? this.#flowPart() : this.#node(false, false);
      const keyText = this.#last;
      const hasValue = hasMark && this.#scanner.peek().type === 'value';
      if (hasValue) this.#scanner.next();
      mapping.add(key, keyText, hasValue ? this.#flowPart() : this.#empty());
    }
    this.#scanner.next();
    mapping.end();
    this.#last = undefined;
    return mapping.value;
  }

  #flowPart(): Value {
    return ENDS_FLOW_PAIR.has(this.#scanner.peek().type) ? this.#empty() : this.#node(false, false);
  }
}

const ENDS_DOCUMENT: ReadonlySet<TokenType> = new Set<TokenType>([
  'version',
  'tag-directive',
  'document-start',
  'document-end',
  'stream-end',
]);
const ENDS_PAIR: ReadonlySet<TokenType> = new Set<TokenType>(['key', 'value', 'block-end']);
const ENDS_FLOW_PAIR: ReadonlySet<TokenType> = new Set<TokenType>([
  'value',
  'flow-entry',
  'flow-mapping-end',
]);

function isImplicit(token: Token, tag: string): boolean {
  return (tag === '' && token.plain) || tag === '!';
}

/** The parser's mistakes are told with the line before the one they are in; in the first line, with that of the whole. */
function failure(problem: string, line: number, start: number): YamlProblem {
  return new YamlProblem(problem, line === 0 ? start : line, start);
}
