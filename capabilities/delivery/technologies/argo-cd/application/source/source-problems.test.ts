import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSources } from './read-source.ts';
import { sourcesProblems } from './source-problems.ts';

const git = { repoURL: 'https://git.example/a.git', path: 'deploy', targetRevision: 'main' };
const chart = { repoURL: 'https://charts.example', chart: 'web', targetRevision: '1.x' };

const refused: { spec: Record<string, unknown>; names: RegExp; because: string }[] = [
  { spec: {}, names: /spec\.source is required/, because: 'no source' },
  {
    spec: { source: { repoURL: git.repoURL } },
    names: /spec\.source\.repoURL and either spec\.source\.path or spec\.source\.chart are required/,
    because: 'neither path nor chart',
  },
  {
    spec: { sources: [chart, { repoURL: git.repoURL }] },
    names: /spec\.sources\[1\]: repoURL and either path, chart or ref/,
    because: 'one of several has no path, chart or ref',
  },
  {
    spec: { source: { ...chart, targetRevision: '' } },
    names: /spec\.source\.targetRevision is required/,
    because: 'a chart needs a version',
  },
  {
    spec: { source: { ...git, path: 'a/../../x' } },
    names: /spec\.source\.path: .*outside root/,
    because: 'a path that leaves the repository',
  },
  { spec: { source: { ...git, path: '/etc' } }, names: /path is absolute/, because: 'an absolute path' },
  {
    spec: { source: { ...git, helm: {}, kustomize: {} } },
    names: /multiple application sources defined: Kustomize,Helm/,
    because: 'two types at once',
  },
  {
    spec: { source: { ...git, plugin: {} } },
    names: /plugin is not supported/,
    because: 'plugins run commands',
  },
  {
    spec: { source: { ...git, directory: { jsonnet: { libs: ['x'] } } } },
    names: /directory\.jsonnet is not supported/,
    because: 'jsonnet',
  },
  {
    spec: { source: { ...git, helm: { version: 'v2' } } },
    names: /helm\.version "v2" is not supported/,
    because: 'Helm 2',
  },
  {
    spec: { sources: [git, { ...git, helm: { post: 1 } }] },
    names: /spec\.sources\[1\]\.helm\.post is not supported/,
    because: 'a field nobody reads',
  },
  {
    spec: { source: { ...git, kustomize: { version: 'v4' } } },
    names: /kustomize\.version is not supported/,
    because: 'there is one Kustomize',
  },
];
for (const { spec, names, because } of refused) {
  test(`sourcesProblems() refuses by name: ${because}`, () => {
    assert.match(sourcesProblems(spec).join('\n'), names);
  });
}

const accepted: { spec: Record<string, unknown>; because: string }[] = [
  { spec: { source: git }, because: 'a folder of a repository' },
  { spec: { source: { ...git, path: 'a/../b' } }, because: 'the path stays inside' },
  { spec: { source: chart }, because: 'a chart of a repository' },
  {
    spec: { sources: [chart, { repoURL: git.repoURL, ref: 'values' }] },
    because: 'values from another source',
  },
  { spec: { source: { repoURL: 'ignored' }, sources: [git] }, because: 'sources come before source' },
  { spec: { source: { ...git, directory: { jsonnet: {} } } }, because: 'an empty jsonnet asks for nothing' },
];
for (const { spec, because } of accepted) {
  test(`sourcesProblems() finds nothing: ${because}`, () => assert.deepEqual(sourcesProblems(spec), []));
}

test('readSources() fills in defaults and keeps what was given', () => {
  const [source] = readSources({
    sources: [
      { ...git, targetRevision: undefined, helm: { valueFiles: ['a.yaml'], valuesObject: { a: 1 } } },
    ],
  });
  assert.equal(source?.targetRevision, 'HEAD');
  assert.deepEqual(source?.helm?.valueFiles, ['a.yaml']);
  assert.deepEqual(source?.helm?.valuesObject, { a: 1 });
  assert.equal(source?.helm?.skipCrds, false);
  assert.equal(source?.kustomize, undefined);
});
