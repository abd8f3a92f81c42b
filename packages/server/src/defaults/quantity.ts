const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(?:(Ki|Mi|Gi|Ti|Pi|Ei)|([numkMGTPE])|[eE]([+-]?\d+))?$/;
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const SUFFIXES = Object.entries(DECIMAL).toSorted((a, b) => b[1] - a[1]);
const NANO = 9;

/**
 * A quantity in its one canonical form, as the API server stores it (apimachinery/pkg/api/resource):
 * no fraction, the largest suffix, binary where binary was given. Text that is no quantity comes back as it is.
 * @example
 * canonicalQuantity('1000m'); // '1'
 * canonicalQuantity('1024Mi'); // '1Gi'
 */
export function canonicalQuantity(text: string): string {
  const nanos = parse(text);
  if (nanos === undefined) return text;
  if (nanos === 0n) return '0';
  const match = PATTERN.exec(text);
  const whole = nanos % 10n ** BigInt(NANO) === 0n;
  if (match?.[4] && whole) return binary(nanos / 10n ** BigInt(NANO));
  if (match?.[6] !== undefined) return exponent(nanos);
  return decimal(nanos);
}

/** True when text is a quantity. */
export function isQuantity(text: string): boolean {
  return parse(text) !== undefined;
}

/** The amount in billionths, rounded up, as upstream rounds; undefined when the text is no quantity. */
export function parse(text: string): bigint | undefined {
  const match = PATTERN.exec(text);
  if (!match || (match[2] === '' && !match[3])) return undefined;
  const [, sign, integer = '', fraction = '', binarySuffix, suffix = '', exp] = match;
  const digits = BigInt(`${integer}${fraction}` || '0');
  const power = (exp === undefined ? (DECIMAL[suffix] ?? 0) : Number(exp)) + NANO - fraction.length;
  const factor = binarySuffix ? 1024n ** BigInt(BINARY.indexOf(binarySuffix)) : 1n;
  const amount = scaled(digits * factor, power);
  return sign === '-' ? -amount : amount;
}

function scaled(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(Math.min(power, 60));
  const divisor = 10n ** BigInt(-power);
  return (value + divisor - 1n) / divisor;
}

function binary(amount: bigint): string {
  let value = amount;
  let place = 0;
  while (value % 1024n === 0n && place < BINARY.length - 1) {
    value /= 1024n;
    place++;
  }
  return `${value}${BINARY[place]}`;
}

function decimal(nanos: bigint): string {
  for (const [suffix, power] of SUFFIXES) {
    const unit = 10n ** BigInt(power + NANO);
    if (nanos % unit === 0n) return `${nanos / unit}${suffix}`;
  }
  return `${nanos}n`;
}

function exponent(nanos: bigint): string {
  for (const [, power] of SUFFIXES) {
    const unit = 10n ** BigInt(power + NANO);
    if (nanos % unit === 0n) return power === 0 ? `${nanos / unit}` : `${nanos / unit}e${power}`;
  }
  return `${nanos}e-9`;
}

/** Below zero when `a` is the smaller amount, zero when they are equal or one is no quantity. */
export function compareQuantities(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  if (left === undefined || right === undefined || left === right) return 0;
  return left < right ? -1 : 1;
}
