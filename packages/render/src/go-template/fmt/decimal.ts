// Exact decimals of float64s, rounded half to even, as strconv does it.

/** 0.d₁d₂d₃… × 10^point. */
export interface Decimal {
  digits: string;
  point: number;
}

/** The shortest decimal that reads back as this positive, finite number; no digits for zero. */
export function shortestDecimal(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** All digits of a positive, finite number: at most about 770. */
export function exactDecimal(value: number): Decimal {
  const { mantissa, exponent } = partsOf(value);
  const scaled =
    exponent >= 0
      ? (mantissa << BigInt(exponent)).toString()
      : (mantissa * 5n ** BigInt(-exponent)).toString();
  const point = exponent >= 0 ? scaled.length : scaled.length + exponent;
  const digits = scaled.replace(/0+$/, '');
  return digits === '' ? { digits: '', point: 0 } : { digits, point };
}

/** value = mantissa × 2^exponent, the mantissa with its 53 bits unless subnormal. */
export function partsOf(value: number): { mantissa: bigint; exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xfffffffffffffn;
  if (biased === 0) return { mantissa: fraction, exponent: -1074 };
  return { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** Rounded to so many digits, half to even. */
export function rounded({ digits, point }: Decimal, count: number): Decimal {
  if (count >= digits.length) return { digits, point };
  if (count < 0) return { digits: '', point: 0 };
  const kept = digits.slice(0, count);
  const next = digits[count] ?? '0';
  const isHalf = next === '5' && digits.length === count + 1;
  const odd = count > 0 && Number(kept[count - 1]) % 2 === 1;
  const up = isHalf ? odd : next >= '5';
  if (!up) return trimmed(kept, point);
  const raised = (BigInt(kept || '0') + 1n).toString().padStart(count, '0');
  return trimmed(raised, raised.length > count ? point + 1 : point);
}

function trimmed(digits: string, point: number): Decimal {
  const short = digits.replace(/0+$/, '');
  return short === '' ? { digits: '', point: 0 } : { digits: short, point };
}
