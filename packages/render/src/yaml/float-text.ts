/** Digits (no dot) and the power of ten of the first one: `1.5e3` is `15` and 3. */
function shortestDigits(value: number): { digits: string; exponent: number } {
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) };
}

/**
 * A double as Go's `strconv.FormatFloat(value, 'g', -1, 64)` writes it: the shortest text that reads back the same,
 * with an exponent of at least two digits below 1e-4 and from a million on (`fmt`'s `%v` waits until 1e21).
 * @param exponentFrom the power of ten from which on an exponent is written
 */
export function floatText(value: number, exponentFrom = 6): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Inf' : '+Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (value === 0) return `${sign}0`;
  const { digits, exponent } = shortestDigits(value);
  if (exponent >= -4 && exponent < exponentFrom) return sign + fixed(digits, exponent);
  const size = String(Math.abs(exponent)).padStart(2, '0');
  const rest = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${sign}${digits[0]}${rest}e${exponent < 0 ? '-' : '+'}${size}`;
}

function fixed(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return digits.padEnd(exponent + 1, '0');
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}
