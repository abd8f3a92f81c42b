const UNITS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Milliseconds of a Go duration (`1h30m`, `-1.5s`, `0`).
 * @throws Error with the words of Go's time.ParseDuration
 */
export function goDurationMs(text: string): number {
  const invalid = new Error(`time: invalid duration ${JSON.stringify(text)}`);
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return 0;
  if (body === '') throw invalid;
  let total = 0;
  for (let rest = body; rest !== ''; ) {
    const number = /^\d*\.?\d*/.exec(rest)?.[0] ?? '';
    if (!/\d/.test(number)) throw invalid;
    rest = rest.slice(number.length);
    const unit = /^[^.\d]*/.exec(rest)?.[0] ?? '';
    if (unit === '') throw new Error(`time: missing unit in duration ${JSON.stringify(text)}`);
    const factor = UNITS[unit];
    if (factor === undefined)
      throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    total += Number(number) * factor;
    rest = rest.slice(unit.length);
  }
  return sign === '-' ? -total : total;
}
