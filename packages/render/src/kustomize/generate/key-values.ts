import type { GeneratorArgs } from '../kustomization/kustomization.ts';
import { KustomizeError, wrapped } from '../kustomize-error.ts';
import type { Loader } from '../load/loader.ts';
import { baseName } from '../load/path.ts';
import { utf8Text } from './data-map.ts';

export interface KeyValue {
  key: string;
  value: Uint8Array;
}

/**
 * The pairs of a generator: of its `.env` files, then its literals, then its files (`kv.Load`).
 * @throws KustomizeError in kustomize's words
 */
export async function loadKeyValues(args: GeneratorArgs, loader: Loader): Promise<KeyValue[]> {
  const { envs = [], literals = [], files = [] } = args;
  const pairs: KeyValue[] = [];
  await prefixed(`env source files: [${envs.join(' ')}]`, async () => {
    for (const path of envs) pairs.push(...parseEnv(await loader.load(path)));
  });
  await prefixed(`literal sources [${literals.join(' ')}]`, async () => {
    pairs.push(...literals.map(parseLiteral));
  });
  await prefixed(`file sources: [${files.join(' ')}]`, async () => {
    for (const source of files) {
      const { key, path } = parseFileSource(source);
      pairs.push({ key, value: await loader.load(path) });
    }
  });
  return pairs;
}

async function prefixed(prefix: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw wrapped(error, prefix);
  }
}

function parseLiteral(source: string): KeyValue {
  const at = source.indexOf('=');
  if (at <= 0) throw new KustomizeError(`invalid literal source ${source}, expected key=value`);
  return { key: source.slice(0, at), value: new TextEncoder().encode(unquoted(source.slice(at + 1))) };
}

function unquoted(text: string): string {
  const quote = text[0];
  const isQuoted = text.length >= 2 && quote === text.at(-1) && (quote === '"' || quote === "'");
  return isQuoted ? text.slice(1, -1) : text;
}

/** `[key=]path`; the key is the file's name otherwise. */
function parseFileSource(source: string): { key: string; path: string } {
  const parts = source.split('=');
  const [first = '', second = ''] = parts;
  const quoted = JSON.stringify(source);
  if (parts.length === 1) return { key: baseName(source), path: source };
  if (parts.length > 2) throw new KustomizeError(`source ${quoted} key name or file path contains '='`);
  if (first === '')
    throw new KustomizeError(`missing key name for file path ${JSON.stringify(second)} in source ${quoted}`);
  if (second === '')
    throw new KustomizeError(`missing file path for key name ${JSON.stringify(first)} in source ${quoted}`);
  return { key: first, path: second };
}

/** `KEY=value` lines; blanks before a key, empty lines and comments are left out. */
function parseEnv(data: Uint8Array): KeyValue[] {
  const text = utf8Text(data);
  if (text === undefined) throw new KustomizeError('a line has invalid utf8 bytes');
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  return lines.flatMap(each => {
    const line = each
      .replace(/\r$/, '')
      .replace(/^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, '');
    if (line === '' || line.startsWith('#')) return [];
    const at = line.indexOf('=');
    const [key, value] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    return key === '' ? [] : [{ key, value: new TextEncoder().encode(value) }];
  });
}
