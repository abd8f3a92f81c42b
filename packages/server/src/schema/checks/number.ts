import { invalid, type Problem } from '../problem.ts';
import { isSet } from '../value.ts';

export const MOST_INT32 = 2 ** 31 - 1;

export function inRange(value: unknown, least: number, most: number, field: string): Problem[] {
  if (typeof value !== 'number' || (value >= least && value <= most)) return [];
  return [invalid(field, value, `must be between ${least} and ${most}, inclusive`)];
}

/** Ports of the network: 1 to 65535. */
export function isPort(value: unknown, field: string): Problem[] {
  return inRange(value, 1, 65_535, field);
}

export function notNegative(value: unknown, field: string): Problem[] {
  if (!isSet(value) || typeof value !== 'number' || value >= 0) return [];
  return [invalid(field, value, 'must be greater than or equal to 0')];
}

export function positive(value: unknown, field: string): Problem[] {
  if (!isSet(value) || typeof value !== 'number' || value > 0) return [];
  return [invalid(field, value, 'must be greater than 0')];
}

const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** A number of pods, or a share of them. */
export function numberOrPercent(value: unknown, field: string): Problem[] {
  if (typeof value === 'string') return /^[0-9]+%$/.test(value) ? [] : [invalid(field, value, PERCENT)];
  return notNegative(value, field);
}
