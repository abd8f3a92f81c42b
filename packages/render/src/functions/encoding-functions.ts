import { type FunctionTable, goFunction } from '../go-template/function.ts';
import { fromBytes, toBytes } from '../go-template/go-string.ts';
import { CorruptInput, decodeBase32, decodeBase64, encodeBase32, encodeBase64 } from './base-coding.ts';

const TEXT = { in: ['string'], out: 'string' } as const;

/** What cannot be decoded comes out as the error's text, as sprig has it. */
function decoded(decode: (text: string) => Uint8Array) {
  return (text: string): string => {
    try {
      return fromBytes(decode(text));
    } catch (error) {
      if (error instanceof CorruptInput) return error.message;
      throw error;
    }
  };
}

/** Bytes as letters, and back. */
export const encodingFunctions: FunctionTable = {
  b64enc: goFunction(TEXT, text => encodeBase64(toBytes(text))),
  b64dec: goFunction(TEXT, decoded(decodeBase64)),
  b32enc: goFunction(TEXT, text => encodeBase32(toBytes(text))),
  b32dec: goFunction(TEXT, decoded(decodeBase32)),
};
