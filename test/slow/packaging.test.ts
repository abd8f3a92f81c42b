// Charts and kustomizations as Applications deliver them, from Git and from the platform's registry; releases from the
// command line.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadKubeconfig } from '@slipway/client/node';
import { createRegistryClient, openBlobStore, parseReference } from '@slipway/oci';
import { eventually, has, type Platform, run, startPlatform } from '../platform-process.ts';

const noKubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';

const REPOSITORY = `
apiVersion: source.slipway.dev/v1alpha1
kind: Repository
metadata: { name: pack, namespace: team-default }
spec: { owner: default, name: pack }
`;
const GIT = 'https://git.slipway.internal/default/pack.git';
const FILES = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\n',
  'chart/values.yaml': 'from: chart\nwho: chart\n',
  'chart/templates/map.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}" }\ndata: { text: "{{ .Values.from }} {{ .Values.who }}" }\n',
  'values/prod.yaml': 'who: values\n',
  'base/kustomization.yaml': 'resources: [map.yaml]\n',
  'base/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: base }\ndata: { text: base }\n',
  'overlay/kustomization.yaml': 'resources: [../base]\nnamePrefix: over-\n',
};

let platform: Platform;
let copy: string;

before(async () => {
  if (noKubectl) return;
  platform = await startPlatform();
  await platform.kubectl(['apply', '-f', '-'], REPOSITORY);
  await platform.kubectl(['wait', '--for=condition=Ready', 'repository/pack', '-n', 'team-default']);
  copy = join(platform.home, 'pack');
  const { host } = new URL(platform.report.portal);
  await platform.git(['clone', '--quiet', `https://git.${host}/default/pack.git`, copy]);
  await push(FILES);
});
after(() => platform?.stop());

async function push(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), text);
  }
  await platform.git(['add', '.'], copy);
  await platform.git(['commit', '--quiet', '-m', 'a change'], copy);
  await platform.git(['push', '--quiet', 'origin', 'HEAD:main'], copy);
}

/** An Application that syncs by itself. */
async function apply(name: string, sources: object): Promise<void> {
  const application = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'team-default' },
    spec: {
      project: 'default',
      ...sources,
      destination: { name: 'in-cluster', namespace: 'default-dev' },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    },
  };
  await platform.kubectl(['apply', '-f', '-'], JSON.stringify(application));
}

const textIs = (name: string, expected: string) =>
  eventually(`ConfigMap ${name} says ${expected}`, 30_000, async () => {
    const output = ['-n', 'default-dev', '--ignore-not-found', '-o', 'jsonpath={.data.text}'];
    return (await platform.kubectl(['get', 'configmap', name, ...output])) === expected ? true : undefined;
  });

