import { fromBytes } from '../../go-template/go-string.ts';
import type { Chart, ValueMap } from '../chart.ts';
import { ChartError } from '../chart-error.ts';
import { isTable, plainTable } from '../values/tables.ts';
import { ValueChecker } from './check-value.ts';
import { problemText } from './problem.ts';
import { SchemaDocument } from './schema-document.ts';
import { SchemaRefused } from './schema-refused.ts';

/**
 * Holds values against the chart's `values.schema.json` and those of its subcharts.
 * @throws ChartError ValuesInvalid with Helm's message, SchemaInvalid for a schema that cannot be used
 */
export function checkSchemas(chart: Chart, values: ValueMap): void {
  const problems = problemsOf(chart, plainTable(values));
  if (problems === '') return;
  const message = `values don't meet the specifications of the schema(s) in the following chart(s):\n${problems}`;
  throw new ChartError('ValuesInvalid', chart.metadata.name, message);
}

function problemsOf(chart: Chart, values: ValueMap): string {
  const { name } = chart.metadata;
  const own = chart.schema ? checkOne(name, chart.schema, values) : '';
  const inner = chart.dependencies.map(subchart => {
    const part = values[subchart.metadata.name];
    if (part === undefined || part === null) return '';
    if (isTable(part)) return problemsOf(subchart, part);
    return `${subchart.metadata.name}:\ninvalid type for values: expected object (map), got ${goType(part)}\n`;
  });
  return [own === '' ? '' : `${name}:\n${own}`, ...inner].join('');
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

function checkOne(name: string, schema: Uint8Array, values: ValueMap): string {
  try {
    const problems = new ValueChecker(new SchemaDocument(parse(schema))).check(values);
    return problems.length === 0 ? '' : `${problemText(problems)}\n`;
  } catch (error) {
    if (!(error instanceof SchemaRefused)) throw error;
    throw new ChartError('SchemaInvalid', name, `chart ${name}: ${error.message}`);
  }
}

function parse(schema: Uint8Array): unknown {
  try {
    return JSON.parse(fromBytes(schema));
  } catch (error) {
    throw new SchemaRefused(`values.schema.json: ${(error as Error).message}`);
  }
}
