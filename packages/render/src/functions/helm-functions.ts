import { type FunctionTable, GoError, goFunction } from '../go-template/function.ts';
import type { GoValue } from '../go-template/value.ts';
import { helmDataFunctions } from './helm-data-functions.ts';
import { type FunctionSources, sprigFunctions } from './sprig-functions.ts';

/**
 * Every function of Helm 4.2's templates that needs no chart: sprig's, and Helm's own in their place. `include`,
 * `tpl` and `lookup` belong to the chart's engine.
 */
export function helmFunctions(sources: FunctionSources): FunctionTable {
  return {
    ...sprigFunctions(sources),
    ...helmDataFunctions,
    required: goFunction({ in: ['string', 'any'], out: 'any' }, required),
    // Helm looks up no host unless it is told to with `--enable-dns`; a rendering here never does.
    getHostByName: goFunction({ in: ['string'], out: 'string' }, () => ''),
  };
}

/** nil and "" are refused with the words of the chart's author. */
function required(message: string, value: GoValue): GoValue {
  if (value === null || value === undefined || value === '') throw new GoError(message);
  return value;
}
