import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  choicesOf,
  initialValues,
  membersOf,
  pagesOf,
  problemsOf,
  scopeOf,
  withoutSecrets,
  withValue,
} from './form.ts';
import { readRepoUrl, repoUrlProblem, writeRepoUrl } from './pickers/repo-url.ts';

const text = { type: 'string' };

test('pagesOf() takes one schema or several, and none', () => {
  assert.deepEqual(
    [pagesOf(undefined), pagesOf({ title: 'A' }), pagesOf([{}, { title: 'B' }])].map(pages =>
      pages.map(({ title }) => title),
    ),
    [[], ['A'], ['Fill in the parameters', 'B']],
  );
});

test('initialValues() puts a draft above the defaults, page after page', () => {
  const pages = pagesOf([
    { properties: { a: { default: 1 }, b: { default: 2 } } },
    { properties: { c: { type: 'array', default: [] } } },
  ]);
  assert.deepEqual(initialValues(pages, { b: 3 }), { a: 1, b: 3, c: [] });
});

const changes: {
  root: unknown;
  path: (string | number)[];
  value: unknown;
  gives: unknown;
  because: string;
}[] = [
  { root: {}, path: ['a', 'b'], value: 1, gives: { a: { b: 1 } }, because: 'groups come into being' },
  { root: { a: 1 }, path: ['a'], value: undefined, gives: {}, because: 'nothing takes a member away' },
  {
    root: { a: ['x', 'y'] },
    path: ['a', 1],
    value: '',
    gives: { a: ['x', ''] },
    because: 'items keep their place',
  },
  {
    root: { a: [{ b: 1 }] },
    path: ['a', 0, 'b'],
    value: 2,
    gives: { a: [{ b: 2 }] },
    because: 'in groups of lists',
  },
];
for (const { root, path, value, gives, because } of changes) {
  test(`withValue() at ${path.join('.')}: ${because}`, () => {
    const before = structuredClone(root);
    assert.deepEqual(withValue(root, path, value), gives);
    assert.deepEqual(root, before, 'the old value stays as it was');
  });
}

test('membersOf() keeps the order that ui:order asks for', () => {
  const [page] = pagesOf({ properties: { a: text, b: text, c: text }, 'ui:order': ['c', '*', 'a'] });
  assert.ok(page);
  assert.deepEqual(
    membersOf(page.schema, {}, scopeOf(page)).map(([name]) => name),
    ['c', 'b', 'a'],
  );
});

test('choicesOf() reads enum with names, and alternatives of one value each', () => {
  assert.deepEqual(choicesOf({ enum: [1, 2], enumNames: ['One'] }), [
    { value: 1, label: 'One' },
    { value: 2, label: '2' },
  ]);
  assert.deepEqual(choicesOf({ oneOf: [{ const: true, title: 'On' }, { const: false }] }), [
    { value: true, label: 'On' },
    { value: false, label: 'false' },
  ]);
  assert.equal(choicesOf({ oneOf: [{ properties: {} }] }), undefined);
});

test('a draft holds neither secrets nor passwords', () => {
  const pages = pagesOf({
    properties: { a: text, b: { ...text, 'ui:field': 'Secret' }, c: { ...text, 'ui:widget': 'password' } },
  });
  assert.deepEqual(withoutSecrets(pages, { a: '1', b: '***', c: 'hush' }), { a: '1' });
});

test('problemsOf() says in sentences what is wrong, page by page', () => {
  const pages = pagesOf([
    { required: ['a'], properties: { a: text } },
    { properties: { n: { type: 'integer', maximum: 5 }, name: { ...text, pattern: '^[a-z0-9]+$' } } },
  ]);
  assert.deepEqual(
    problemsOf(pages, { n: 9, name: 'A' }).map(page => page.map(({ path, message }) => [...path, message])),
    [
      [['a', 'Please fill this in.']],
      [
        ['n', 'It must be 5 or less.'],
        ['name', 'Lower-case letters, digits and "-" only: ^[a-z0-9]+$'],
      ],
    ],
  );
  const broken = pagesOf({ properties: { a: { type: 'strnig' } } });
  assert.match(problemsOf(broken, { a: 1 })[0]?.[0]?.message ?? '', /form cannot be read.*strnig/);
});

test('a repository’s location is read and written as Backstage has it', () => {
  const value = { host: 'git.slipway.internal', owner: 'payments', repo: 'shop' };
  assert.equal(writeRepoUrl(value), 'git.slipway.internal?owner=payments&repo=shop');
  assert.deepEqual(readRepoUrl(writeRepoUrl(value)), value);
  assert.deepEqual(readRepoUrl(undefined), { host: '', owner: '', repo: '' });
  assert.match(repoUrlProblem({ ...value, repo: 'a/b' }) ?? '', /letters, digits/);
});
