import { SlipwayError } from './error.ts';

const BINARY: Record<string, bigint> = {
  Ki: 2n ** 10n,
  Mi: 2n ** 20n,
  Gi: 2n ** 30n,
  Ti: 2n ** 40n,
  Pi: 2n ** 50n,
  Ei: 2n ** 60n,
};
const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d{1,2}))?$/;

/**
 * A `resource.Quantity` in thousandths (`"1"` is 1000n, `"250m"` is 250n), rounded up as upstream rounds.
 * Exact, so that sums and comparisons do not drift.
 * @throws SlipwayError QuantityInvalid
 */
export function parseQuantity(value: string | number): bigint {
  const text = String(value).trim();
  const match = QUANTITY.exec(text);
  const [, sign, whole = '', fraction = '', binary, decimal, exponent] = match ?? [];
  if (!match || whole + fraction === '') {
    throw new SlipwayError(
      'QuantityInvalid',
      `not a quantity: ${JSON.stringify(text)}; write it like "500m", "1.5" or "2Gi"`,
    );
  }
  const digits = BigInt(whole + fraction);
  const power =
    3 -
    fraction.length +
    (binary ? 0 : exponent === undefined ? (DECIMAL[decimal ?? ''] ?? 0) : Number(exponent));
  const scaled = digits * (binary ? (BINARY[binary] ?? 1n) : 1n);
  const size = power >= 0 ? scaled * 10n ** BigInt(power) : divideUp(scaled, 10n ** BigInt(-power));
  return sign === '-' ? -size : size;
}

/** The canonical text of thousandths: binary suffixes when `like` has one, decimal ones otherwise. */
export function quantityText(thousandths: bigint, like: string | number = ''): string {
  const negative = thousandths < 0n;
  const size = negative ? -thousandths : thousandths;
  const text =
    /[KMGTPE]i$/.test(String(like)) && size % 1000n === 0n ? binaryText(size / 1000n) : decimalText(size);
  return negative ? `-${text}` : text;
}

function divideUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

function binaryText(units: bigint): string {
  if (units === 0n) return '0';
  const suffixes = Object.entries(BINARY).reverse();
  const fitting = suffixes.find(([, size]) => units % size === 0n);
  return fitting ? `${units / fitting[1]}${fitting[0]}` : String(units);
}

function decimalText(thousandths: bigint): string {
  if (thousandths === 0n) return '0';
  const suffixes: [string, bigint][] = [
    ['E', 10n ** 21n],
    ['P', 10n ** 18n],
    ['T', 10n ** 15n],
    ['G', 10n ** 12n],
    ['M', 10n ** 9n],
    ['k', 10n ** 6n],
    ['', 1000n],
  ];
  const fitting = suffixes.find(([, size]) => thousandths % size === 0n);
  return fitting ? `${thousandths / fitting[1]}${fitting[0]}` : `${thousandths}m`;
}
