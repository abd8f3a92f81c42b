import type { Params } from '../spec.ts';
import { isMap } from '../template/merge-template.ts';

const MOST = 50_000;

/** Nested values by dotted names (`a.b`, `list.0`), as text; empty objects and lists are left out. */
export function flatten(params: Params): Record<string, string> {
  const flat: Record<string, string> = {};
  let count = 0;
  const visit = (value: unknown, name: string) => {
    if (++count > MOST) throw new Error(`error flattening object: more than ${MOST} values`);
    const entries = Array.isArray(value)
      ? [...value.entries()]
      : isMap(value)
        ? Object.entries(value)
        : undefined;
    if (!entries) flat[name] = goText(value);
    for (const [key, each] of entries ?? []) visit(each, name === '' ? String(key) : `${name}.${key}`);
  };
  for (const [key, value] of Object.entries(params)) visit(value, key);
  return flat;
}

/** A scalar as Go's `%v` prints it; numbers are float64, as everything that comes from JSON. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value !== 'number') return String(value);
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return plainText(value);
  if (!Number.isFinite(value)) return String(value);
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

function plainText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
