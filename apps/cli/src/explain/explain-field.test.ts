import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLATFORM_SCHEMA, publishedSchema } from '@slipway/definition';
import { catalogue } from '@slipway/platform';
import { explainField, type FieldSchema } from './explain-field.ts';

const schema = publishedSchema(catalogue()) as FieldSchema;

function explained(path: string) {
  const found = explainField(schema, path === '' ? [] : path.split('.'));
  if ('unknown' in found) throw new Error(JSON.stringify(found));
  return found;
}

test('explainField() says what a field is', () => {
  const rows: { path: string; shows: object; because: string }[] = [
    { path: 'metadata.name', shows: { type: 'string', required: true }, because: 'a required field says so' },
    { path: 'spec.domain', shows: { default: 'slipway.localhost' }, because: 'a default is shown' },
    {
      path: 'spec.target',
      shows: { type: 'string or object', default: 'embedded' },
      because: 'forms are joined',
    },
    { path: 'spec.environments', shows: { type: '[]object' }, because: 'a list names what it holds' },
    {
      path: 'spec.environments.promotion.from',
      shows: { required: true, examples: ['dev'] },
      because: 'items need no index',
    },
    {
      path: 'spec.capabilities.ingress',
      shows: { type: 'string or object or []string' },
      because: 'one or many',
    },
  ];
  for (const { path, shows, because } of rows) {
    const found: Record<string, unknown> = { ...explained(path) };
    for (const [name, value] of Object.entries(shows))
      assert.deepEqual(found[name], value, `${path}: ${because}`);
  }
});

test('explainField() lists the fields below, those of every form', () => {
  const names = (path: string) => explained(path).fields.map(({ field }) => field);
  assert.deepEqual(names(''), ['apiVersion', 'kind', 'metadata', 'spec']);
  assert.deepEqual(names('spec.target'), ['kubernetes']);
  assert.deepEqual(names('spec.packages.from').sort(), ['chart', 'git', 'oci', 'path', 'ref']);
  assert.ok(names('spec.capabilities.ingress').includes('technology'));
});

test('explainField() names what there is instead of a field that is not', () => {
  const found = explainField(schema, ['spec', 'environments', 'promotions']);
  assert.deepEqual(found, {
    unknown: 'promotions',
    below: 'spec.environments',
    known: ['name', 'promotion'],
  });
});

test('every field below spec says what it is', () => {
  const silent = explainField(PLATFORM_SCHEMA as unknown as FieldSchema, ['spec']);
  if ('unknown' in silent) throw new Error('spec is a field');
  assert.deepEqual(
    silent.fields.filter(each => each.description === '').map(each => each.field),
    [],
  );
});
