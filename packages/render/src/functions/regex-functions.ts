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
      try {
        return compile(pattern, call).matches(text, call.budget);
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
  return {
    regexMatch: contextFunction({ in: ['string', 'string'], out: 'bool' }, (call, pattern, text) =>
      compile(pattern, call).matches(text, call.budget),
    ),
    regexFind: contextFunction(TWO, (call, pattern, text) => {
      const match = compile(pattern, call).match(text, call.budget);
      return match ? text.slice(match[0], match[1]) : '';
    }),
    regexFindAll: contextFunction(LIST, (call, pattern, text, most) => {
      const found = compile(pattern, call).all(text, Number(most), call.budget);
      return found.length === 0 ? NO_TEXTS : strings(found.map(([start, end]) => text.slice(start, end)));
    }),
    regexReplaceAll: contextFunction(THREE, (call, pattern, text, replacement) => {
      const regex = compile(pattern, call);
      return regex.replaceAll(
        text,
        limited(call, match => regex.expand(replacement, text, match)),
        call.budget,
      );
    }),
    regexReplaceAllLiteral: contextFunction(THREE, (call, pattern, text, replacement) =>
      compile(pattern, call).replaceAll(
        text,
        limited(call, () => replacement),
        call.budget,
      ),
    ),
    regexSplit: contextFunction(LIST, (call, pattern, text, most) => {
      const regex = compile(pattern, call);
      const parts = regex.split(text, Number(most), call.budget);
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
