/**
 * `$(NAME)` becomes the variable's value, `$$(NAME)` the text `$(NAME)`; an unknown name stays as it is
 * (upstream's third_party/forked/golang/expansion).
 */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const next = text[at + 1];
    if (text[at] !== '$' || next === undefined) {
      result += text[at];
      continue;
    }
    at++;
    if (next === '$') {
      result += '$';
      continue;
    }
    const end = next === '(' ? text.indexOf(')', at) : -1;
    if (end < 0) {
      result += `$${next}`;
      continue;
    }
    const name = text.slice(at + 1, end);
    result += values.get(name) ?? `$(${name})`;
    at = end;
  }
  return result;
}
