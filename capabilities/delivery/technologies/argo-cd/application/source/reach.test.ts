// What sources name elsewhere, and what is in the way: dependencies, remote bases, submodules, registries, credentials.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
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
import { publicRepository, type RepositoryAccess } from '../../settings/repository.ts';
import { type SourceLoader, sourceLoader } from './load.ts';
import { readSources } from './read-source.ts';

let server: GitServer;
let secret: GitServer;
let charts: ChartServer;
let folder: string;
let loader: SourceLoader;
/** Which servers an administrator named. */
let isNamed = (_url: string) => true;
let secrets: { url: string; access: Partial<RepositoryAccess> }[];

const destination = {
  read: async () => ({ gitVersion: 'v1.33.1' }),
  apiVersions: async () => ['v1'],
} as unknown as Client;
const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata: {}\n`;
const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-reach-'));
  server = await startGitServer();
  secret = await startGitServer({ password: 'open-sesame' });
  charts = await startChartServer({ password: 'word' });
  await packChart();
  await secret.commit({
    'base/kustomization.yaml': 'resources: [map.yaml]\n',
    'base/map.yaml': map('secret'),
  });
  const dependency = (repository: string) =>
    `${CHART}dependencies:\n- name: dep\n  version: ^1.0.0\n  repository: ${JSON.stringify(repository)}\n`;
  await server.commit({
    'remote/Chart.yaml': dependency(charts.url),
    'remote/templates/own.yaml': map('own'),
    'named/Chart.yaml': dependency('@stable'),
    'stranger/Chart.yaml': dependency('@nobody'),
    'local/Chart.yaml': dependency('file://../libs/dep'),
    'libs/dep/Chart.yaml': 'apiVersion: v2\nname: dep\nversion: 1.0.0\n',
    'libs/dep/templates/map.yaml': map('from-file'),
    'locked/Chart.yaml': dependency(charts.url),
    'locked/Chart.lock': 'dependencies:\n- name: dep\n  version: 2.0.0\n  repository: https://x.example\n',
    'kustom/kustomization.yaml': `resources:\n- ${secret.url}//base?ref=main\n`,
    'foreign/kustomization.yaml': 'resources:\n- https://git.slipway.internal/others/base.git//x?ref=main\n',
    'jsonnet/a.jsonnet': '{}',
    'lfs/a.yaml': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n',
    'plain/a.yaml': map('plain'),
    'file/kustomization.yaml': `resources: ["${charts.url}/a.yaml"]\n`,
  });
  await addSubmodule();
  secrets = [
    {
      url: charts.url,
      access: { type: 'helm', name: 'stable', username: 'ann', password: 'word', ca: charts.ca, secret: 'c' },
    },
    { url: secret.url, access: { username: 'token', password: 'open-sesame', secret: 'g' } },
  ];
  const found = () =>
    secrets.map(({ url, access }) => ({
      access: { ...publicRepository(url), ...access, namesServer: isNamed(url) },
    }));
  const settings = { kustomizeBuildOptions: '', helmValuesFileSchemes: ['https'], disabledSources: [] };
  loader = sourceLoader({ clock: systemClock, pool: poolHere, data: folderAt(folder) } as unknown as Ports, {
    credentialsFor: url =>
      found().find(({ access }) => access.url === url)?.access ?? {
        ...publicRepository(url),
        namesServer: isNamed(url),
      },
    repositories: found,
    config: () => settings,
  });
});
after(async () => {
  loader.close();
  charts.stop();
  await server.stop();
  await secret.stop();
  await rm(folder, { recursive: true, force: true });
});

async function packChart(): Promise<void> {
  const files = {
    'dep/Chart.yaml': 'apiVersion: v2\nname: dep\nversion: 1.4.0\n',
    'dep/templates/map.yaml': map('from-repository'),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'pack', path)), { recursive: true });
    await writeFile(join(folder, 'pack', path), text);
  }
  await promisify(execFile)('tar', ['czf', 'dep.tgz', 'dep'], { cwd: join(folder, 'pack') });
  charts.files.set('/dep.tgz', await readFile(join(folder, 'pack', 'dep.tgz')));
  const entries = { dep: [{ version: '1.4.0', urls: ['dep.tgz'] }] };
  charts.files.set('/index.yaml', JSON.stringify({ apiVersion: 'v1', entries }));
}

async function load(source: Record<string, unknown>): Promise<string[] | string> {
  const found = await loader.load(
    readSources({ source: { repoURL: server.url, targetRevision: 'main', ...source } }),
    {
      known: [],
      fresh: true,
      anew: true,
      signal: new AbortController().signal,
      application: {
        name: 'shop',
        namespace: 'argocd',
        project: 'default',
        destinationNamespace: 'prod',
        destination,
      },
    },
  );
  return 'error' in found ? found.error : found.manifests.map(({ object }) => object.metadata.name ?? '');
}

