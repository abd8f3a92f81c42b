import { SlipwayError } from '@slipway/api';
import { contextFunction, GoError, type GoFunction } from '../go-template/function.ts';
import type { GoValue } from '../go-template/value.ts';

/** Counts work against what the execution may use: a value may stand in itself a million times over. */
export type Spend = (steps: number) => void;
export type Write = (value: GoValue, spend: Spend) => string;
export type Read = (text: string) => GoValue;

/** Characters that are read or written for one step of the budget. */
const STEP = 16;

/** A function that writes a value; what cannot be written becomes `refused`. */
export function writing(write: Write, refused: (message: string) => string): GoFunction {
  return contextFunction({ in: ['any'], out: 'string' }, (call, value) => {
    const text = attempt(() => write(value, steps => call.budget.spend(steps)), refused);
    call.budget.size(text.length);
    call.budget.spend(text.length / STEP);
    return text;
  });
}

/** A function that reads a value; what cannot be read becomes `refused`. */
export function reading(
  out: string,
  read: Read,
  refused: (message: string, error: SlipwayError) => GoValue,
): GoFunction {
  return contextFunction({ in: ['string'], out }, (call, text) => {
    call.budget.spend(text.length / STEP);
    return attempt(() => read(text), refused);
  });
}

function attempt<T>(work: () => T, refused: (message: string, error: SlipwayError) => T): T {
  try {
    return work();
  } catch (error) {
    // What the execution may use being used up is no matter of the value.
    if (!(error instanceof SlipwayError) || error.code === 'TemplateLimit') throw error;
    return refused(error.message, error);
  }
}

export function nothing(): string {
  return '';
}

export function stop(message: string): never {
  throw new GoError(message);
}
