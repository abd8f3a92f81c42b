/** Bits beyond those that are wanted, so that what is cut off does no harm. */
const SPARE = 64;

/** The first words of 32 bits of pi's fraction. */
export function piWords(count: number): Uint32Array {
  const bits = BigInt(count * 32);
  const one = 1n << (bits + BigInt(SPARE));
  // Machin: pi/4 = 4 atan(1/5) - atan(1/239).
  const pi = 4n * (4n * arcTangent(5n, one) - arcTangent(239n, one));
  const fraction = (pi - 3n * one) >> BigInt(SPARE);
  const hex = fraction.toString(16).padStart(count * 8, '0');
  return Uint32Array.from({ length: count }, (_, at) => Number.parseInt(hex.slice(at * 8, at * 8 + 8), 16));
}

/** The arc tangent of 1/n, times `one`. */
function arcTangent(n: bigint, one: bigint): bigint {
  const square = n * n;
  let sum = 0n;
  let power = one / n;
  for (let odd = 1n; power !== 0n; odd += 2n, power /= square) {
    const term = power / odd;
    sum += odd % 4n === 1n ? term : -term;
  }
  return sum;
}
