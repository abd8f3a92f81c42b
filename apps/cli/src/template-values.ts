import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { CommandError, EXIT } from './output.ts';
import { readInput } from './standard-input.ts';

type Values = Record<string, unknown>;

/** Values from a YAML or JSON file; `-` is standard input. @throws CommandError when they are no map */
export async function readValues(file: string | undefined): Promise<Values> {
  if (file === undefined) return {};
  const text = file === '-' ? await readInput() : await readFile(file, 'utf8').catch(refuse(file));
  const value: unknown = await Promise.resolve(text).then(parse).catch(refuse(file));
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Values;
  throw new CommandError(`${file}: a map of values is expected`, { exitCode: EXIT.usage });
}

function refuse(file: string): (error: Error) => never {
  return error => {
    throw new CommandError(`${file}: ${error.message.split('\n')[0]}`, { exitCode: EXIT.usage });
  };
}

/** Puts `--set` on top: `key=value`, `map.key=value`; read as the form's type says. @throws CommandError */
export function withPairs(values: Values, pairs: string[], parameters: unknown): Values {
  const result = structuredClone(values);
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1)
      throw new CommandError(`--set ${JSON.stringify(pair)}: key=value is allowed`, { exitCode: EXIT.usage });
    const path = pair.slice(0, at).split('.');
    put(result, path, read(pair.slice(at + 1), typeOf(parameters, path)));
  }
  return result;
}

function put(values: Values, [name = '', ...rest]: string[], value: unknown): void {
  if (name === '__proto__') return;
  if (rest.length === 0) {
    values[name] = value;
    return;
  }
  const below = values[name];
  const inside = below && typeof below === 'object' ? (below as Values) : {};
  values[name] = inside;
  put(inside, rest, value);
}

/** A text stays one unless the form asks for something else. */
function read(text: string, type: string | undefined): unknown {
  if (type === undefined || type === 'string') return text;
  try {
    return parse(text) as unknown;
  } catch {
    return text;
  }
}

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
}

function typeOf(parameters: unknown, path: string[]): string | undefined {
  const pages = (Array.isArray(parameters) ? parameters : [parameters]) as (Schema | undefined)[];
  for (const page of pages) {
    const found = path.reduce<Schema | undefined>((schema, name) => schema?.properties?.[name], page);
    if (found?.type) return found.type;
  }
  return undefined;
}
