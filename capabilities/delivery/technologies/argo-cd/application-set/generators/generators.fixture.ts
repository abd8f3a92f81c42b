import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REPOSITORY, type TestGround, testGround } from '../ground.fixture.ts';
import type { Generator } from '../spec.ts';
import { transform } from './transform.ts';

export interface Row {
  generator: Generator;
  ground?: TestGround;
  gives: object[] | RegExp;
  because: string;
}

async function check({ generator, ground = {}, gives }: Row): Promise<void> {
  const run = transform(generator, undefined, testGround(ground));
  if (gives instanceof RegExp) return assert.rejects(run, { message: gives });
  const params = (await run).flatMap(each => each.params);
  assert.deepEqual(params, gives);
}

/** A test of each row: what a generator gives, or how it is refused. */
export function testRows(tables: Record<string, Row[]>): void {
  for (const [kind, rows] of Object.entries(tables))
    for (const row of rows) test(`transform() of ${kind}: ${row.because}`, () => check(row));
}

export const HERE = {
  name: 'in-cluster',
  nameNormalized: 'in-cluster',
  server: 'https://kubernetes.default.svc',
  project: '',
};
export const GO: TestGround = { goTemplate: true };
export const EU = {
  name: 'EU_1',
  server: 'https://eu.example.test',
  labels: { env: 'prod' },
  annotations: { zone: 'a' },
};
export const US = { name: 'us', server: 'https://us.example.test', project: 'shop', labels: { env: 'dev' } };
export const CLUSTERS = { clusters: [EU, US] };
export const TYPE = 'argocd.argoproj.io/secret-type';
export const FLAT_EU = {
  name: 'EU_1',
  nameNormalized: 'eu-1',
  server: 'https://eu.example.test',
  project: '',
  'metadata.annotations.zone': 'a',
  [`metadata.labels.${TYPE}`]: 'cluster',
  'metadata.labels.env': 'prod',
};
export const list = (...elements: object[]): Generator => ({ list: { elements } });

export const FILES = {
  files: {
    'README.md': '',
    'addons/argo/kustomization.yaml': '',
    'addons/Prom_Op/Chart.yaml': '',
    'addons/old/x.yaml': '',
    '.github/workflows/x.yaml': '',
    'config/eng/dev/config.json': '{"cluster":{"name":"dev","port":8443},"list":["x"]}',
    'config/eng/prod/config.json': '[{"cluster":{"name":"prod-1"}},{"cluster":{"name":"prod-2"}}]',
    'config/skip/dev/config.json': '{"cluster":{"name":"skip"}}',
    'config/deep/a/b/config.json': '{"cluster":{"name":"deep"}}',
    'broken.json': '[1]',
  },
};
export const git = (more: object): Generator => ({ git: { repoURL: REPOSITORY, revision: 'HEAD', ...more } });
export const inFolder = (path: string, filename: string) => {
  const segments = path.split('/');
  const basename = segments.at(-1) ?? '';
  return {
    path,
    'path.basename': basename,
    'path.basenameNormalized': basename,
    'path.filename': filename,
    'path.filenameNormalized': filename,
    ...Object.fromEntries(segments.map((segment, index) => [`path[${index}]`, segment])),
  };
};
