import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock, systemRandom } from '@slipway/api';
import type { Params } from '../spec.ts';
import { mergeTemplates } from './merge-template.ts';
import { rendererOf } from './renderer.ts';
import { sanitizeName, slugify } from './sanitize-name.ts';
import { applyTemplatePatch } from './template-patch.ts';

const sources = { clock: systemClock, random: systemRandom };
const fast = rendererOf({ goTemplate: false, options: [], ...sources });
const go = (...options: string[]) => rendererOf({ goTemplate: true, options, ...sources });

const fasts: [text: string, params: Params, gives: string | RegExp, because: string][] = [
  ['{{a}}-{{ b }}', { a: '1', b: '2' }, '1-2', 'with and without blanks'],
  ['{{a}}', {}, '{{a}}', 'what is no parameter stays'],
  ['{{ a.b }}', { 'a.b': 'x' }, 'x', 'a dotted name is one name'],
  ['{{path[0]}}', { 'path[0]': 'x' }, 'x', 'with brackets, too'],
  ['{{}}', { '': 'x' }, '{{}}', 'no name'],
  ['{{a}}', { a: '{{b}}', b: 'x' }, '{{b}}', 'a value is not filled in again'],
  [
    '{{a}} {{b',
    { a: '1' },
    /^invalid template: Cannot find end tag="}}"/,
    'an open brace after a closed one',
  ],
  ['{{a', { a: '1' }, '{{a', 'an open brace alone is text'],
  ['{{toString}}', {}, '{{toString}}', 'names that JavaScript has are no parameters'],
];
for (const [text, params, gives, because] of fasts) {
  test(`fastTemplate() of ${text}: ${because}`, () => {
    if (gives instanceof RegExp) return assert.throws(() => fast(text, params), { message: gives });
    assert.equal(fast(text, params), gives);
  });
}

