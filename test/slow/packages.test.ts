// Packages in idpbuilder's form, from a folder to objects that live.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Client, createClient } from '@slipway/client';
import { loadKubeconfig, nodeTransport } from '@slipway/client/node';
import { ConfigMap } from '@slipway/kinds';
import { type Platform, startPlatform } from '../platform-process.ts';

let platform: Platform;
let client: Client;
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-packages-'));
  platform = await startPlatform();
  client = createClient(nodeTransport(await loadKubeconfig(platform.report.kubeconfig)));
});
after(async () => {
  await platform?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const application = (name: string, sources: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd, finalizers: [resources-finalizer.argocd.argoproj.io]}
spec:
  project: default
  ${sources}
  destination: {server: "https://kubernetes.default.svc", namespace: ${name}}
  syncPolicy: {automated: {prune: true, selfHeal: true}, syncOptions: [CreateNamespace=true]}
`;
const map = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: "${value}"}\n`;

interface Report {
  name: string;
  ready: boolean;
  cause: string;
}

async function add(...args: string[]): Promise<Report[]> {
  return platform.json<Report[]>(['package', 'add', ...args, '--wait', '--timeout', '60']);
}

async function textOf(namespace: string, name: string): Promise<string | undefined> {
  return (await client.find(ConfigMap, { namespace, name }))?.data?.value;
}

test('package add brings folders, charts with values beside them, and ApplicationSets over folders', async () => {
  await write({
    'base/plain.yaml': application(
      'plain',
      'source: {repoURL: "cnoe://manifests", targetRevision: HEAD, path: .}',
    ),
    'base/manifests/a.yaml': map('a', 'first'),
    'base/manifests/b.yaml': map('b', 'first'),
    'base/chart.yaml': application(
      'chart',
      `sources:
    - {repoURL: "cnoe://web", targetRevision: HEAD, path: ., helm: {valueFiles: ["$values/web.yaml"]}}
    - {repoURL: "cnoe://values", targetRevision: HEAD, ref: values}`,
    ),
    'base/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'base/web/templates/map.yaml': map('{{ .Release.Name }}', '{{ .Values.greeting }}'),
    'base/values/web.yaml': 'greeting: hello\n',
    'base/set.yaml': `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: each, namespace: argocd}
spec:
  goTemplate: true
  generators:
    - matrix:
        generators:
          - git: {repoURL: "cnoe://each", revision: HEAD, directories: [{path: "*"}]}
          - list: {elements: [{stage: dev}]}
  template:
    metadata: {name: "{{ .path.basename }}-{{ .stage }}"}
    spec:
      project: default
      source: {repoURL: "cnoe://each", targetRevision: HEAD, path: "{{ .path.path }}"}
      destination: {name: in-cluster, namespace: "{{ .path.basename }}"}
      syncPolicy: {automated: {}, syncOptions: [CreateNamespace=true]}
`,
    'base/each/one/map.yaml': map('one', '1'),
    'base/each/two/map.yaml': map('two', '2'),
  });
  const reports = await add(join(folder, 'base'));
  assert.deepEqual(
    reports.map(({ name, ready, cause }) => [name, ready, cause]),
    ['chart', 'one-dev', 'plain', 'two-dev'].map(name => [name, true, '']),
  );
  assert.equal(await textOf('plain', 'a'), 'first');
  assert.equal(await textOf('chart', 'chart'), 'hello');
  assert.deepEqual([await textOf('one', 'one'), await textOf('two', 'two')], ['1', '2']);
});

test('package add again brings the folder as it is now, and takes away what is not in it any more', async () => {
  await write({ 'base/manifests/a.yaml': map('a', 'second') });
  await rm(join(folder, 'base/manifests/b.yaml'));
  await add(join(folder, 'base/plain.yaml'));
  const end = performance.now() + 20_000;
  while ((await textOf('plain', 'b')) !== undefined || (await textOf('plain', 'a')) !== 'second') {
    assert.ok(performance.now() < end, 'never so');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
});

test('of two packages with one Application the later counts, and an earlier one does not take it back', async () => {
  await write({
    'over/plain.yaml': application('plain', 'source: {repoURL: "cnoe://own", targetRevision: HEAD, path: .}'),
    'over/own/a.yaml': map('a', 'over'),
  });
  await add(join(folder, 'base/plain.yaml'), join(folder, 'over'));
  assert.equal(await textOf('plain', 'a'), 'over');
  await platform.json(['package', 'add', join(folder, 'base/plain.yaml')]);
  const listed = await platform.json<{ name: string; priority: number }[]>(['package', 'list']);
  assert.equal(listed.find(({ name }) => name === 'plain')?.priority, 1);
});

test('package remove takes away what a package brought', async () => {
  await platform.json(['package', 'remove', join(folder, 'over')]);
  const end = performance.now() + 20_000;
  while ((await textOf('plain', 'a')) !== undefined) {
    assert.ok(performance.now() < end, 'never so');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
});
