import { Parser } from '../../yaml/read/parser.ts';

/**
 * A folded text after go-yaml 3 has written and read it: its writer asks for blanks at the text's beginning where it
 * means those of the next line, so a line break more can come of it (`yaml_emitter_write_folded_scalar`).
 */
export function refolded(text: string): string {
  const keep = text.endsWith('\n\n') || text === '\n' ? '+' : '';
  const chomp = text.endsWith('\n') ? keep : '-';
  const indent = /^[ \n]/.test(text) ? '2' : '';
  const body = folded(text).replace(/^(?=[^\n])/gm, '  ');
  const parser = new Parser<string>(`>${indent}${chomp}\n${body}${body.endsWith('\n') ? '' : '\n'}`, TEXT);
  return parser.document() ?? '';
}

function folded(text: string): string {
  const first = /[^\n]/.exec(text)?.[0];
  const startsBlank = first === undefined || first === ' ' || first === '\t';
  return text
    .split('\n')
    .map((line, at, lines) => {
      const isLast = at === lines.length - 1;
      const breaksTwice = line !== '' && !/^[ \t]/.test(line) && !startsBlank;
      return isLast ? line : `${line}${breaksTwice ? '\n' : ''}\n`;
    })
    .join('');
}

const nothing = { value: '', add: () => {}, end: () => {} };
const TEXT = {
  scalar: ({ text }: { text: string }) => text,
  sequence: () => nothing,
  mapping: () => nothing,
  alias: () => '',
};
