import {
  contextFunction,
  type FunctionTable,
  GoError,
  goFunction,
  type TemplateCall,
} from '../go-template/function.ts';
import { nilCollection, STRINGS } from '../go-template/value.ts';
import { type Regex, Regexes } from './regex.ts';
import { strings } from './text-of.ts';

type Compile = (source: string, call: TemplateCall) => Regex;

const NO_TEXTS = nilCollection(STRINGS);
/** Characters of a text that count as one step. */
const STEP = 16;

/** Regular expressions of Go's syntax: sprig's regex.go. The `must` ones word a bad pattern otherwise. */
export function regexFunctions(): FunctionTable {
  const regexes = new Regexes();
  const compile: Compile = (source, call) => regexes.compile(source, call);
  const mustCompile: Compile = (source, call) => regexes.mustCompile(source, call);
  const must = withCompiler(compile);
  return {
    ...withCompiler(mustCompile),
    ...Object.fromEntries(Object.entries(must).map(([name, fn]) => [`mustR${name.slice(1)}`, fn])),
    regexMatch: contextFunction({ in: ['string', 'string'], out: 'bool' }, (call, pattern, text) => {
      call.budget.spend(text.length / STEP);
      try {
        return compile(pattern, call).matches(text);
      } catch (error) {
        if (error instanceof GoError) return false;
        throw error;
      }
    }),
    regexQuoteMeta: goFunction({ in: ['string'], out: 'string' }, text =>
      text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'),
    ),
  };
}

const TWO = { in: ['string', 'string'], out: 'string' } as const;
const LIST = { in: ['string', 'string', 'int'], out: '[]string' } as const;
const THREE = { in: ['string', 'string', 'string'], out: 'string' } as const;

function withCompiler(compile: Compile): FunctionTable {
  const prepare = (call: TemplateCall, pattern: string, text: string) => {
    call.budget.spend(text.length / STEP);
    return compile(pattern, call);
  };
  return {
    regexMatch: contextFunction({ in: ['string', 'string'], out: 'bool' }, (call, pattern, text) =>
      prepare(call, pattern, text).matches(text),
    ),
    regexFind: contextFunction(TWO, (call, pattern, text) => {
      const match = prepare(call, pattern, text).match(text);
      return match ? text.slice(match[0], match[1]) : '';
    }),
    regexFindAll: contextFunction(LIST, (call, pattern, text, most) => {
      const found = prepare(call, pattern, text).all(text, Number(most));
      call.budget.spend(found.length);
      return found.length === 0 ? NO_TEXTS : strings(found.map(([start, end]) => text.slice(start, end)));
    }),
    regexReplaceAll: contextFunction(THREE, (call, pattern, text, replacement) => {
      const regex = prepare(call, pattern, text);
      return regex.replaceAll(
        text,
        limited(call, match => regex.expand(replacement, text, match)),
      );
    }),
    regexReplaceAllLiteral: contextFunction(THREE, (call, pattern, text, replacement) =>
      prepare(call, pattern, text).replaceAll(
        text,
        limited(call, () => replacement),
      ),
    ),
    regexSplit: contextFunction(LIST, (call, pattern, text, most) => {
      const regex = prepare(call, pattern, text);
      const parts = regex.split(text, Number(most));
      call.budget.spend(parts.length);
      return most === 0n ? NO_TEXTS : strings(parts);
    }),
  };
}

/** Counts what replacements add. */
function limited<T>(call: TemplateCall, replacement: (match: T) => string): (match: T) => string {
  let size = 0;
  return match => {
    const text = replacement(match);
    size += text.length;
    call.budget.size(size);
    return text;
  };
}
