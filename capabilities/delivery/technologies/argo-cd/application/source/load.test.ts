// Sources as Applications name them, from a Git server over HTTP and a chart repository over HTTPS.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { systemClock } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Ports } from '@slipway/definition';
import {
  type ChartServer,
  startChartServer,
} from '../../../../../../packages/sources/src/chart/chart-server.fixture.ts';
import { type GitServer, startGitServer } from '../../../../../../packages/sources/src/git-server.fixture.ts';
import { folderAt, poolHere } from '../../../../../../test/engine-bed.ts';
import { publicRepository } from '../../settings/repository.ts';
import { type Loaded, type LoadedSources, type SourceLoader, sourceLoader } from './load.ts';
import { readSources } from './read-source.ts';

let server: GitServer;
let charts: ChartServer;
let folder: string;
let loader: SourceLoader;
let rendered: string[] = [];

/** Renders in this thread, and notes what was asked for. */
const destination = {
  read: async () => ({ gitVersion: 'v1.33.1-slipway.2+abc' }),
  apiVersions: async () => ['v1', 'apps/v1', 'example.org/v1/Thing'],
} as unknown as Client;

const configMap = (name: string, data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  value: ${data}\n`;
const CHART = 'apiVersion: v2\nname: web\nversion: 1.2.3\n';
const TEMPLATE = configMap(
  '{{ .Release.Name }}-{{ .Chart.Name }}',
  '"{{ .Values.a }},{{ .Values.b }},{{ .Values.c }},{{ .Values.d }} in {{ .Release.Namespace }}"',
);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-load-'));
  server = await startGitServer();
  charts = await startChartServer({ password: 'word' });
  await server.commit({
    'plain/a.yaml': configMap('a', '1'),
    'plain/deep/b.yaml': configMap('b', '2'),
    'web/Chart.yaml': CHART,
    'web/values.yaml': 'a: chart\nb: chart\nc: chart\nd: chart\n',
    'web/templates/map.yaml': TEMPLATE,
    'web/values-prod.yaml': 'b: file\nc: file\nd: file\n',
    'shared/values.yaml': 'c: shared\n',
    'shared/text.txt': 'from a file',
    'base/kustomization.yaml': 'resources: [map.yaml]\n',
    'base/map.yaml': configMap('base', '1'),
    'overlay/kustomization.yaml': 'resources: [../base]\nnamePrefix: own-\n',
    'overridden/Chart.yaml': CHART,
    'overridden/values.yaml': 'a: chart\nb: chart\nc: chart\nd: chart\n',
    'overridden/templates/map.yaml': TEMPLATE,
    'overridden/.argocd-source.yaml': 'helm:\n  parameters:\n  - name: a\n    value: overridden\n',
    'broken/a.yaml': `${configMap('a', '1')}---\napiVersion: v1\nkind: [\n`,
  });
  await packChart();
  const known = { username: 'ann', password: 'word', ca: charts.ca };
  const namesServer = true;
  const credentialsFor = (url: string) => ({
    ...publicRepository(url),
    namesServer,
    ...(url.startsWith(charts.url) ? known : {}),
  });
  const settings = { kustomizeBuildOptions: '', helmValuesFileSchemes: ['https'], disabledSources: [] };
  const ports = { clock: systemClock, pool: poolHere, data: folderAt(folder) } as unknown as Ports;
  loader = sourceLoader(ports, { credentialsFor, repositories: () => [], config: () => settings });
});
after(async () => {
  loader.close();
  charts.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function packChart(): Promise<void> {
  const files = {
    'web/Chart.yaml': CHART,
    'web/values.yaml': 'a: packed\n',
    'web/templates/map.yaml': TEMPLATE,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'pack', path)), { recursive: true });
    await writeFile(join(folder, 'pack', path), text);
  }
  await promisify(execFile)('tar', ['czf', 'web.tgz', 'web'], { cwd: join(folder, 'pack') });
  charts.files.set('/web.tgz', await readFile(join(folder, 'pack', 'web.tgz')));
  const entries = { web: [{ version: '1.2.3', urls: ['web.tgz'] }] };
  charts.files.set('/index.yaml', JSON.stringify({ apiVersion: 'v1', entries }));
}

const load = (...sources: Record<string, unknown>[]) => loadWith({}, sources);

async function loadWith(
  { name = 'shop', anew = false }: { name?: string; anew?: boolean },
  sources: Record<string, unknown>[],
): Promise<LoadedSources> {
  rendered = [];
  const given = sources.map(source => ({ repoURL: server.url, targetRevision: 'main', ...source }));
  return loader.load(readSources({ sources: given }), {
    known: [],
    fresh: true,
    anew,
    signal: new AbortController().signal,
    application: {
      name,
      namespace: 'team-a',
      project: 'default',
      destinationNamespace: 'prod',
      destination,
    },
  });
}

function loaded(found: LoadedSources): Loaded {
  assert.ok(!('error' in found), 'error' in found ? found.error : '');
  return found;
}

const valuesOf = (found: LoadedSources) =>
  loaded(found).manifests.map(({ object }) => (object.data as { value?: unknown }).value);
const namesOf = (found: LoadedSources) => loaded(found).manifests.map(({ object }) => object.metadata.name);

test('load() reads plain folders, and renders again only what a commit touches', async () => {
  const first = loaded(await load({ path: 'plain', directory: { recurse: true } }));
  assert.deepEqual([namesOf(first), first.sourceTypes], [['a', 'b'], ['Directory']]);
  const web = loaded(await load({ path: 'web' }));
  const overlay = loaded(await load({ path: 'overlay' }));
  assert.deepEqual(namesOf(overlay), ['own-base']);
  await server.commit({ 'plain/deep/b.yaml': configMap('b', '3') });
  const second = loaded(await load({ path: 'plain', directory: { recurse: true } }));
  assert.notEqual(second.revision, first.revision);
  assert.deepEqual(valuesOf(second), [1, 3]);
  assert.equal(loaded(await load({ path: 'web' })).manifests, web.manifests, 'the chart was left as it was');
  assert.equal(
    loaded(await load({ path: 'overlay' })).manifests,
    overlay.manifests,
    'so were base and overlay',
  );
  assert.deepEqual(rendered, []);
  await server.commit({ 'base/map.yaml': configMap('base', '2') });
  assert.deepEqual(valuesOf(await load({ path: 'overlay' })), [2], 'what the overlay stands on was changed');
});

const precedence: { helm: Record<string, unknown>; value: string; because: string }[] = [
  { helm: {}, value: 'chart,chart,chart,chart in prod', because: 'the chart’s own values' },
  {
    helm: { valueFiles: ['values-prod.yaml', '/shared/values.yaml'] },
    value: 'chart,file,shared,file in prod',
    because: 'later files win; / is the root of the repository',
  },
  {
    helm: {
      valueFiles: ['values-prod.yaml'],
      values: 'c: inline\nd: inline\n',
      parameters: [{ name: 'd', value: 'x,$ARGOCD_APP_PROJECT_NAME' }],
    },
    value: 'chart,file,inline,x,default in prod',
    because: 'files, values, parameters',
  },
  {
    helm: {
      values: 'a: text\n',
      valuesObject: { a: 'object' },
      parameters: [{ name: 'b', value: 'param' }],
      fileParameters: [{ name: 'b', path: '/shared/text.txt' }],
    },
    value: 'object,from a file,chart,chart in prod',
    because: 'valuesObject takes the place of values; files as parameters come last',
  },
  {
    helm: { valueFiles: ['none.yaml', 'values-*.yaml'], ignoreMissingValueFiles: true, namespace: 'other' },
    value: 'chart,file,file,file in other',
    because: 'missing files may be missing, patterns find files, the namespace is the source’s',
  },
];
for (const { helm, value, because } of precedence) {
  test(`load() merges values as Argo CD does: ${because}`, async () => {
    const found = await load({ path: 'web', helm });
    assert.deepEqual(valuesOf(found), [value]);
    assert.deepEqual([namesOf(found), loaded(found).sourceTypes], [['shop-web'], ['Helm']]);
  });
}

test('load() anew renders for who asked, and leaves what others have', async () => {
  const chart = { repoURL: charts.url, chart: 'web', targetRevision: '1.2.3' };
  const all = (anew: string) =>
    Promise.all(
      ['one', 'two'].flatMap(name => [
        loadWith({ name, anew: name === anew }, [{ path: 'web' }]),
        loadWith({ name, anew: name === anew }, [chart]),
      ]),
    ).then(found => found.map(each => loaded(each).manifests));
  const [before, asked] = [await all(''), charts.requests.length];
  const after = await all('one');
  assert.deepEqual(
    after.map((manifests, index) => manifests === before[index]),
    [false, false, true, true],
  );
  assert.deepEqual(after, before);
  assert.ok(charts.requests.length > asked, 'the chart was fetched again');
  assert.deepEqual(
    (await all('')).map((each, index) => each === after[index]),
    [true, true, true, true],
  );
});

test('load() takes value files from another source, and charts from a repository', async () => {
  const chart = { repoURL: charts.url, chart: 'web', targetRevision: '^1.0.0' };
  const found = await load(
    { ...chart, helm: { valueFiles: ['$values/shared/values.yaml'], releaseName: 'own' } },
    { ref: 'values' },
  );
  assert.deepEqual([valuesOf(found), namesOf(found)], [['packed,,shared, in prod'], ['own-web']]);
  const { revisions, sourceTypes } = loaded(found);
  assert.deepEqual([revisions[0], sourceTypes], ['1.2.3', ['Helm', 'Directory']]);
  assert.match(revisions[1] ?? '', /^[0-9a-f]{40}$/);
  const before = charts.requests.length;
  await load({ ...chart, targetRevision: '1.2.3' });
  assert.equal(charts.requests.length, before, 'a version that was fetched is not fetched again');
  await server.commit({ 'shared/values.yaml': 'c: newer\n' });
  const next = await load(
    { ...chart, helm: { valueFiles: ['$values/shared/values.yaml'] } },
    { ref: 'values' },
  );
  assert.deepEqual(valuesOf(next), ['packed,,newer, in prod']);
  await server.commit({ 'shared/values.yaml': 'c: shared\n' });
});

test('load() applies what .argocd-source.yaml says, and kustomize options of the spec', async () => {
  assert.deepEqual(valuesOf(await load({ path: 'overridden' })), ['overridden,chart,chart,chart in prod']);
  const kustomize = {
    namePrefix: 'x-',
    commonLabels: { app: '$ARGOCD_APP_NAME' },
    labelWithoutSelector: true,
  };
  const [manifest] = loaded(await load({ path: 'base', kustomize })).manifests;
  assert.equal(manifest?.object.metadata.name, 'x-base');
  assert.deepEqual(manifest?.object.metadata.labels, { app: 'team-a_shop' });
});

const refused: { sources: Record<string, unknown>[]; error: RegExp; because: string }[] = [
  {
    sources: [{ path: 'nowhere' }],
    error: /source 1 of 1: nowhere: app path does not exist/,
    because: 'no folder',
  },
  { sources: [{ path: 'web/Chart.yaml' }], error: /app path is not a directory/, because: 'a file' },
  {
    sources: [{ path: 'plain', targetRevision: 'nope' }],
    error: /unable to resolve 'nope' to a commit SHA: .*branches: main/,
    because: 'no such branch',
  },
  {
    sources: [{ path: 'plain', repoURL: 'http://127.0.0.1:1/x.git' }],
    error: /failed to list refs: .*cannot be reached/,
    because: 'nobody listens there',
  },
  {
    sources: [{ path: 'broken' }],
    error: /broken\/a\.yaml.*(document 2|:9|:8)/,
    because: 'YAML that is none',
  },
  {
    sources: [{ path: 'web', helm: { valueFiles: ['../../etc/passwd'] } }],
    error: /file '\.\.\/\.\.\/etc\/passwd' resolved to outside repository root/,
    because: 'a value file outside',
  },
  {
    sources: [{ path: 'web', helm: { valueFiles: ['none.yaml'] } }],
    error:
      /failed to execute helm template command: Error: open .*web\/none\.yaml: no such file or directory/,
    because: 'a value file that is missing',
  },
  {
    sources: [{ path: 'web', helm: { valueFiles: ['ftp://x/y'] } }],
    error: /the URL scheme 'ftp' is not allowed/,
    because: 'a scheme that is not allowed',
  },
  {
    sources: [{ path: 'plain' }, { path: 'web', helm: { valueFiles: ['$other/x.yaml'] } }],
    error: /source 2 of 2: source referenced "\$other", but no source has a 'ref' field defined/,
    because: 'a ref that nobody has',
  },
  {
    sources: [{ repoURL: 'unset', chart: 'web', targetRevision: '^9' }],
    error: /invalid revision: version matching constraint/,
    because: 'no version in the range',
  },
];
for (const { sources, error, because } of refused) {
  test(`load() says what is wrong in Argo CD’s words: ${because}`, async () => {
    const found = await load(
      ...sources.map(each => (each.repoURL === 'unset' ? { ...each, repoURL: charts.url } : each)),
    );
    assert.match('error' in found ? found.error : 'nothing was wrong', error);
  });
}
