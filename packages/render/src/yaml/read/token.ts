/** What the scanner cuts a text into (YAML 1.1, chapter 4; libyaml's tokens). */
export type TokenType =
  | 'stream-end'
  | 'version'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  type: TokenType;
  /** Where it starts, from 0. */
  line: number;
  /** A scalar's text, an anchor's or alias's name, a tag's handle, a version. */
  value: string;
  /** What follows a tag's handle; a tag directive's prefix; the sign a scalar that is not plain starts with. */
  suffix: string;
  /** A scalar without quotes. */
  plain: boolean;
}
