import { staysText, type YamlDialect } from './plain-words.ts';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

export interface ScalarLook {
  style: ScalarStyle;
  /** Holds a line break of YAML 1.1: it cannot be a simple key. */
  multiline: boolean;
}

/** Never needs quotes or folding, unless it is a word with a meaning. */
const SIMPLE = /^[A-Za-z_/][A-Za-z0-9_/.-]*$/;
const INDICATOR_FIRST = /^([#,[\]{}&*!|>'"%@`]|[?:-]( |$)|---|\.\.\.)/;
const INDICATOR_INSIDE = /:( |$)| #/;
/** Beyond the basic plane nothing is printable for go-yaml's emitter. */
const UNPRINTABLE = /[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
const UNPRINTABLE_BUT_TAB = /[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
const BREAK = /[\r\n\u0085\u2028\u2029]/;
const BREAK_THEN_SPACE = /[\r\n\u0085\u2028\u2029] /;
const SPACE_THEN_BREAK = / [\r\n\u0085\u2028\u2029]/;

/** How go-yaml's emitter writes a text in block context: `analyze_scalar` and `select_scalar_style`. */
export function scalarLook(text: string, dialect: YamlDialect): ScalarLook {
  if (SIMPLE.test(text)) return { style: staysText(text, dialect) ? 'plain' : 'double', multiline: false };
  if (text === '') return { style: 'double', multiline: false };
  const multiline = BREAK.test(text);
  return { style: multiline ? multilineStyle(text, dialect) : lineStyle(text, dialect), multiline };
}

function lineStyle(text: string, dialect: YamlDialect): ScalarStyle {
  if (!staysText(text, dialect)) return 'double';
  if (UNPRINTABLE.test(text)) return 'double';
  const plain =
    !text.startsWith(' ') &&
    !text.endsWith(' ') &&
    !INDICATOR_FIRST.test(text) &&
    !INDICATOR_INSIDE.test(text);
  return plain ? 'plain' : 'single';
}

function multilineStyle(text: string, dialect: YamlDialect): ScalarStyle {
  const spaceBreak = SPACE_THEN_BREAK.test(text);
  if (text.includes('\n')) {
    const special = (dialect === '1.1' ? UNPRINTABLE : UNPRINTABLE_BUT_TAB).test(text);
    return special || spaceBreak || text.endsWith(' ') ? 'double' : 'literal';
  }
  // Other line breaks than \n go in single quotes.
  if (!staysText(text, dialect) || UNPRINTABLE.test(text)) return 'double';
  return spaceBreak || BREAK_THEN_SPACE.test(text) ? 'double' : 'single';
}
