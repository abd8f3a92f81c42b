import { formatGo } from '../go-template/format.ts';
import {
  contextFunction,
  type FunctionTable,
  GoError,
  goFunction,
  type TemplateCall,
} from '../go-template/function.ts';
import { type GoValue, INTS, int64, type SizedInt, withType } from '../go-template/value.ts';
import { parseInt64, toFloat64, toInt64 } from './cast.ts';
import { add, type Decimal, decimalNumber, decimalOf, divide, multiply, subtract } from './decimal.ts';

const [MIN, MAX] = [-(2n ** 63n), 2n ** 63n - 1n];
const MANY = { in: ['any'], variadic: 'any', out: 'int64' } as const;
const MANY_FLOATS = { in: ['any'], variadic: 'any', out: 'float64' } as const;
const TWO = { in: ['any', 'any'], out: 'int64' } as const;

function divisor(value: GoValue): bigint {
  const by = toInt64(value);
  if (by === 0n) throw new GoError('runtime error: integer divide by zero');
  return by;
}

function largest(first: GoValue, ...others: GoValue[]): SizedInt {
  return int64(others.map(toInt64).reduce((most, value) => (value > most ? value : most), toInt64(first)));
}

function smallest(first: GoValue, ...others: GoValue[]): SizedInt {
  return int64(others.map(toInt64).reduce((least, value) => (value < least ? value : least), toInt64(first)));
}

function exactly(step: (a: Decimal, b: Decimal) => Decimal) {
  return (first: GoValue, ...others: GoValue[]): number =>
    decimalNumber(
      others
        .map(toFloat64)
        .map(decimalOf)
        .reduce(step, decimalOf(toFloat64(first))),
    );
}

const addFloats = exactly(add);

/** `math.Pow(10, places)`, which squares and multiplies and so is off by a bit at times. */
function powerOfTen(places: bigint): number {
  let [mantissa, exponent] = [1, 0];
  let [square, squareExponent] = [0.625, 4];
  for (let rest = places < 0n ? -places : places; rest > 0n; rest >>= 1n) {
    if (squareExponent > 4096) return places < 0n ? 0 : Number.POSITIVE_INFINITY;
    if (rest & 1n) [mantissa, exponent] = [mantissa * square, exponent + squareExponent];
    [square, squareExponent] = [square * square, squareExponent * 2];
    if (square < 0.5) [square, squareExponent] = [square * 2, squareExponent - 1];
  }
  if (places < 0n) [mantissa, exponent] = [1 / mantissa, -exponent];
  const half = Math.trunc(exponent / 2);
  return mantissa * 2 ** half * 2 ** (exponent - half);
}

/** Half up, or up from another fraction on; the fraction of a negative number is negative. */
function round(value: GoValue, places: bigint, ...from: number[]): number {
  const power = powerOfTen(places);
  const shifted = power * toFloat64(value);
  const fraction = shifted - Math.trunc(shifted);
  return (fraction >= (from[0] ?? 0.5) ? Math.ceil(shifted) : Math.floor(shifted)) / power;
}

/** `atoi`: what is no number is zero, what is too large the largest. */
function atoi(text: string): bigint {
  if (!/^[-+]?[0-9]+$/.test(text)) return 0n;
  const value = BigInt(text.replace('+', ''));
  if (value > MAX) return MAX;
  return value < MIN ? MIN : value;
}

/** A text of octal digits as a number. */
function toDecimal(value: GoValue): SizedInt {
  const [, sign = '', digits] = /^([-+]?)([0-7]+)$/.exec(formatGo('%v', value)) ?? [];
  return int64(digits === undefined ? 0n : (parseInt64(`${sign}0o${digits}`) ?? 0n));
}