/** Pushes the chart of the repository to the platform's registry, as `helm push` would. */
async function pushChart(): Promise<void> {
  await run('tar', ['czf', join(platform.home, 'web.tgz'), '--transform', 's,^chart,web,', 'chart'], {
    cwd: copy,
  });
  const blobs = await openBlobStore(join(platform.home, 'blobs'));
  const put = async (bytes: Buffer, mediaType: string) => ({
    ...(await blobs.write([bytes] as unknown as AsyncIterable<Uint8Array>)),
    mediaType,
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: await put(
      Buffer.from('{"name":"web","version":"1.2.0"}'),
      'application/vnd.cncf.helm.config.v1+json',
    ),
    layers: [
      await put(
        await readFile(join(platform.home, 'web.tgz')),
        'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
      ),
    ],
  };
  const { hostname, port } = new URL(platform.report.portal);
  const registry = `registry.${hostname}:${port}`;
  const { token } = await loadKubeconfig(platform.report.kubeconfig);
  const ca = await readFile(platform.report.ca, 'utf8');
  const client = createRegistryClient({
    endpoint: () => ({ host: '127.0.0.1', port: Number(port), serverName: `registry.${hostname}`, ca }),
    credentials: async () => ({ password: String(token) }),
  });
  const root = await put(Buffer.from(JSON.stringify(manifest)), manifest.mediaType);
  await client.push(parseReference(`${registry}/default/web:1.2.0`), root, { blobs });
  client.close();
}

test('Applications deliver a chart and a kustomization of a repository', { skip: noKubectl }, async () => {
  await apply('helm', {
    source: { repoURL: GIT, path: 'chart', targetRevision: 'main', helm: { valuesObject: { from: 'spec' } } },
  });
  await apply('kustomize', {
    source: { repoURL: GIT, path: 'overlay', targetRevision: 'main', kustomize: { nameSuffix: '-end' } },
  });
  await textIs('helm', 'spec chart');
  await textIs('over-base-end', 'base');
});

test('a chart of the platform’s registry takes its values from Git', { skip: noKubectl }, async () => {
  await pushChart();
  await apply('packed', {
    sources: [
      {
        repoURL: 'registry.slipway.internal/default',
        chart: 'web',
        targetRevision: '1.x',
        helm: { valueFiles: ['$values/values/prod.yaml'] },
      },
      { repoURL: GIT, targetRevision: 'main', ref: 'values' },
    ],
  });
  await textIs('packed', 'chart values');
  await push({ 'values/prod.yaml': 'who: others\n' });
  await textIs('packed', 'chart others');
});

test('a chart that cannot be rendered is told, and what runs goes on', { skip: noKubectl }, async () => {
  await push({ 'chart/templates/bad.yaml': '{{ .Values.none.at.all }}\n' });
  const message = await eventually('a condition', 30_000, async () => {
    const output = [
      '-n',
      'team-default',
      '-o',
      'jsonpath={.status.conditions[?(@.type=="ComparisonError")].message}',
    ];
    return (await platform.kubectl(['get', 'application', 'helm', ...output])) || undefined;
  });
  assert.match(
    message,
    /Failed to load target state: failed to generate manifest for source 1 of 1: .*web\/templates\/bad\.yaml:1:\d+.*nil pointer evaluating interface \{\}\.at/s,
  );
  await textIs('helm', 'spec chart');
  await push({ 'chart/templates/bad.yaml': '' });
  await eventually('no condition', 30_000, async () => {
    const output = ['-n', 'team-default', '-o', 'jsonpath={.status.conditions}{.status.sync.status}'];
    return (await platform.kubectl(['get', 'application', 'helm', ...output])) === 'Synced'
      ? true
      : undefined;
  });
});

test('slipway release installs, upgrades, rolls back and uninstalls', { skip: noKubectl }, async () => {
  const place = ['-n', 'shop'];
  const chart = join(copy, 'chart');
  await platform.cli([
    'release',
    'install',
    'shop',
    chart,
    ...place,
    '--create-namespace',
    '--set',
    'who=first',
  ]);
  await platform.cli(['release', 'upgrade', 'shop', chart, ...place, '--set', 'who=second', '--wait']);
  const textOf = () =>
    platform.kubectl(['get', 'configmap', 'shop', ...place, '-o', 'jsonpath={.data.text}']);
  assert.equal(await textOf(), 'chart second');
  await platform.cli(['release', 'rollback', 'shop', ...place]);
  assert.equal(await textOf(), 'chart first');
  const history = await platform.json<{ revision: number; status: string }[]>([
    'release',
    'history',
    'shop',
    ...place,
  ]);
  assert.deepEqual(
    history.map(({ revision, status }) => `${revision} ${status}`),
    ['1 superseded', '2 superseded', '3 deployed'],
  );
  const { hostname, port } = new URL(platform.report.portal);
  await platform.cli([
    'release',
    'install',
    'other',
    `oci://registry.${hostname}:${port}/default/web`,
    ...place,
  ]);
  const [first] = await platform.json<{ name: string; chart: string }[]>(['release', 'list', ...place]);
  assert.deepEqual([first?.name, first?.chart], ['other', 'web-1.2.0']);
  await platform.cli(['release', 'uninstall', 'shop', ...place]);
  await assert.rejects(platform.cli(['release', 'status', 'shop', ...place]), /not found in this namespace/);
});
