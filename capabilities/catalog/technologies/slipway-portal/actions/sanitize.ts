import { dump, load } from 'js-yaml';
import type { LocalAction } from './action.ts';

/** CNOE's: a YAML document without its empty parts. */
export const cnoeSanitize: LocalAction = {
  id: 'cnoe:utils:sanitize',
  description: 'Removes empty fields from a YAML document.',
  local: true,
  input: { type: 'object', required: ['document'], properties: { document: { type: 'string' } } },
  output: { sanitized: 'the document without nulls, empty maps and empty lists' },
  run: async ({ input, output }) => output('sanitized', dump(withoutEmpty(load(String(input.document))))),
};

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty).filter(item => !isEmpty(item));
  if (!value || typeof value !== 'object') return value;
  const fields = Object.entries(value).map(([key, item]): [string, unknown] => [key, withoutEmpty(item)]);
  return Object.fromEntries(fields.filter(([, item]) => !isEmpty(item)));
}

/** As upstream has it: an empty text is a value. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
