import { matchesPath, type SourceReader } from '@slipway/render';
import { type BuildEnvironment, substitute } from './build-environment.ts';

/** Files of another source, by the name it has there (`$name/path`). */
export interface ReferredSource {
  reader: SourceReader;
}

export interface ValueFilesInput {
  /** `spec.source.helm.valueFiles`, or the path of a file parameter. */
  files: string[];
  /** The source, and the folder in it that paths begin at. */
  reader: SourceReader;
  path: string;
  environment: BuildEnvironment;
  references: Map<string, ReferredSource>;
  /** Schemes of URLs that are fetched (`helm.valuesFileSchemes`). */
  schemes: string[];
  ignoreMissing: boolean;
  fetch: (url: string) => Promise<Uint8Array>;
}

export interface ValueFile {
  name: string;
  text: string;
}

const MOST_MATCHES = 1_000;
/** Argo CD's words for the folder that nobody needs to know. */
const ROOT = '<path to cached source>';

/** One file that is meant, before it is read. */
interface Place {
  reader: SourceReader;
  /** From the root of its source; '' for a URL. */
  path: string;
  url: string;
  /** Tells equal places apart from others. */
  key: string;
  given: string;
}

/**
 * Texts of value files in the order they are merged in. A file that a pattern finds and another entry names stands
 * where it is named.
 * @throws Error in Argo CD's words
 */
export async function readValueFiles(input: ValueFilesInput): Promise<ValueFile[]> {
  const places = input.files.map(file => placeOf(file, input));
  const named = new Set(places.filter(place => !isPattern(place)).map(({ key }) => key));
  const files = new Map<string, ValueFile>();
  for (const place of places) {
    const found = isPattern(place) ? await expand(place, input) : [place];
    for (const each of found) {
      const fromPattern = each !== place;
      if (files.has(each.key) || (fromPattern && named.has(each.key))) continue;
      const file = await read(each, input);
      if (file) files.set(each.key, file);
    }
  }
  return [...files.values()];
}

function placeOf(file: string, { reader, path, environment, references, schemes }: ValueFilesInput): Place {
  const [name = '', ...rest] = file.split('/');
  const referred = name.startsWith('$') ? references.get(name.slice(1)) : undefined;
  if (referred) {
    const inner = resolvePath('', `/${substitute(rest.join('/'), environment)}`, file);
    return { reader: referred.reader, path: inner, url: '', key: `${name} ${inner}`, given: file };
  }
  const text = substitute(file, environment);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1];
  if (scheme === undefined) {
    const inner = resolvePath(path, text, text);
    return { reader, path: inner, url: '', key: ` ${inner}`, given: text };
  }
  if (!schemes.some(each => each.toLowerCase() === scheme.toLowerCase()))
    throw new Error(
      `error resolving helm value files: error resolving value file path: the URL scheme '${scheme}' is not allowed`,
    );
  return { reader, path: '', url: text, key: text, given: text };
}

/** A path from the root of its source; `/…` begins there. */
function resolvePath(folder: string, file: string, given: string): string {
  const outside = () =>
    new Error(
      `error resolving helm value files: error resolving value file path: file '${given}' resolved to outside repository root`,
    );
  const parts: string[] = [];
  const whole = file.startsWith('/') ? file : `${folder}/${file}`;
  for (const part of whole.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') {
      parts.push(part);
      continue;
    }
    if (parts.length === 0) throw outside();
    parts.pop();
  }
  if (parts.length === 0) throw outside();
  return parts.join('/');
}

function isPattern({ url, path }: Place): boolean {
  return url === '' && /[*?[]/.test(path);
}

async function read(place: Place, { fetch, ignoreMissing }: ValueFilesInput): Promise<ValueFile | undefined> {
  const decode = (data: Uint8Array) => new TextDecoder().decode(data);
  if (place.url !== '') return { name: place.url, text: decode(await fetch(place.url)) };
  const data = await place.reader.read(place.path);
  if (data) return { name: place.path, text: decode(data) };
  if (ignoreMissing) return undefined;
  throw new Error(
    `failed to execute helm template command: Error: open ${ROOT}/${place.path}: no such file or directory`,
  );
}

/** Files that fit, sorted: `**` stands for any number of folders, the rest is Go's path.Match with `{a,b}`. */
async function expand(place: Place, { ignoreMissing }: ValueFilesInput): Promise<Place[]> {
  const found = new Set<string>();
  for (const pattern of alternatives(place.path)) await walk(place.reader, '', pattern.split('/'), found);
  if (found.size === 0 && !ignoreMissing)
    throw new Error(
      `error resolving helm value files: values file glob ${JSON.stringify(place.given)} matched no files`,
    );
  return [...found].sort().map(path => ({
    ...place,
    path,
    key: place.key.startsWith('$') ? `${place.key.split(' ')[0]} ${path}` : ` ${path}`,
  }));
}

async function walk(
  reader: SourceReader,
  folder: string,
  pattern: string[],
  found: Set<string>,
): Promise<void> {
  if (found.size >= MOST_MATCHES)
    throw new Error(`error resolving helm value files: more than ${MOST_MATCHES} files`);
  const [first, ...rest] = pattern;
  if (first === undefined) return;
  if (first === '**') await walk(reader, folder, rest, found);
  for (const { name, type } of (await reader.list(folder)) ?? []) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const isLast = rest.length === 0;
    if (first === '**') {
      if (type === 'folder') await walk(reader, path, pattern, found);
      if (isLast && type === 'file') found.add(path);
      continue;
    }
    if (!matchesPath(first, name)) continue;
    if (isLast && type === 'file') found.add(path);
    if (!isLast && type === 'folder') await walk(reader, path, rest, found);
  }
}

/** `a{b,c}` → `ab`, `ac`. */
function alternatives(pattern: string): string[] {
  const match = /\{([^{}]*)\}/.exec(pattern);
  if (!match) return [pattern];
  const [whole, inner = ''] = match;
  const texts = inner.split(',').slice(0, 20);
  const made = texts.map(
    text => pattern.slice(0, match.index) + text + pattern.slice(match.index + whole.length),
  );
  return made.length > MOST_MATCHES ? [] : made.flatMap(alternatives).slice(0, MOST_MATCHES);
}
