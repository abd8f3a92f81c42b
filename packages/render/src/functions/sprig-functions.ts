import type { Clock, Random } from '@slipway/api';
import type { FunctionTable } from '../go-template/function.ts';
import type { Zone } from '../go-time/zone.ts';
import { bounded } from './bounded.ts';
import { certificateFunctions } from './certificate-functions.ts';
import { dateFunctions } from './date-functions.ts';
import { defaultFunctions } from './default-functions.ts';
import { dictFunctions } from './dict-functions.ts';
import { encodingFunctions } from './encoding-functions.ts';
import { hashFunctions } from './hash-functions.ts';
import { jsonFunctions } from './json-functions.ts';
import { listFunctions } from './list-functions.ts';
import { mathFunctions } from './math-functions.ts';
import { pathFunctions } from './path-functions.ts';
import { randomFunctions } from './random-functions.ts';
import { reflectionFunctions } from './reflection-functions.ts';
import { regexFunctions } from './regex-functions.ts';
import { semverFunctions } from './semver-functions.ts';
import { stringFunctions } from './string-functions.ts';
import { stringListFunctions } from './string-list-functions.ts';
import { urlFunctions } from './url-functions.ts';

export interface FunctionSources {
  clock: Clock;
  random: Random;
  /** What Go calls `Local`; UTC when absent. */
  local?: Zone;
}

/** sprig 3.3's functions without those that ask the machine: `env`, `expandenv` and `getHostByName`. */
export function sprigFunctions(sources: FunctionSources): FunctionTable {
  return bounded({
    ...stringFunctions,
    ...stringListFunctions,
    ...mathFunctions,
    ...listFunctions,
    ...dictFunctions,
    ...defaultFunctions,
    ...reflectionFunctions,
    ...encodingFunctions,
    ...jsonFunctions,
    ...pathFunctions,
    ...regexFunctions(),
    ...semverFunctions,
    ...urlFunctions,
    ...dateFunctions(sources),
    ...randomFunctions(sources.random),
    ...hashFunctions(sources.random),
    ...certificateFunctions(sources),
  });
}
