/** Reading values whose form is not known yet. */
export type Values = Record<string, unknown>;

export function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at a path of names, or an empty one. */
export function values(value: unknown, ...path: string[]): Values {
  let found = value;
  for (const name of path) found = isValues(found) ? found[name] : undefined;
  return isValues(found) ? found : {};
}

export function items(value: unknown): Values[] {
  return Array.isArray(value) ? value.map(item => (isValues(item) ? item : {})) : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** `null`, `array`, … as JSON has it. */
export function jsonType(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
