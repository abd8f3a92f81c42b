const SHORT: Record<string, string> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
const ESCAPED = /["\\\0-\x1f\x7f]/g;

/** A text between double quotes. */
export function quotedText(text: string): string {
  const inside = text.replace(
    ESCAPED,
    character => SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${inside}"`;
}

/** A part of a key: bare where it can be. */
export function bareOrQuoted(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : quotedText(name);
}

/** A key with dots. */
export function keyText(key: readonly string[]): string {
  return key.map(bareOrQuoted).join('.');
}
