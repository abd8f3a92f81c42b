import type { Health, HealthRule } from './types.ts';

export type FieldRow = [value: string | boolean | number, health: Health['status'], message: string];

/**
 * The value of one field decides. `{a.b}` in a message stands for that field of the object; `otherwise` counts for
 * every other value, `absent` (by default the same) where there is none.
 */
export function byField(path: string, rows: FieldRow[], otherwise: Health, absent = otherwise): HealthRule {
  return object => {
    const value = fieldOf(object, path);
    const row = rows.find(([known]) => known === value);
    const [, status, message] = row ?? [];
    if (status) return { status, message: filled(message ?? '', object) };
    const rest = value === undefined ? absent : otherwise;
    return rest.message === undefined ? rest : { ...rest, message: filled(rest.message, object) };
  };
}

/** The value at a dotted path; undefined where anything on the way is missing. */
export function fieldOf(object: object, path: string): unknown {
  let at: unknown = object;
  for (const name of path.split('.')) at = (at as Record<string, unknown> | null | undefined)?.[name];
  return at;
}

/** `{a.b}` stands for that field. */
export function filled(message: string, object: object): string {
  return message.replace(/\{([\w.]+)\}/g, (_all, path: string) => String(fieldOf(object, path) ?? ''));
}
