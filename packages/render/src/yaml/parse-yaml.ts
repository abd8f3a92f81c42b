import { SlipwayError } from '@slipway/api';
import { constructFromEvents, EVENT_ID, type Event, parseEvents, YAMLException } from 'js-yaml';
import { kubernetesSchema } from './kubernetes-schema.ts';

/** What stops a document that was made to exhaust its reader. */
export interface YamlLimits {
  maxBytes: number;
  maxDepth: number;
  /** Values after aliases are followed, in all documents of a file. */
  maxValues: number;
}

export const YAML_LIMITS: YamlLimits = { maxBytes: 8 * 1024 * 1024, maxDepth: 100, maxValues: 500_000 };

/**
 * `file` and `line` (from 1) say where. Codes: `YamlInvalid`, `YamlTooLarge`, `ManifestInvalid`,
 * `LinkUnsupported`, `SourceUnsupported`, `PatternTooLarge`.
 */
export class RenderError extends SlipwayError {
  readonly file: string;
  readonly line: number | undefined;
  constructor(code: string, file: string, message: string, line?: number) {
    super(code, `${file}${line === undefined ? '' : `:${line}`}: ${message}`);
    this.name = 'RenderError';
    this.file = file;
    this.line = line;
  }
}

export interface ParsedDocument {
  value: unknown;
  /** Where its first value starts, from 1. */
  line: number;
  /** Its place among the documents of the file that are not empty, from 1. */
  index: number;
}

/**
 * Documents of a YAML (or JSON) text, read as Kubernetes does. Empty ones are left out.
 * @throws RenderError YamlInvalid, YamlTooLarge
 */
export function parseYaml(text: string, file: string, limits: Partial<YamlLimits> = {}): ParsedDocument[] {
  const { maxBytes, maxDepth, maxValues } = { ...YAML_LIMITS, ...limits };
  if (text.length > maxBytes)
    throw new RenderError('YamlTooLarge', file, `${text.length} bytes, at most ${maxBytes} are read`);
  const source = text.replace(/^\uFEFF/, '');
  try {
    const events = parseEvents(source, { filename: file, maxDepth });
    const positions = positionsOf(events);
    const values = constructFromEvents(events, {
      source,
      filename: file,
      schema: kubernetesSchema,
      maxAliases: 1_000,
      maxTotalMergeKeys: 10_000,
    });
    refuseBombs(values, file, maxValues);
    return values
      .map((value, at) => ({ value, line: lineOf(source, positions[at] ?? 0) }))
      .filter(({ value }) => value !== null && value !== undefined)
      .map((document, at) => ({ ...document, index: at + 1 }));
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark ? error.mark.line + 1 : undefined;
    throw new RenderError('YamlInvalid', file, error.reason, line);
  }
}

/** Offset of the first value of each document. */
function positionsOf(events: Event[]): number[] {
  const positions: number[] = [];
  let waiting = false;
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) {
      if (waiting) positions.push(0);
      waiting = true;
      continue;
    }
    const at = startOf(event);
    if (!waiting || at === undefined) continue;
    // A block mapping starts where its first key does.
    positions.push(at);
    waiting = false;
  }
  if (waiting) positions.push(0);
  return positions;
}

function startOf(event: Event): number | undefined {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) return event.start;
  return undefined;
}

function lineOf(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** Aliases make one value stand in many places: what a walk over all of them would meet is counted, and bounded. */
function refuseBombs(documents: unknown[], file: string, most: number): void {
  const sizes = new Map<object, number>();
  const sizeOf = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    // A value that holds itself never ends.
    sizes.set(value, Number.POSITIVE_INFINITY);
    let size = 1;
    for (const part of Object.values(value)) size += sizeOf(part);
    sizes.set(value, size);
    return size;
  };
  const total = documents.reduce((sum: number, document) => sum + sizeOf(document), 0);
  if (total > most)
    throw new RenderError('YamlTooLarge', file, `more than ${most} values after aliases are followed`);
}
