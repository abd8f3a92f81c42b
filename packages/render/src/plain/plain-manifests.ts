import type { AnyObject } from '@slipway/api';
import type { SourceReader } from '../source-reader.ts';
import {
  type ParsedDocument,
  parseYaml,
  RenderError,
  YAML_LIMITS,
  type YamlLimits,
} from '../yaml/parse-yaml.ts';
import { matchesPattern } from './pattern.ts';

export interface PlainOptions {
  reader: SourceReader;
  /** Folder inside the source; `.` for all of it. */
  path: string;
  /** Folders below, too; default false, as in Argo CD. */
  recurse?: boolean;
  /** Patterns of paths relative to `path`: `*`, `?`, `[a-z]`, `{a,b}`. Absent: everything. */
  include?: string;
  exclude?: string;
  limits?: Partial<PlainLimits>;
}

export interface PlainLimits extends YamlLimits {
  maxFiles: number;
  maxTotalBytes: number;
  maxObjects: number;
}

/** A file that says this somewhere is left out, as in Argo CD. */
const SKIP_MARKER = '+argocd:skip-file-rendering';
const LIMITS = { maxFiles: 5_000, maxTotalBytes: 64 * 1024 * 1024, maxObjects: 20_000 };

/** One object, and where it stands. */
export interface Manifest {
  object: AnyObject;
  /** Path from the source's root. */
  file: string;
  /** Document of the file, from 1. */
  document: number;
  line: number;
}

/**
 * Objects of a folder's `.yaml`, `.yml` and `.json` files, in the order of their paths; lists are taken apart. YAML that
 * is nothing like an object is left out, as in Argo CD. Undefined when there is no such folder.
 * @throws RenderError YamlInvalid, YamlTooLarge, ManifestInvalid, LinkUnsupported with file and line
 */
export async function plainManifests(options: PlainOptions): Promise<Manifest[] | undefined> {
  const { reader, recurse = false, include = '', exclude = '' } = options;
  const limits: PlainLimits = { ...YAML_LIMITS, ...LIMITS, ...options.limits };
  const root = cleanPath(options.path);
  const files = await manifestFiles(reader, root, { recurse, most: limits.maxFiles });
  if (!files) return undefined;
  const manifests: Manifest[] = [];
  let bytes = 0;
  for (const file of files) {
    const relative = root === '' ? file : file.slice(root.length + 1);
    if (include !== '' && !matchesPattern(relative, include)) continue;
    if (exclude !== '' && matchesPattern(relative, exclude)) continue;
    const data = await reader.read(file);
    if (!data) continue;
    bytes += data.length;
    if (bytes > limits.maxTotalBytes)
      throw new RenderError(
        'YamlTooLarge',
        file,
        `the manifests have more than ${limits.maxTotalBytes} bytes`,
      );
    manifests.push(...objectsOf(new TextDecoder().decode(data), file, limits));
    if (manifests.length > limits.maxObjects)
      throw new RenderError('YamlTooLarge', file, `more than ${limits.maxObjects} objects`);
  }
  return manifests;
}

/** Paths of the files that may hold manifests, sorted as `filepath.Walk` meets them. */
async function manifestFiles(
  reader: SourceReader,
  folder: string,
  { recurse, most }: { recurse: boolean; most: number },
): Promise<string[] | undefined> {
  const entries = await reader.list(folder);
  if (!entries) return undefined;
  const files: string[] = [];
  for (const { name, type } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (type === 'folder' && recurse)
      files.push(...((await manifestFiles(reader, path, { recurse, most })) ?? []));
    if (type !== 'folder' && /\.(ya?ml|json)$/i.test(name)) files.push(path);
    if (type === 'link' && files.at(-1) === path)
      throw new RenderError('LinkUnsupported', path, 'is a symbolic link; put the file itself there');
    if (files.length > most)
      throw new RenderError('YamlTooLarge', folder || '.', `more than ${most} manifest files`);
  }
  return files;
}

function objectsOf(text: string, file: string, limits: YamlLimits): Manifest[] {
  if (text.includes(SKIP_MARKER)) return [];
  let documents: ParsedDocument[] = [];
  try {
    documents = parseYaml(text, file, limits);
    return documents.flatMap(({ value, line, index }) => {
      const place = { file, line, ...(documents.length > 1 ? { document: index } : {}) };
      return expand(value, place).map(object => ({ object, file, document: index, line }));
    });
  } catch (error) {
    const isUnreadable = error instanceof RenderError && error.code !== 'YamlTooLarge';
    if (!isUnreadable || documents.some(({ value }) => hasType(value)) || looksLikeObject(text, file))
      throw error;
    return [];
  }
}

function hasType(value: unknown): boolean {
  const { apiVersion, kind } = (value ?? {}) as Partial<AnyObject>;
  return typeof apiVersion === 'string' && typeof kind === 'string';
}

/** Argo CD's own test for a file that it could not read: without these words it was not meant as a manifest. */
function looksLikeObject(text: string, file: string): boolean {
  if (/\.json$/i.test(file)) return true;
  return ['apiVersion', 'kind', 'metadata'].every(word => new RegExp(`${word}["']?:`).test(text));
}

interface Place {
  file: string;
  line: number;
  /** Absent when the file has only one. */
  document?: number;
}

/** `List` and every `…List` kind with items stand for what they hold. */
function expand(value: unknown, place: Place): AnyObject[] {
  const object = checked(value, place);
  if (!object.kind.endsWith('List') || !Array.isArray(object.items)) return [object];
  return (object.items as unknown[]).map(item => checked(item, place));
}

function checked(value: unknown, { file, line, document }: Place): AnyObject {
  const refuse = (message: string) => {
    const where = document === undefined ? '' : `document ${document}: `;
    return new RenderError('ManifestInvalid', file, `${where}${message}`, line);
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refuse('is no Kubernetes object: a mapping with apiVersion and kind is expected');
  const object = value as Partial<AnyObject>;
  if (typeof object.apiVersion !== 'string' || object.apiVersion === '') throw refuse('has no apiVersion');
  if (typeof object.kind !== 'string' || object.kind === '') throw refuse('has no kind');
  const metadata: unknown = object.metadata;
  const isList = object.kind.endsWith('List');
  if (!isList && (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)))
    throw refuse(`${object.kind}: has no metadata`);
  return { ...(value as AnyObject), metadata: { ...(metadata as AnyObject['metadata']) } };
}

function cleanPath(path: string): string {
  return path
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .join('/');
}