const rows: { source: Record<string, unknown>; expected: string[] | RegExp; because: string }[] = [
  {
    source: { path: 'remote' },
    expected: ['from-repository', 'own'],
    because: 'a dependency of a chart repository',
  },
  {
    source: { path: 'named' },
    expected: ['from-repository'],
    because: 'a repository by the name of its Secret',
  },
  { source: { path: 'local' }, expected: ['from-file'], because: 'a dependency in the same repository' },
  {
    source: { path: 'stranger' },
    expected: /repository "@nobody" is not known; give it a Secret/,
    because: 'no such Secret',
  },
  {
    source: { path: 'locked' },
    expected: /the lock file \(Chart\.lock\) is out of sync with the dependencies file/,
    because: 'a lock that says something else',
  },
  {
    source: { path: 'kustom' },
    expected: ['secret'],
    because: 'a remote base, with the credentials of its own Secret',
  },
  {
    source: { path: 'foreign' },
    expected: /belongs to "others"; a source names repositories of its own owner only/,
    because: 'the engine’s rights are not lent',
  },
  {
    source: { path: 'jsonnet' },
    expected: /a\.jsonnet: is Jsonnet, which this engine does not render/,
    because: 'Jsonnet',
  },
  {
    source: { path: 'lfs' },
    expected: /kept in Git LFS, which is not fetched; commit the file itself/,
    because: 'Git LFS',
  },
];
for (const { source, expected, because } of rows) {
  test(`load() of ${source.path}: ${because}`, async () => {
    const found = await load(source);
    if (Array.isArray(expected)) return assert.deepEqual(found, expected);
    assert.match(String(found), expected);
  });
}

test('load() tells what to do about credentials, and tells none', async () => {
  const given = secrets;
  const source = { repoURL: `${secret.url}?`, path: 'base' };
  assert.match(
    String(await load({ ...source, repoURL: secret.url.replace('127.0.0.1', 'localhost') })),
    /authentication required: give this address a Secret/,
  );
  secrets = [{ url: secret.url, access: { username: 'token', password: 'wrong-word', secret: 'w' } }];
  const refused = String(await load({ repoURL: secret.url, path: 'base' }));
  assert.match(refused, /failed to list refs: .*authentication required/);
  assert.doesNotMatch(refused, /wrong-word|d3Jvbmct/);
  secrets = given;
});

test('load() refuses a repository with a link that leads out of it', async () => {
  const work = join(server.folder, 'work');
  await mkdir(join(work, 'plain'), { recursive: true });
  await symlink('../../../etc/passwd', join(work, 'plain/out.yaml'));
  await server.commit({ 'plain/b.yaml': map('b') }, 'escape');
  assert.match(
    String(await load({ path: 'plain', targetRevision: 'escape' })),
    /repository contains out-of-bounds symlinks\. file: plain\/out\.yaml/,
  );
});

const places: { source: () => Record<string, unknown>; because: string }[] = [
  { source: () => ({ path: 'plain' }), because: 'a repository' },
  {
    source: () => ({ repoURL: server.url.replace('127.0.0.1', 'localhost'), path: 'plain' }),
    because: 'its name',
  },
  {
    source: () => ({ repoURL: server.url.replace('127.0.0.1', '[::ffff:127.0.0.1]'), path: 'plain' }),
    because: 'another way to write it',
  },
  { source: () => ({ repoURL: 'ssh://git@127.0.0.1/x.git', path: 'plain' }), because: 'SSH' },
  { source: () => ({ repoURL: 'git@localhost:x.git', path: 'plain' }), because: 'SSH in its short form' },
  { source: () => ({ repoURL: charts.url, chart: 'dep', targetRevision: '1.4.0' }), because: 'charts' },
  {
    source: () => ({
      repoURL: `${charts.url.replace('https://', 'oci://')}/acme`,
      path: '.',
      targetRevision: 'v1',
    }),
    because: 'artifacts',
  },
  {
    source: () => ({ repoURL: charts.url.replace('https://', ''), chart: 'dep', targetRevision: '1.4.0' }),
    because: 'a registry without a scheme',
  },
];
for (const { source, because } of places) {
  test(`load() dials nothing on this machine for a team: ${because}`, async () => {
    const [given, asked] = [secrets, server.requests() + charts.requests.length];
    isNamed = () => false;
    secrets = [];
    const found = String(await load({ helm: undefined, ...source() }));
    isNamed = () => true;
    secrets = given;
    assert.match(
      found,
      /is this machine or its own link; .* unless an administrator names the server in a Secret labelled/,
    );
    assert.equal(server.requests() + charts.requests.length, asked, 'nobody was asked');
  });
}

/** A branch whose tree holds another repository. */
async function addSubmodule(): Promise<void> {
  const work = join(server.folder, 'work');
  const commit = await server.git(['rev-parse', 'HEAD'], work);
  await writeFile(join(work, '.gitmodules'), `[submodule "sub"]\n\tpath = sub\n\turl = ${secret.url}\n`);
  await server.git(['add', '.gitmodules'], work);
  await server.git(['update-index', '--add', '--cacheinfo', `160000,${commit},sub`], work);
  await server.git(['commit', '--quiet', '-m', 'a submodule'], work);
  await server.git(['push', '--quiet', join(server.folder, 'served.git'), 'HEAD:refs/heads/modules'], work);
  await server.git(['reset', '--quiet', '--hard', commit], work);
}

const inside: { source: Record<string, unknown>; because: string }[] = [
  { source: { path: 'remote' }, because: 'a chart’s dependency' },
  { source: { path: 'kustom' }, because: 'a remote base' },
  { source: { path: 'plain', targetRevision: 'modules' }, because: 'a submodule' },
  { source: { path: 'file' }, because: 'a remote file of a kustomization' },
  {
    source: { path: 'libs/dep', helm: { valueFiles: ['https://169.254.169.254/latest/meta-data'] } },
    because: 'a file of values',
  },
];
for (const { source, because } of inside) {
  test(`load() dials nothing on this machine for what files name: ${because}`, async () => {
    const given = secrets;
    secrets = [];
    isNamed = url => url === server.url;
    const found = String(await load(source));
    secrets = given;
    isNamed = () => true;
    assert.match(found, /is this machine or its own link/);
  });
}
