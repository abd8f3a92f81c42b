import type { Random } from '@slipway/api';
import {
  contextFunction,
  type FunctionTable,
  GoError,
  goFunction,
  type TemplateCall,
} from '../go-template/function.ts';
import { encodeBase64 } from './base-coding.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const ASCII = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');

/** A number below `limit`, every one as likely as the others. */
function below(random: Random, limit: bigint): bigint {
  const bits = (limit - 1n).toString(2).length;
  const bytes = Math.ceil(bits / 8);
  for (;;) {
    const value = random.bytes(bytes).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const kept = BigInt.asUintN(bits, value);
    if (kept < limit) return kept;
  }
}

/** Letters one after the other, drawn from 256 at a time. */
function draw(random: Random, letters: string, count: number): string {
  const fair = 256 - (256 % letters.length);
  const out: string[] = [];
  while (out.length < count)
    for (const byte of random.bytes(Math.min(4096, count - out.length + 16)))
      if (byte < fair && out.length < count) out.push(letters.charAt(byte % letters.length));
  return out.join('');
}

function shuffle(random: Random, text: string): string {
  const runes = Array.from(text);
  for (let last = runes.length - 1; last > 0; last--) {
    const at = Number(below(random, BigInt(last + 1)));
    [runes[last], runes[at]] = [runes[at] ?? '', runes[last] ?? ''];
  }
  return runes.join('');
}

/** What is left to chance: sprig's rand*, shuffle and uuidv4. */
export function randomFunctions(random: Random): FunctionTable {
  const drawing = (letters: string) =>
    contextFunction({ in: ['int'], out: 'string' }, (call, count) => {
      call.budget.size(Number(count));
      return count <= 0n ? '' : draw(random, letters, Number(count));
    });
  return {
    randAlphaNum: drawing(LETTERS + DIGITS),
    randAlpha: drawing(LETTERS),
    randNumeric: drawing(DIGITS),
    randAscii: drawing(ASCII),
    randBytes: contextFunction({ in: ['int'], out: 'string' }, (call: TemplateCall, count: bigint) => {
      if (count < 0n) throw new GoError('runtime error: makeslice: len out of range');
      call.budget.size(Number(count) * 2);
      return encodeBase64(random.bytes(Number(count)));
    }),
    randInt: goFunction({ in: ['int', 'int'], out: 'int' }, (from, to) => {
      if (to <= from) throw new GoError('invalid argument to Intn');
      return from + below(random, to - from);
    }),
    shuffle: goFunction({ in: ['string'], out: 'string' }, text => shuffle(random, text)),
    uuidv4: goFunction({ in: [], out: 'string' }, () => random.uuid()),
  };
}