function untilStep(call: TemplateCall, start: bigint, stop: bigint, step: bigint): bigint[] {
  const numbers: bigint[] = [];
  if (stop < start ? step >= 0n : step <= 0n) return numbers;
  const distance = stop < start ? start - stop : stop - start;
  const size = step < 0n ? -step : step;
  call.budget.spend(Number((distance + size - 1n) / size));
  for (let at = start; stop < start ? at > stop : at < stop; at += step) numbers.push(at);
  return numbers;
}

function sequence(call: TemplateCall, ...numbers: bigint[]): string {
  const [first, second, third] = numbers;
  if (first === undefined || numbers.length > 3) return '';
  const [start, step, end] =
    third !== undefined
      ? [first, second ?? 1n, third]
      : second !== undefined
        ? [first, second < first ? -1n : 1n, second]
        : [1n, first < 1n ? -1n : 1n, first];
  if (third !== undefined && end < start && step > 0n) return '';
  const beyond = end < start ? end - 1n : end + 1n;
  return untilStep(call, start, beyond, step).join(' ');
}

function ints(numbers: bigint[]): GoValue {
  return withType(numbers, INTS);
}

/** Numbers: sprig's numeric.go. */
export const mathFunctions: FunctionTable = {
  atoi: goFunction({ in: ['string'], out: 'int' }, atoi),
  int64: goFunction({ in: ['any'], out: 'int64' }, value => int64(toInt64(value))),
  int: goFunction({ in: ['any'], out: 'int' }, toInt64),
  float64: goFunction({ in: ['any'], out: 'float64' }, toFloat64),
  toDecimal: goFunction({ in: ['any'], out: 'int64' }, toDecimal),
  seq: contextFunction({ in: [], variadic: 'int', out: 'string' }, sequence),
  until: contextFunction({ in: ['int'], out: '[]int' }, (call, count) =>
    ints(untilStep(call, 0n, count, count < 0n ? -1n : 1n)),
  ),
  untilStep: contextFunction({ in: ['int', 'int', 'int'], out: '[]int' }, (call, start, stop, step) =>
    ints(untilStep(call, start, stop, step)),
  ),
  add1: goFunction({ in: ['any'], out: 'int64' }, value => int64(toInt64(value) + 1n)),
  add: goFunction({ in: [], variadic: 'any', out: 'int64' }, (...values) =>
    int64(values.reduce((sum: bigint, value) => sum + toInt64(value), 0n)),
  ),
  sub: goFunction(TWO, (a, b) => int64(toInt64(a) - toInt64(b))),
  div: goFunction(TWO, (a, b) => int64(toInt64(a) / divisor(b))),
  mod: goFunction(TWO, (a, b) => int64(toInt64(a) % divisor(b))),
  mul: goFunction(MANY, (first, ...others) =>
    int64(
      others.reduce((product: bigint, value) => BigInt.asIntN(64, product * toInt64(value)), toInt64(first)),
    ),
  ),
  add1f: goFunction({ in: ['any'], out: 'float64' }, value => addFloats(value, 1)),
  addf: goFunction({ in: [], variadic: 'any', out: 'float64' }, (...values) => addFloats(0, ...values)),
  subf: goFunction(MANY_FLOATS, exactly(subtract)),
  divf: goFunction(MANY_FLOATS, exactly(divide)),
  mulf: goFunction(MANY_FLOATS, exactly(multiply)),
  biggest: goFunction(MANY, largest),
  max: goFunction(MANY, largest),
  min: goFunction(MANY, smallest),
  maxf: goFunction(MANY_FLOATS, (...values) => Math.max(...values.map(toFloat64))),
  minf: goFunction(MANY_FLOATS, (...values) => Math.min(...values.map(toFloat64))),
  ceil: goFunction({ in: ['any'], out: 'float64' }, value => Math.ceil(toFloat64(value))),
  floor: goFunction({ in: ['any'], out: 'float64' }, value => Math.floor(toFloat64(value))),
  round: goFunction({ in: ['any', 'int'], variadic: 'float64', out: 'float64' }, round),
};
