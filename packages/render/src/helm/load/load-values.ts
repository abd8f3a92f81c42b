import { readYaml } from '../../yaml/read-yaml.ts';
import type { ValueMap } from '../chart.ts';
import { isTable, mergeTables, table } from '../values/tables.ts';

/**
 * Values of a YAML text: its documents, merged. A document that holds nothing adds nothing.
 * @throws Error with Helm's words, without the file's name
 */
export function loadValues(text: string): ValueMap {
  let values = table();
  for (const document of documentsOf(text)) {
    const value = readDocument(document);
    if (value !== null) values = mergeTables(values, value);
  }
  return values;
}

function readDocument(document: string): ValueMap | null {
  try {
    const value = readYaml(document);
    if (value === null || isTable(value)) return value;
    throw new Error(
      `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonType(value)} into Go value of type map[string]interface {}`,
    );
  } catch (error) {
    throw new Error(`cannot unmarshal yaml document: ${(error as Error).message}`);
  }
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** Kubernetes' `YAMLReader`: a line that starts with `---` ends a document, whatever stands around it. */
function documentsOf(text: string): string[] {
  const documents: string[] = [];
  let document = '';
  for (const line of text.split(/(?<=\n)/)) {
    if (!line.startsWith('---')) {
      document += line;
      continue;
    }
    const rest = line.slice(3).trim();
    if (rest !== '' && !rest.startsWith('#'))
      throw new Error(`error reading yaml document: invalid Yaml document separator: ${rest}`);
    if (document !== '') documents.push(document);
    document = '';
  }
  return document === '' ? documents : [...documents, document];
}
