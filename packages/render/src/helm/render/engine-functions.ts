import { contextFunction, type FunctionTable, GoError, goFunction } from '../../go-template/function.ts';
import { quote } from '../../go-template/quote.ts';
import { TemplateError } from '../../go-template/template-error.ts';
import type { GoMap } from '../../go-template/value.ts';
import type { RenderOptions } from '../render-options.ts';

/** Between these stands what a chart's author says to the person who installs it. */
export const MESSAGE_START = 'HELM_ERR_START';
export const MESSAGE_END = 'HELM_ERR_END';
/** The name of Helm's empty root template: what `tpl` parses is called so. */
const ROOT = 'gotpl';
const MOST_RECURSIONS = 1_000;

/** Functions that need the engine itself, on top of those that do not. */
export function engineFunctions(base: FunctionTable, lookup: RenderOptions['lookup']): FunctionTable {
  const running = new Map<string, number>();
  return {
    ...base,
    include: contextFunction({ in: ['string', 'any'], out: 'string' }, (call, name, data) => {
      const times = running.get(name) ?? 0;
      if (times > MOST_RECURSIONS) throw tooDeep(name);
      running.set(name, times + 1);
      try {
        return call.execute(name, data);
      } catch (error) {
        throw isDepth(error) && times > 1 ? tooDeep(name) : error;
      } finally {
        running.set(name, times);
      }
    }),
    tpl: contextFunction({ in: ['string', 'any'], out: 'string' }, (call, text, data) => {
      // Most of what is given to tpl is plain text, and stays as it is.
      if (!text.includes('{{')) return text.replaceAll('<no value>', '');
      const set = call.set.clone();
      const parsed = wrapping(`cannot parse template ${quote(text)}`, () => set.parse({ name: ROOT, text }));
      const doing = `error during tpl function execution for ${quote(text)}`;
      return wrapping(doing, () => call.execute(parsed, data, set)).replaceAll('<no value>', '');
    }),
    required: goFunction({ in: ['string', 'any'], out: 'any' }, (message, value) => {
      if (value === null || value === undefined || value === '') throw said(message);
      return value;
    }),
    fail: goFunction({ in: ['string'], out: 'string' }, message => {
      throw said(message);
    }),
    lookup: goFunction(
      { in: ['string', 'string', 'string', 'string'], out: 'map' },
      (apiVersion, kind, namespace, name) =>
        (lookup?.(apiVersion, kind, namespace, name) ?? Object.create(null)) as GoMap,
    ),
    // Helm asks no DNS unless told so.
    getHostByName: goFunction({ in: ['string'], out: 'string' }, () => ''),
  };
}

function said(message: string): GoError {
  return new GoError(`${MESSAGE_START}${message}${MESSAGE_END}`);
}

function tooDeep(name: string): GoError {
  const cause = new GoError('unable to execute template');
  return new GoError(`rendering template has a nested reference name: ${name}: ${cause.message}`, { cause });
}

function isDepth(error: unknown): boolean {
  return error instanceof TemplateError && error.limit === 'depth';
}

/** Go's `fmt.Errorf("…: %w")`; limits stay what they are. */
function wrapping<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TemplateError && error.code === 'TemplateLimit') throw error;
    throw new GoError(`${what}: ${(error as Error).message}`, { cause: error });
  }
}
