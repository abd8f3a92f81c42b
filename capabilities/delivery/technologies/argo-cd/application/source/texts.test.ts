// Rules over texts: the build environment, parameters, options of Kustomize.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildEnvironment, substitute } from './build-environment.ts';
import { editKustomization } from './kustomize-edits.ts';
import { readSource } from './read-source.ts';
import { cleanParameter, plainVersion } from './render-helm.ts';
import { renderedCache } from './rendered-cache.ts';
import { refuseForeign } from './source-access.ts';

const environment = buildEnvironment({
  instance: 'team-a_shop',
  destinationNamespace: 'prod',
  project: 'default',
  revision: '0123456789abcdef0123456789abcdef01234567',
  repoURL: 'https://git.example/a.git',
  path: 'web',
  targetRevision: 'main',
});

const substitutions: { text: string; expected: string; because: string }[] = [
  { text: 'x-$ARGOCD_APP_NAME', expected: 'x-team-a_shop', because: 'a name without braces' },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text has the braces.
  { text: '${ARGOCD_APP_REVISION_SHORT}.', expected: '0123456.', because: 'a name in braces' },
  { text: '$ARGOCD_APP_REVISION_SHORT_8', expected: '01234567', because: 'the longer name is meant' },
  { text: 'cost: $$5', expected: 'cost: $5', because: 'two are one' },
  {
    text: '$HOME/x$',
    expected: '/x$',
    because: 'what is not set is nothing, a dollar sign at the end stays',
  },
  { text: 'a $ b', expected: 'a $ b', because: 'no name follows' },
  { text: '${x', expected: 'x', because: 'braces that are never closed' },
];
for (const { text, expected, because } of substitutions)
  test(`substitute() ${JSON.stringify(text)}: ${because}`, () =>
    assert.equal(substitute(text, environment), expected));

const parameters: { value: string; expected: string }[] = [
  { value: 'a,b', expected: 'a\\,b' },
  { value: 'a\\,b', expected: 'a\\,b' },
  { value: '{a,b}', expected: '{a,b}' },
];
for (const { value, expected } of parameters)
  test(`cleanParameter() makes ${value} ${expected}`, () => assert.equal(cleanParameter(value), expected));

test('plainVersion() leaves out what vendors add', () => {
  assert.deepEqual(['v1.33.4-gke.1', '1.31', 'v1.33.1+k3s1'].map(plainVersion), ['1.33.4', '1.31', '1.33.1']);
});

function edited(
  kustomize: Record<string, unknown>,
  before: Record<string, unknown> = {},
): Record<string, unknown> {
  const { kustomize: options } = readSource({ repoURL: 'x', kustomize });
  assert.ok(options);
  return editKustomization(before, options, environment);
}

const edits: {
  options: Record<string, unknown>;
  before?: Record<string, unknown>;
  after: object;
  because: string;
}[] = [
  {
    options: { namePrefix: 'a-', nameSuffix: '-b', namespace: 'n' },
    before: { namePrefix: 'old-' },
    after: { namePrefix: 'a-', nameSuffix: '-b', namespace: 'n' },
    because: 'names',
  },
  {
    options: { images: ['web=registry.example/web:2', 'db@sha256:aa', 'node:$ARGOCD_APP_REVISION_SHORT'] },
    before: {
      images: [
        { name: 'web', newTag: '1' },
        { name: 'other', newTag: '9' },
      ],
    },
    after: {
      images: [
        { name: 'db', digest: 'sha256:aa' },
        { name: 'node', newTag: '0123456' },
        { name: 'other', newTag: '9' },
        { name: 'web', newName: 'registry.example/web', newTag: '2' },
      ],
    },
    because: 'images by name, sorted, with the build environment',
  },
  {
    options: { images: ['web=*:2'] },
    before: { images: [{ name: 'web', newName: 'mine', newTag: '1' }] },
    after: { images: [{ name: 'web', newName: 'mine', newTag: '2' }] },
    because: 'an asterisk keeps what was there',
  },
  {
    options: { replicas: [{ name: 'web', count: '3' }] },
    before: {
      replicas: [
        { name: 'web', count: 1 },
        { name: 'db', count: 2 },
      ],
    },
    after: {
      replicas: [
        { name: 'db', count: 2 },
        { name: 'web', count: 3 },
      ],
    },
    because: 'replicas by name',
  },
  {
    options: {
      commonLabels: { a: '$ARGOCD_APP_NAME' },
      labelWithoutSelector: true,
      labelIncludeTemplates: true,
    },
    after: { labels: [{ pairs: { a: 'team-a_shop' }, includeTemplates: true }] },
    because: 'labels without selectors stand apart',
  },
  {
    options: { commonLabels: { a: '2' }, forceCommonLabels: true },
    before: { commonLabels: { a: '1', b: '1' } },
    after: { commonLabels: { a: '2', b: '1' } },
    because: 'force replaces',
  },
  {
    options: { commonAnnotations: { a: '$ARGOCD_APP_NAME' } },
    after: { commonAnnotations: { a: '$ARGOCD_APP_NAME' } },
    because: 'annotations are substituted only when asked',
  },
  {
    options: { patches: [{ patch: 'x' }], components: ['c', 'd'] },
    before: { patches: [{ path: 'p' }], components: ['c'] },
    after: { patches: [{ path: 'p' }, { patch: 'x' }], components: ['c', 'd'] },
    because: 'patches and components are added',
  },
];
for (const { options, before, after, because } of edits)
  test(`editKustomization(): ${because}`, () => assert.deepEqual(edited(options, before), after));

test('editKustomization() refuses as kustomize edit does', () => {
  assert.throws(
    () => edited({ commonLabels: { a: '2' } }, { commonLabels: { a: '1' } }),
    /label a already in kustomization file\. Use --force/,
  );
  assert.throws(
    () => edited({ commonLabels: { a: '2' }, labelIncludeTemplates: true }),
    /--without-selector flag must be specified/,
  );
  assert.throws(() => edited({ images: ['web'] }), /invalid format of image/);
});

test('renderedCache() lets go of what was used longest ago, by number and by size', () => {
  const cache = renderedCache<{ type: 'Directory'; manifests: never[] }>(3, 5);
  const rendered = (count: number) => ({ type: 'Directory' as const, manifests: new Array<never>(count) });
  for (const key of ['a', 'b', 'c']) cache.set(key, rendered(1));
  cache.get('a');
  cache.set('d', rendered(1));
  const there = () => ['a', 'b', 'c', 'd', 'e'].filter(key => cache.get(key) !== undefined).join('');
  assert.equal(there(), 'acd');
  cache.set('e', rendered(4));
  assert.equal(there(), 'de');
  cache.set('e', rendered(9));
  assert.equal(there(), 'e', 'the newest stays, however large');
});

test('refuseForeign() keeps the engine’s rights to whom a source belongs to', () => {
  const home = 'https://git.slipway.internal/default/shop.git';
  refuseForeign('https://git.slipway.internal/default/lib.git', home);
  refuseForeign('oci://registry.slipway.internal/default/web', home);
  refuseForeign('https://git.example/any.git', home);
  for (const url of ['https://git.slipway.internal/other/lib.git', 'registry.slipway.internal/other/web'])
    assert.throws(() => refuseForeign(url, home), { code: 'SourceRefused' });
  assert.throws(() => refuseForeign(home, 'https://git.example/any.git'), { code: 'SourceRefused' });
});
