import { SlipwayError } from '@slipway/api';

/** What JSON leaves as it is and go-yaml's reader refuses or takes for a line break. */
const TROUBLE = /[\x7f-\x9f\ufffe\uffff\ud800-\udfff]/;
const REFUSED = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/;
/** go-yaml finds no key whose colon comes later than this, counted in characters of JSON between the quotes. */
const MAX_KEY = 1022;

/**
 * A text after it was written as JSON and read as YAML, as `sigs.k8s.io/yaml` does before it writes: U+0085 is a line
 * break for YAML 1.1 and folds into a space, other control characters above ASCII are refused.
 * @throws SlipwayError YamlUnwritable
 */
export function jsonTextAsYaml(text: string): string {
  if (!TROUBLE.test(text)) return text;
  if (REFUSED.test(text))
    throw new SlipwayError('YamlUnwritable', 'yaml: control characters are not allowed');
  if (/\u0085(---|\.\.\.)[ \u0085]/.test(text))
    throw new SlipwayError('YamlUnwritable', 'yaml: found unexpected document indicator');
  return foldNextLines(text.toWellFormed());
}

function foldNextLines(text: string): string {
  // Tabs are escaped in JSON and stay; plain spaces around a break go.
  return text.replace(/ *\u0085(?: *\u0085)* */g, breaks => {
    const count = breaks.replaceAll(' ', '').length;
    return count === 1 ? ' ' : '\n'.repeat(count - 1);
  });
}

/** @throws SlipwayError YamlUnwritable: a key that go-yaml's scanner does not find again in JSON */
export function refuseLongKey(key: string): void {
  // A key stands on one line.
  let size = key.includes('\u0085') ? MAX_KEY + 1 : 0;
  if (size === 0 && key.length * 6 <= MAX_KEY) return;
  for (const character of key) size += jsonWidth(character);
  if (size > MAX_KEY) throw new SlipwayError('YamlUnwritable', "yaml: did not find expected ',' or '}'");
}

function jsonWidth(character: string): number {
  if (/["\\\b\f\n\r\t]/.test(character)) return 2;
  // Go escapes what HTML could take for its own.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
  return /[\x00-\x1f<>&\u2028\u2029]/.test(character) ? 6 : 1;
}
