import { fieldAt } from '../entity/values.ts';

/**
 * Only the named fields of a value, as Backstage's `fields=kind,metadata.name`: paths by dots, the longest own field
 * first, for names of annotations hold dots themselves. No fields give the whole.
 */
export function projected(value: Record<string, unknown>, fields: string[]): Record<string, unknown> {
  if (fields.length === 0) return value;
  // Without a prototype: a field may have any name.
  const made: Record<string, unknown> = Object.create(null);
  for (const field of fields) copy(value, field, made);
  return made;
}

function copy(from: object, path: string, to: Record<string, unknown>): void {
  const found = fieldAt(from, path);
  if (!found || found.value === undefined) return;
  const { name, value, rest } = found;
  if (rest === '') to[name] = value;
  if (rest === '' || value === null || typeof value !== 'object' || Array.isArray(value)) return;
  const inner = (to[name] ?? Object.create(null)) as Record<string, unknown>;
  copy(value, rest, inner);
  if (Object.keys(inner).length > 0) to[name] = inner;
}

/** `fields` of a query, which may come once or many times, with commas. */
export function fieldsOf(search: URLSearchParams): string[] {
  return search
    .getAll('fields')
    .flatMap(text => text.split(','))
    .map(field => field.trim())
    .filter(Boolean);
}
