/** What Go's `unicode.IsSpace` takes for white space. JavaScript's own trim lacks U+0085 and has U+FEFF. */
const SPACE = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const LEFT = new RegExp(`^${SPACE}+`);
const ANY = new RegExp(SPACE);

export function trimLeft(text: string): string {
  const first = text.charCodeAt(0);
  // The common case: nothing to do.
  if (first > 0x20 && first < 0x80) return text;
  return text.replace(LEFT, '');
}

export function trimSpace(text: string): string {
  const start = trimLeft(text);
  let end = start.length;
  while (end > 0 && ANY.test(start[end - 1] ?? '')) end--;
  return start.slice(0, end);
}

export function isBlank(text: string): boolean {
  return trimLeft(text) === '';
}
