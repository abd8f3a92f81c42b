import { columns } from '../output.ts';
import type { ExplainedField } from './explain-field.ts';

/** A field as `kubectl explain` would show it, with what it may be. */
export function fieldText(explained: ExplainedField): string {
  const { field, type, required, description, fields } = explained;
  const head = [`${field || 'platform.yaml'} <${type}>${required && field ? ' (required)' : ''}`];
  const facts = factsText(explained).map(([name, text]) => `  ${name.padEnd(10)}${text}`);
  const below = fields.length === 0 ? [] : ['', fieldsTable(fields)];
  return [...head, ...(description ? [`  ${description}`] : []), ...facts, ...below].join('\n');
}

function factsText(explained: Omit<ExplainedField, 'fields'>): [string, string][] {
  const { allowed, limits, examples } = explained;
  return [
    ...(explained.default === undefined ? [] : [['default', shown(explained.default)] as [string, string]]),
    ...(allowed ? [['allowed', allowed.map(String).join(', ')] as [string, string]] : []),
    ...limits.map((limit): [string, string] => ['must be', limit]),
    ...examples.map((example): [string, string] => ['example', shown(example)]),
  ];
}

/** One line for each field: name, type, default, what it is. */
export function fieldsTable(fields: Omit<ExplainedField, 'fields'>[]): string {
  return columns([
    ['FIELD', 'TYPE', 'DEFAULT', 'WHAT IT IS'],
    ...fields.map(each => [
      `${each.field}${each.required ? ' *' : ''}`,
      each.type,
      each.default === undefined ? '-' : cut(shown(each.default), 30),
      each.description || (each.allowed ? cut(each.allowed.map(String).join(', '), 70) : '-'),
    ]),
  ]);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
