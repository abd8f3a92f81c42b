import { type AnyObject, messageOf, SlipwayError } from '@slipway/api';
import {
  boolYaml11Tag,
  CORE_SCHEMA,
  floatYaml11Tag,
  intYaml11Tag,
  loadAll,
  mergeTag,
  nullYaml11Tag,
} from 'js-yaml';

/** Scalars as Kubernetes' own YAML reads them: YAML 1.1 words (`yes`, `0777`), merge keys, timestamps as text. */
const SCHEMA = CORE_SCHEMA.withTags(boolYaml11Tag, intYaml11Tag, floatYaml11Tag, nullYaml11Tag, mergeTag);
/** Upper bounds of one file, against documents made to exhaust memory. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_OBJECTS = 5_000;
const MOST_DEPTH = 100;
const MOST_NODES = 500_000;

/** One object and where it stands. */
export interface RenderedObject {
  object: AnyObject;
  file: string;
  /** Counted from 1. */
  document: number;
}

/**
 * Objects of one YAML or JSON file, in order; `List` kinds are opened, empty documents skipped.
 * @example
 * parseObjects('apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n', 'namespace.yaml');
 * @throws SlipwayError ManifestInvalid naming file, document and line
 */
export function parseObjects(text: string, file: string): RenderedObject[] {
  const documents = parseDocuments(text, file);
  return documents.flatMap((document, index) =>
    open(document).map(object => ({ object: checked(object, file, index + 1), file, document: index + 1 })),
  );
}

/**
 * The documents of a YAML text as plain values.
 * @throws SlipwayError ManifestInvalid naming file and line
 */
export function parseDocuments(text: string, file: string): unknown[] {
  if (text.length > MOST_BYTES) throw invalid(`${file}: larger than ${MOST_BYTES} bytes`);
  const documents = load(text, file).filter(document => document !== null && document !== undefined);
  if (documents.length > MOST_OBJECTS) throw invalid(`${file}: more than ${MOST_OBJECTS} documents`);
  const budget = { nodes: MOST_NODES };
  for (const document of documents) measure(document, file, budget, 0);
  return documents;
}

function load(text: string, file: string): unknown[] {
  try {
    return loadAll(text, { schema: SCHEMA });
  } catch (error) {
    const { mark, reason } = error as { mark?: { line: number }; reason?: string };
    const line = mark ? `:${mark.line + 1}` : '';
    throw invalid(`${file}${line}: not YAML: ${reason ?? messageOf(error)}`);
  }
}

/** Aliases make a small text a huge value, so what counts is the value. */
function measure(value: unknown, file: string, budget: { nodes: number }, depth: number): void {
  if (depth > MOST_DEPTH) throw invalid(`${file}: nested deeper than ${MOST_DEPTH} levels`);
  if (--budget.nodes < 0)
    throw invalid(`${file}: more than ${MOST_NODES} values (aliases counted where they are used)`);
  if (typeof value !== 'object' || value === null) return;
  for (const each of Object.values(value)) measure(each, file, budget, depth + 1);
}

function open(document: unknown): unknown[] {
  const { kind, items } = document as { kind?: unknown; items?: unknown };
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items) ? items : [document];
}

function checked(value: unknown, file: string, document: number): AnyObject {
  const where = `${file}: document ${document}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`${where}: not an object`);
  const object = value as Partial<AnyObject>;
  for (const field of ['apiVersion', 'kind'] as const) {
    if (typeof object[field] !== 'string' || object[field] === '')
      throw invalid(`${where}: ${field} is missing`);
  }
  const { name, generateName } = object.metadata ?? {};
  if (!name && !generateName) throw invalid(`${where}: ${object.kind} without metadata.name`);
  return object as AnyObject;
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('ManifestInvalid', message);
}
