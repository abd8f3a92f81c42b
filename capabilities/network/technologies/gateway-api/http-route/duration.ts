const UNITS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Milliseconds of a Gateway API duration (GEP-2257), e.g. `1m30s`; undefined for none, 0 for no limit. */
export function durationMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/(\d+)(h|ms|m|s)/g))
    sum += Number(number) * (UNITS[unit ?? ''] ?? 0);
  return sum;
}
