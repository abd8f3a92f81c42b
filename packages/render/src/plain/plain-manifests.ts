import type { AnyObject } from '@slipway/api';
import {
  type ParsedDocument,
  parseYaml,
  RenderError,
  YAML_LIMITS,
  type YamlLimits,
} from '../yaml/parse-yaml.ts';
import { type PlainFile, type PlainOptions, readPlainFiles } from './plain-files.ts';

export interface PlainLimits extends YamlLimits {
  maxObjects: number;
}

const LIMITS: PlainLimits = { ...YAML_LIMITS, maxObjects: 20_000 };
/** A file that says this somewhere is left out, as in Argo CD. */
const SKIP_MARKER = '+argocd:skip-file-rendering';

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
  const files = await readPlainFiles(options);
  return files && plainObjects(files, options.limits);
}

/** The objects of files that were read; see `plainManifests`. */
export function plainObjects(files: PlainFile[], given: Partial<PlainLimits> = {}): Manifest[] {
  const limits = { ...LIMITS, ...given };
  const manifests: Manifest[] = [];
  for (const { path, text } of files) {
    manifests.push(...objectsOf(text, path, limits));
    if (manifests.length > limits.maxObjects)
      throw new RenderError('YamlTooLarge', path, `more than ${limits.maxObjects} objects`);
  }
  return manifests;
}

/**
 * All objects of a text that is nothing but manifests (what a chart or a kustomization gave); lists are taken apart.
 * @throws RenderError as `plainManifests`
 */
export function manifestsOfText(text: string, file: string, given: Partial<YamlLimits> = {}): Manifest[] {
  const documents = parseYaml(text, file, { ...YAML_LIMITS, ...given });
  return documents.flatMap(document => manifestsOf(document, file, documents.length));
}

function manifestsOf({ value, line, index }: ParsedDocument, file: string, count: number): Manifest[] {
  const place = { file, line, ...(count > 1 ? { document: index } : {}) };
  return expand(value, place).map(object => ({ object, file, document: index, line }));
}

function objectsOf(text: string, file: string, limits: YamlLimits): Manifest[] {
  if (text.includes(SKIP_MARKER)) return [];
  let documents: ParsedDocument[] = [];
  try {
    documents = parseYaml(text, file, limits);
    return documents.flatMap(document => manifestsOf(document, file, documents.length));
  } catch (error) {
    const isUnreadable = error instanceof RenderError && error.code !== 'YamlTooLarge';
    if (!isUnreadable || documents.some(({ value }) => hasType(value)) || looksLikeObject(text, file))
      throw withDocument(error, text);
    return [];
  }
}

/** Says which of a file's documents could not be read; the line alone tells a person less. */
function withDocument(error: unknown, text: string): unknown {
  if (!(error instanceof RenderError) || error.code !== 'YamlInvalid' || error.line === undefined)
    return error;
  const before = text.split('\n').slice(0, error.line);
  const started = before.filter((line, index) => index > 0 && /^---(\s|$)/.test(line)).length;
  if (started === 0 && !/^---/m.test(text.slice(1))) return error;
  const why = error.message.slice(`${error.file}:${error.line}: `.length);
  return new RenderError(error.code, error.file, `document ${started + 1}: ${why}`, error.line);
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

/** Whatever has a list of items stands for what it holds, and for nothing when `items` is null; so it is in Argo CD. */
function expand(value: unknown, place: Place): AnyObject[] {
  const object = checked(value, place);
  if (Array.isArray(object.items)) return (object.items as unknown[]).map(item => checked(item, place));
  return isNullList(object) ? [] : [object];
}

function isNullList(object: Record<string, unknown>): boolean {
  return object.items === null && object.spec === undefined && object.status === undefined;
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
  const isList = Array.isArray(object.items) || isNullList(object) || object.kind.endsWith('List');
  if (!isList && (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)))
    throw refuse(`${object.kind}: has no metadata`);
  return { ...(value as AnyObject), metadata: { ...(metadata as AnyObject['metadata']) } };
}
