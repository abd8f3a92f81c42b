import { quoteTime } from './quote-time.ts';

const UNITS: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const LIMIT = 2n ** 63n;

/** A text that is no duration, in Go's words. */
export class DurationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DurationError';
  }
}

/**
 * `time.ParseDuration`: `1h15m30.5s`, in nanoseconds.
 * @throws DurationError
 */
export function parseDuration(text: string): bigint {
  const [, sign, rest = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0n;
  const invalid = () => new DurationError(`time: invalid duration ${quoteTime(text)}`);
  if (rest === '') throw invalid();
  let total = 0n;
  for (let at = 0; at < rest.length; ) {
    const [all = '', whole = '', point, fraction = '', unit = ''] =
      /^([0-9]*)(\.?)([0-9]*)([^.0-9]*)/.exec(rest.slice(at)) ?? [];
    if (whole === '' && (fraction === '' || point === '')) throw invalid();
    if (BigInt(whole || '0') > LIMIT) throw invalid();
    if (unit === '') throw new DurationError(`time: missing unit in duration ${quoteTime(text)}`);
    const size = UNITS[unit];
    if (size === undefined)
      throw new DurationError(`time: unknown unit ${quoteTime(unit)} in duration ${quoteTime(text)}`);
    total += BigInt(whole || '0') * size + fractionOf(fraction, size);
    if (total > LIMIT) throw invalid();
    at += all.length;
  }
  if (sign === '-') return -total;
  if (total === LIMIT) throw invalid();
  return total;
}

function fractionOf(digits: string, unit: bigint): bigint {
  const used = digits.slice(0, 18);
  if (used === '') return 0n;
  // Go multiplies as floats.
  return BigInt(Math.trunc(Number(used) * (Number(unit) / 10 ** used.length)));
}

/** `time.Duration.String`: `1h15m30.5s`, `1.5µs`. */
export function formatDuration(duration: bigint): string {
  if (duration === 0n) return '0s';
  const size = duration < 0n ? -duration : duration;
  const sign = duration < 0n ? '-' : '';
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 1_000n)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 1_000_000n)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimal(size % 60_000_000_000n, 1_000_000_000n)}s`;
  if (minutes === 0n) return sign + seconds;
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`;
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function decimal(size: bigint, unit: bigint): string {
  const places = String(unit).length - 1;
  const fraction = String(size % unit)
    .padStart(places, '0')
    .replace(/0+$/, '');
  return `${size / unit}${fraction === '' ? '' : `.${fraction}`}`;
}

/** `Duration.Round`: half away from zero. */
export function roundDuration(duration: bigint, unit: bigint): bigint {
  const size = duration < 0n ? -duration : duration;
  const rounded = ((size + unit / 2n) / unit) * unit;
  return duration < 0n ? -rounded : rounded;
}
