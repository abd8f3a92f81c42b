// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are written so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Template } from '@slipway/kinds';
import { readRepoUrl } from './filters.ts';
import { planRun } from './plan.ts';
import { fileRenderer, isTruthy, renderValue } from './render.ts';
import { checkValues } from './values.ts';

const context = {
  parameters: { n: 3, list: [1, 2], repo: 'git.x?owner=o&repo=r', name: 'shop' },
  steps: { a: { output: { ok: true } } },
};

const renders: { value: unknown; gives: unknown; because: string }[] = [
  { value: '${{ parameters.n }}', gives: 3, because: 'one expression alone keeps its type' },
  { value: 'n=${{ parameters.n }}', gives: 'n=3', because: 'in a text it becomes text' },
  {
    value: { deep: ['${{ parameters.list }}'] },
    gives: { deep: [[1, 2]] },
    because: 'every text inside is rendered',
  },
  { value: '${{ steps.a.output.ok }}', gives: true, because: 'outputs keep their type' },
  {
    value: '${{ parameters.repo | parseRepoUrl | pick("owner") }}',
    gives: 'o',
    because: 'filters of the scaffolder',
  },
  { value: '${{ parameters.repo | projectSlug }}', gives: 'o/r', because: 'filters of the scaffolder' },
  {
    value: '${{ "Group:x/y" | parseEntityRef }}',
    gives: { kind: 'group', namespace: 'x', name: 'y' },
    because: 'filters of the scaffolder',
  },
  { value: '{{ plain }}', gives: '{{ plain }}', because: 'other languages in braces stay' },
  { value: 7, gives: 7, because: 'numbers are no templates' },
];
for (const { value, gives, because } of renders) {
  test(`renderValue() of ${JSON.stringify(value)}: ${because}`, () =>
    assert.deepEqual(JSON.parse(JSON.stringify(renderValue(value, context, 'f'))), gives));
}

const refused: { text: string; because: string }[] = [
  { text: '${{ range(0, 100000000) }}', because: 'work is bounded' },
  {
    text: '${{ parameters.constructor.constructor("return process")() }}',
    because: 'nothing but data is reachable',
  },
  { text: '${{ unclosed', because: 'it does not parse' },
];
for (const { text, because } of refused) {
  test(`renderValue() refuses ${text} and names the field: ${because}`, () =>
    assert.throws(() => renderValue({ x: text }, context, 'spec.input'), /spec\.input\.x: /));
}

test('fileRenderer() leaves the pipelines’ own braces alone', () => {
  const render = fileRenderer({ trimBlocks: false, lstripBlocks: false, cookiecutterCompat: false });
  assert.equal(
    render('${{ values.name }} {{workflow.name}}', { name: 'shop' }, 'f'),
    'shop {{workflow.name}}',
  );
});

test('fileRenderer() names the file of a skeleton that is broken, and does not go on for ever', () => {
  const render = fileRenderer({ trimBlocks: true, lstripBlocks: true, cookiecutterCompat: false });
  const broken: [text: string, because: string][] = [
    ['name: ${{ values.name', 'an expression stays open'],
    ['{% if values.a %}never closed', 'a block stays open'],
    ['${{ values.name | nowhere }}', 'there is no such filter'],
    [
      '{% for a in range(100000000) %}{% for b in range(100000000) %}x{% endfor %}{% endfor %}',
      'it would never end',
    ],
  ];
  for (const [text, because] of broken)
    assert.throws(
      () => render(text, { name: 'x' }, 'deploy/app.yaml'),
      { code: 'InvalidTemplate', message: /^deploy\/app\.yaml: / },
      because,
    );
});

test('isTruthy() follows Backstage: empty and the word false do not run', () => {
  assert.deepEqual([true, 'x', [1], {}, false, 'false', '', 0, [], null, undefined].map(isTruthy), [
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('readRepoUrl() refuses what names no owner and repository', () =>
  assert.throws(() => readRepoUrl('git.x?owner=o'), { code: 'InvalidRepoUrl' }));

const form = {
  required: ['name'],
  properties: {
    name: { type: 'string', pattern: '^[a-z]+$' },
    size: { enum: ['s', 'm'], default: 's' },
    count: { type: 'integer' },
  },
};
const values: { given: Record<string, unknown>; message: RegExp; because: string }[] = [
  { given: {}, message: /values\.name: it is required/, because: 'it is required' },
  {
    given: { name: 'A' },
    message: /values\.name: found "A"; it must match pattern/,
    because: 'it does not match',
  },
  {
    given: { name: 'a', size: 'x' },
    message: /values\.size: found "x"; it must be one of "s", "m"/,
    because: 'it is none of the choices',
  },
  {
    given: { name: 'a', count: 'many' },
    message: /values\.count: found "many"; it must be integer/,
    because: 'it has another type',
  },
];
for (const { given, message, because } of values) {
  test(`checkValues() refuses ${JSON.stringify(given)}: ${because}`, () =>
    assert.throws(() => checkValues([form], given), { code: 'InvalidValues', message }));
}
test('checkValues() fills in defaults, and a slow pattern is no danger', () => {
  assert.deepEqual(checkValues(form, { name: 'a' }), { name: 'a', size: 's' });
  assert.throws(
    () =>
      checkValues(
        { properties: { x: { type: 'string', pattern: '^(a+)+$' } } },
        { x: `${'a'.repeat(50_000)}b` },
      ),
    { code: 'InvalidValues' },
  );
});

const template = (...steps: object[]) => ({ spec: { type: 'service', steps } }) as unknown as Template;
test('planRun() refuses unknown actions and ids used twice before anything runs', () => {
  assert.throws(() => planRun(template({ action: 'fetch:template' }, { action: 'publish:githib' }), {}), {
    code: 'UnknownAction',
    message: /step "publish:githib": unknown action "publish:githib"; did you mean "publish:github"\?/,
  });
  assert.throws(
    () => planRun(template({ id: 'a', action: 'debug:log' }, { id: 'a', action: 'debug:log' }), {}),
    /id "a" is used twice/,
  );
  assert.throws(() => planRun(template(), {}), /at least one step/);
});
