import { writeDoubleQuoted, writeLiteral, writePlain, writeSingleQuoted } from './emit-scalar.ts';
import type { YamlDialect } from './plain-words.ts';
import { type ScalarLook, scalarLook } from './scalar-style.ts';

/** What the emitter writes: maps have their keys in order already. `raw` is a number, `true`, `null`: never quoted. */
export type YamlNode =
  | { kind: 'raw'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'list'; items: YamlNode[] }
  | { kind: 'map'; entries: [key: string, value: YamlNode][] };

const UNLIMITED = Number.POSITIVE_INFINITY;
/** A key longer than this (bytes) is written with a question mark. */
const SIMPLE_KEY_BYTES = 128;

/** go-yaml's emitter, block style only: where it is in the text decides what it writes next (`emitterc.go`). */
export class Emitter {
  text = '';
  /** Characters since the last line break. */
  column = 0;
  /** Of the current block; -1 before the first. */
  indent = -1;
  /** The last thing written is a space or a line break. */
  whitespace = true;
  /** Only spaces and indicators are on the line so far. */
  indention = true;
  /** Lines are folded at spaces beyond this column. */
  readonly width: number;
  readonly dialect: YamlDialect;

  constructor(dialect: YamlDialect) {
    this.dialect = dialect;
    this.width = dialect === '1.1' ? 80 : UNLIMITED;
  }

  document(node: YamlNode): string {
    this.node(node, false);
    this.writeIndent();
    return this.text;
  }

  /** Characters without line breaks. */
  put(text: string): void {
    this.text += text;
    this.column += text.length;
    // A surrogate pair is one character.
    if (!/[\udc00-\udfff]/.test(text)) return;
    for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) this.column--;
  }

  putBreak(as = '\n'): void {
    this.text += as;
    this.column = 0;
    if (this.dialect === '1.2') this.indention = true;
  }

  writeIndent(): void {
    const indent = Math.max(this.indent, 0);
    if (!this.indention || this.column > indent || (this.column === indent && !this.whitespace))
      this.putBreak();
    if (this.column < indent) {
      this.text += ' '.repeat(indent - this.column);
      this.column = indent;
    }
    this.whitespace = true;
    this.indention = true;
  }

  /** @param indention whether what follows may still stand at the line's indentation, as after `- ` */
  writeIndicator(indicator: string, needsSpace: boolean, indention = false): void {
    if (needsSpace && !this.whitespace) this.put(' ');
    this.put(indicator);
    this.whitespace = false;
    this.indention = this.indention && indention;
  }

  private node(node: YamlNode, inMap: boolean): void {
    if (node.kind === 'raw') this.scalar(node.text, { style: 'plain', multiline: false }, false);
    if (node.kind === 'text') this.scalar(node.text, scalarLook(node.text, this.dialect), false);
    if (node.kind === 'list') this.list(node.items, inMap);
    if (node.kind === 'map') this.map(node.entries);
  }

  private list(items: YamlNode[], inMap: boolean): void {
    if (items.length === 0) this.writeIndicator('[]', true);
    const outer = this.indent;
    // Version 2 puts the dashes of a list under its key.
    const indentless = this.dialect === '1.1' && inMap && !this.indention;
    if (!indentless) this.indent = outer < 0 ? 0 : outer + 2;
    for (const item of items) {
      this.writeIndent();
      this.writeIndicator('-', true, true);
      this.node(item, false);
    }
    this.indent = outer;
  }

  private map(entries: [key: string, value: YamlNode][]): void {
    if (entries.length === 0) this.writeIndicator('{}', true);
    const outer = this.indent;
    this.indent = outer < 0 ? 0 : outer + 2;
    for (const [key, value] of entries) {
      this.writeIndent();
      this.key(key);
      this.node(value, true);
    }
    this.indent = outer;
  }

  private key(key: string): void {
    const look = scalarLook(key, this.dialect);
    const simple = !look.multiline && (key.length <= 42 || Buffer.byteLength(key) <= SIMPLE_KEY_BYTES);
    if (!simple) this.writeIndicator('?', true, true);
    this.scalar(key, look, simple);
    if (!simple) this.writeIndent();
    this.writeIndicator(':', !simple, !simple);
  }

  private scalar(text: string, look: ScalarLook, simpleKey: boolean): void {
    const outer = this.indent;
    this.indent = outer < 0 ? 2 : outer + 2;
    if (look.style === 'plain') writePlain(this, text, !simpleKey);
    if (look.style === 'single') writeSingleQuoted(this, text, !simpleKey);
    if (look.style === 'double') writeDoubleQuoted(this, text, !simpleKey);
    if (look.style === 'literal') writeLiteral(this, text);
    this.indent = outer;
  }
}
