/**
 * Mutations write objects with their type's name: `Object{spec: Object.spec{replicas: 1}}`. The same as a map, which
 * any CEL library knows: `{"spec": {"replicas": 1}}`. Fields are marked with `?` as optional entries are.
 */
export function withoutTypeNames(expression: string): string {
  if (!/\b(?:Object|JSONPatch)\b[\w.]*\s*\{/.test(expression)) return expression;
  const parts: string[] = [];
  const open: Bracket[] = [];
  let rest = expression;
  while (rest !== '') {
    const token = TOKEN.exec(rest)?.[0] ?? '';
    rest = rest.slice(token.length);
    parts.push(translated(token, open));
  }
  return parts.join('');
}

interface Bracket {
  /** Holds fields of a named type. */
  typed: boolean;
  /** The next word is a field. */
  field: boolean;
}

/** Space, a text, the name of a type with its brace, a word, or any other sign. */
const TOKEN =
  /^(?:\s+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?:Object|JSONPatch)\b[\w.]*\s*\{|[A-Za-z_]\w*|.)/s;

function translated(token: string, open: Bracket[]): string {
  const inner = open.at(-1);
  if (/^(?:Object|JSONPatch)\b.*\{$/s.test(token)) {
    open.push({ typed: true, field: true });
    return '{';
  }
  if ('{[('.includes(token)) open.push({ typed: false, field: false });
  if ('}])'.includes(token)) open.pop();
  if (token === ',' && inner?.typed) inner.field = true;
  if (!inner?.field || !/^[A-Za-z_]/.test(token)) return token;
  inner.field = false;
  return JSON.stringify(token);
}
