import { messageOf } from '@slipway/api';
import {
  type FunctionSources,
  type FunctionTable,
  GoError,
  type GoMap,
  type GoValue,
  goFunction,
  goMap,
  helmFunctions,
  isGoMap,
  parseTemplates,
  readYaml,
  STRING_MAP,
  sprigFunctions,
  type TemplateSet,
  withType,
} from '@slipway/render';
import type { Params } from '../spec.ts';
import type { Renderer } from './renderer.ts';
import { sanitizeName, slugify } from './sanitize-name.ts';
import { isStringMap } from './string-map.ts';

/** What one text may use: templates of ApplicationSets are a few lines. */
const LIMITS = { steps: 200_000, output: 4 << 20, depth: 100 };
const KEPT = 1_000;

/**
 * Go templates with sprig's functions and ApplicationSet's own.
 * @throws Error for an option that Go does not know
 */
export function goTemplate(options: string[], sources: FunctionSources): Renderer {
  const missingKey = missingKeyOf(options);
  const functions = functionsOf(sources);
  const parsed = new Map<string, TemplateSet>();
  return (text, params) => {
    if (!text.includes('{{')) return text;
    try {
      const set = parsed.get(text) ?? parse(text, { functions, missingKey });
      if (parsed.size >= KEPT) parsed.clear();
      parsed.set(text, set);
      return execute(set, text, params);
    } catch (error) {
      throw new Error(messageOf(error));
    }
  };
}

type MissingKey = 'default' | 'zero' | 'error';

/** The last one counts, as in Go. */
function missingKeyOf(options: string[]): MissingKey {
  let found: MissingKey = 'default';
  for (const option of options) {
    const value = /^missingkey=(.*)$/.exec(option)?.[1];
    if (value === 'error' || value === 'zero') found = value;
    else if (value === 'default' || value === 'invalid') found = 'default';
    else throw new Error(`unrecognized option: ${option}`);
  }
  return found;
}

function parse(text: string, options: { functions: FunctionTable; missingKey: MissingKey }): TemplateSet {
  try {
    return parseTemplates([{ name: 'base', text }], options);
  } catch (error) {
    throw new Error(`failed to parse template ${text}: ${messageOf(error)}`);
  }
}

function execute(set: TemplateSet, text: string, params: Params): string {
  try {
    return set.execute('base', goValue(params), { limits: LIMITS });
  } catch (error) {
    throw new Error(`failed to execute go template ${text}: ${messageOf(error)}`);
  }
}

/** Parameters as Go has them: maps without a prototype, numbers float64. */
function goValue(value: unknown): GoValue {
  if (Array.isArray(value)) return value.map(goValue);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, each]) => [key, goValue(each)]);
    const map = goMap(Object.fromEntries(entries) as Record<string, GoValue>);
    return isStringMap(value) ? withType(map, STRING_MAP) : map;
  }
  return value as GoValue;
}

function functionsOf(sources: FunctionSources): FunctionTable {
  const { mustToYaml } = helmFunctions(sources);
  return {
    ...sprigFunctions(sources),
    // Helm's says nothing of what cannot be written; this one does.
    ...(mustToYaml ? { toYaml: mustToYaml } : {}),
    fromYaml: goFunction({ in: ['string'], out: 'map' }, text => yamlMap(text)),
    fromYamlArray: goFunction({ in: ['string'], out: 'list' }, text => yamlList(text)),
    normalize: goFunction({ in: ['string'], out: 'string' }, sanitizeName),
    slugify: goFunction({ in: [], variadic: 'any', out: 'string' }, (...args) => slugifyArguments(args)),
  };
}

function yamlMap(text: string): GoMap {
  const value = read(text) ?? goMap();
  if (isGoMap(value)) return value;
  throw new GoError(
    'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal into Go value of type map[string]interface {}',
  );
}

function yamlList(text: string): GoValue[] {
  const value = read(text) ?? [];
  if (Array.isArray(value)) return value;
  throw new GoError(
    'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal into Go value of type []interface {}',
  );
}

function read(text: string): GoValue {
  try {
    return readYaml(text);
  } catch (error) {
    throw new GoError(messageOf(error));
  }
}

/** `slugify [length [smart]] name` */
function slugifyArguments(args: GoValue[]): string {
  const name = args.at(-1) ?? '';
  const [longest, smart] = args.length > 1 ? args.slice(0, -1) : [];
  if (typeof name !== 'string') throw new GoError('slugify: the name is no string');
  if (longest !== undefined && typeof longest !== 'bigint')
    throw new GoError('slugify: the length is no int');
  if (smart !== undefined && typeof smart !== 'boolean')
    throw new GoError('slugify: the second argument is no bool');
  return slugify(name, longest === undefined ? undefined : Number(longest), smart);
}
