/** Maps that are `map[string]string` in Go: some functions of templates take only `map[string]interface {}`. */
const marked = new WeakSet<object>();

export function stringMap(entries: Record<string, string>): Record<string, string> {
  const map = { ...entries };
  marked.add(map);
  return map;
}

export function isStringMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && marked.has(value);
}
