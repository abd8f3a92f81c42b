import { SlipwayError } from '@slipway/api';
import { DocumentValues, YamlExcess } from './document-values.ts';
import { Parser } from './read/parser.ts';
import { YamlProblem } from './read/yaml-problem.ts';

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
 * Documents of a YAML (or JSON) text, read as Kubernetes does (go-yaml 2). Empty ones are left out.
 * @throws RenderError YamlInvalid, YamlTooLarge
 */
export function parseYaml(text: string, file: string, limits: Partial<YamlLimits> = {}): ParsedDocument[] {
  const { maxBytes, maxDepth, maxValues } = { ...YAML_LIMITS, ...limits };
  if (text.length > maxBytes)
    throw new RenderError('YamlTooLarge', file, `${text.length} bytes, at most ${maxBytes} are read`);
  const parser = new Parser(text.replace(/^\uFEFF/, ''), new DocumentValues({ maxDepth, maxValues }));
  const documents: ParsedDocument[] = [];
  for (;;) {
    const value = nextDocument(parser, file);
    if (value === undefined) return documents;
    if (value !== null) documents.push({ value, line: parser.line + 1, index: documents.length + 1 });
  }
}

function nextDocument(parser: Parser<unknown>, file: string): unknown {
  try {
    return parser.document();
  } catch (error) {
    if (error instanceof YamlExcess) throw new RenderError('YamlTooLarge', file, error.message);
    if (error instanceof YamlProblem) throw invalid(error, file);
    throw error;
  }
}

/** go-yaml's words, with the line where the others of our errors have it. */
function invalid({ message }: YamlProblem, file: string): RenderError {
  const [, line, problem] = /^yaml: (?:line (\d+): )?(.*)$/s.exec(message) ?? [];
  return new RenderError(
    'YamlInvalid',
    file,
    problem ?? message,
    line === undefined ? undefined : Number(line),
  );
}