const gos: [text: string, params: Params, gives: string | RegExp, because: string, option?: string][] = [
  ['{{ .a }}-{{ .b.c }}', { a: '1', b: { c: 2 } }, '1-2', 'fields'],
  ['{{ .n }}', { n: 1_000_000 }, '1e+06', 'numbers are float64'],
  ['{{ index .list 1 }}', { list: ['x', 'y'] }, 'y', 'an element'],
  ['{{ .path.basename | upper | quote }}', { path: { basename: 'web' } }, '"WEB"', 'sprig'],
  ['{{ .gone }}', {}, '<no value>', 'a key that is not there'],
  ['{{ .gone }}', {}, /map has no entry for key "gone"/, 'is an error when asked for', 'missingkey=error'],
  ['{{ .gone }}', {}, '<no value>', 'of any type, zero is no value either', 'missingkey=zero'],
  ['{{ normalize "Web_App!" }}', {}, 'web-app', 'a name that DNS takes'],
  ['{{ slugify 10 true "one two three four" }}', {}, 'one-two', 'cut at a word'],
  ['{{ slugify 10 false "one two three four" }}', {}, 'one-two-th', 'cut anywhere'],
  ['{{ toYaml .v }}', { v: { b: 1, a: ['x'] } }, 'a:\n- x\nb: 1', 'YAML, without the last line’s end'],
  ['{{ (fromYaml "a: {b: 2}").a.b }}', {}, '2', 'and back'],
  ['{{ fromYaml "[1]" }}', {}, /error calling fromYaml: /, 'what is no map is an error'],
  ['{{ index (fromYamlArray "- a\\n- b") 1 }}', {}, 'b', 'a list'],
  ['{{ fromJson "no" }}', {}, '<no value>', 'sprig says nothing of bad JSON'],
  ['{{ env "HOME" }}', {}, /function "env" not defined/, 'nothing of the machine'],
  ['{{ getHostByName "x" }}', {}, /function "getHostByName" not defined/, 'nor of its network'],
  ['{{ required "m" .a }}', {}, /function "required" not defined/, 'nothing of Helm’s own'],
  ['{{ .a', {}, /^failed to parse template \{\{ \.a: template: /, 'an open action'],
  ['{{ fail "no" }}', {}, /^failed to execute go template .*error calling fail: no$/, 'on purpose'],
  ['{{ range until 100000000 }}x{{ end }}', {}, /template: /, 'an attack ends'],
  ['{{ .a }}', {}, /^unrecognized option: missing$/, 'an option that there is not', 'missing'],
];
for (const [text, params, gives, because, option] of gos) {
  test(`goTemplate() of ${text}: ${because}`, () => {
    const render = () => go(...(option ? [option] : []))(text, params);
    if (gives instanceof RegExp) return assert.throws(render, { message: gives });
    assert.equal(render(), gives);
  });
}

test('sanitizeName() and slugify() give names', () => {
  assert.equal(sanitizeName('-My_App.v1-'), 'my-app.v1');
  assert.equal(sanitizeName('x'.repeat(300)).length, 253);
  assert.equal(slugify('Feature/ABC_1.2'), 'feature-abc-1-2');
  assert.equal(slugify('a'.repeat(80)).length, 50);
  assert.equal(slugify(''), '');
});

test('mergeTemplates() takes a generator’s own and fills in what it does not say', () => {
  const merged = mergeTemplates(
    {
      metadata: { name: '', labels: { own: 'a' } },
      spec: { source: { path: 'own', helm: { valuesObject: { a: 1 } } }, info: [{ name: 'x' }] },
    },
    {
      metadata: { name: 'base', labels: { own: 'b', base: 'b' } },
      spec: {
        project: 'base',
        source: { path: 'base', repoURL: 'r', helm: { valuesObject: { b: 2 }, releaseName: 'n' } },
        info: [{ name: 'y' }],
      },
    },
  );
  assert.deepEqual(merged, {
    metadata: { name: 'base', labels: { own: 'a', base: 'b' } },
    spec: {
      project: 'base',
      source: { path: 'own', repoURL: 'r', helm: { valuesObject: { a: 1 }, releaseName: 'n' } },
      info: [{ name: 'x' }],
    },
  });
});

const APPLICATION = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'a', labels: { x: '1', y: '2' }, finalizers: ['f'] },
  spec: { project: 'p', syncPolicy: { automated: { prune: true }, syncOptions: ['A=true'] } },
};
const patches: [patch: string, gives: object | RegExp, because: string][] = [
  ['', APPLICATION, 'nothing'],
  [
    'spec: {syncPolicy: {automated: {prune: false, selfHeal: true}}}',
    {
      ...APPLICATION,
      spec: {
        project: 'p',
        syncPolicy: { automated: { prune: false, selfHeal: true }, syncOptions: ['A=true'] },
      },
    },
    'deep',
  ],
  [
    'spec: {syncPolicy: {syncOptions: [B=true], automated: null}}',
    { ...APPLICATION, spec: { project: 'p', syncPolicy: { syncOptions: ['B=true'] } } },
    'lists are replaced, null takes away',
  ],
  ['{"spec": {"project": "other"}}', APPLICATION, 'the project stays'],
  [
    'metadata: {finalizers: [g], labels: {$patch: replace, z: "3"}}',
    { ...APPLICATION, metadata: { name: 'a', labels: { z: '3' }, finalizers: ['g', 'f'] } },
    'finalizers are added, a map may be replaced',
  ],
  ['spec: {syncPolicy: {$patch: delete}}', { ...APPLICATION, spec: { project: 'p' } }, 'or deleted'],
  ['spec: {$retainKeys: [project]}', /\$retainKeys is not supported/, 'other directives are refused'],
  ['- a', /invalid templatePatch "- a"/, 'a list is no patch'],
  ['{', /error while converting template to json "\{"/, 'nor is what is no YAML'],
];
for (const [patch, gives, because] of patches) {
  test(`applyTemplatePatch() of ${patch}: ${because}`, () => {
    if (gives instanceof RegExp)
      return assert.throws(() => applyTemplatePatch(APPLICATION, patch), { message: gives });
    assert.deepEqual(applyTemplatePatch(APPLICATION, patch), gives);
  });
}
