import type { ApplicationTemplate } from '../spec.ts';

/** Fields that are taken as a whole. */
const WHOLE = new Set(['valuesObject']);

/** A generator's own template, and where it says nothing the ApplicationSet's. */
export function mergeTemplates(
  own: ApplicationTemplate | undefined,
  base: ApplicationTemplate | undefined,
): ApplicationTemplate {
  return fill(own ?? {}, base ?? {}) as ApplicationTemplate;
}

function fill(own: unknown, base: unknown): unknown {
  if (isEmpty(own)) return base;
  if (!isMap(own) || !isMap(base)) return own;
  const filled: Record<string, unknown> = { ...own };
  for (const [key, value] of Object.entries(base)) {
    const present = filled[key];
    filled[key] = WHOLE.has(key) && !isEmpty(present) ? present : fill(present, value);
  }
  return filled;
}

/** What Go counts as a zero value. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).length === 0;
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
