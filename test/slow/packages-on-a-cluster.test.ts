// Packages on the real Kubernetes: what our own API server's tests say of installing them holds there, too.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AnyObject, systemClock } from '@slipway/api';
import type { Client } from '@slipway/client';
import { awaitReady } from '@slipway/cluster';
import {
  filesDigest,
  installPackage,
  type PackageInstall,
  packageInstalls,
  packageOf,
  planPackage,
  removePackage,
} from '@slipway/definition';
import { ConfigMap, CustomResourceDefinition, Package, packageDefinition } from '@slipway/kinds';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';

const skip = noRealCluster();
let cluster: RealCluster | undefined;
let client: Client;
before(async () => {
  if (skip) return;
  cluster = await realCluster({ nodes: 1 });
  assert.ok(cluster);
  client = cluster.client();
  await client.create(CustomResourceDefinition, packageDefinition);
});
after(() => cluster?.stop());

const Boat = { group: 'sea.example', version: 'v1', kind: 'Boat', plural: 'boats', namespaced: true };
const crd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: boats.sea.example}
spec:
  group: sea.example
  scope: Namespaced
  names: {kind: Boat, plural: boats}
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
`;
const web = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: {{ .parameters.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: registry.example.com/web:1}]}
`;

async function installOf(version: string, texts: Record<string, string>): Promise<PackageInstall> {
  const definition = `apiVersion: slipway.dev/v1alpha1
kind: PackageDefinition
metadata: {name: sea}
spec:
  version: ${version}
  source: {templates: t}
  parameters: {type: object, properties: {replicas: {type: integer, default: 2}}}
`;
  const files = Object.entries({ 'package.yaml': definition, ...texts }).map(([path, text]) => ({
    path,
    data: Buffer.from(text),
  }));
  const request = { name: 'sea', from: { path: './sea' } };
  const entry = { version, digest: filesDigest(files), source: './sea' };
  const platform = { name: 'acme', domain: 'acme.example', appsDomain: 'apps.example', provided: {} };
  const [install] = await packageInstalls([{ request, definition: packageOf(files, 'sea'), files, entry }], {
    ...platform,
    by: 'person',
  });
  assert.ok(install);
  return install;
}

const first = {
  't/web.yaml': web,
  't/boat.yaml': 'apiVersion: sea.example/v1\nkind: Boat\nmetadata: {name: own}\n',
  't/crd.yaml': crd,
};

test('a package with a CRD and its objects is there, ready, and the second time unchanged', {
  skip,
}, async () => {
  const install = await installOf('1.0.0', first);
  const changes = await installPackage(client, install);
  assert.deepEqual(
    changes.map(({ result }) => result),
    ['created', 'created', 'created'],
  );
  const placed = install.objects.map(each => ({ ...each, metadata: { namespace: 'sea', ...each.metadata } }));
  await awaitReady(placed as AnyObject[], { client, clock: systemClock, timeoutMs: 30_000 });
  const again = await installPackage(client, install);
  assert.deepEqual([...new Set(again.map(({ result }) => result))], ['unchanged']);
});

test('an upgrade prunes what went, refuses what the server refuses, and keeps people’s data', {
  skip,
}, async () => {
  const bad = await installOf('1.1.0', {
    ...first,
    't/bad.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: bad}\nspec: {ports: [{port: 70000}]}\n',
  });
  await assert.rejects(
    installPackage(client, bad),
    /nothing was changed, for the server refuses:\n {2}Service sea\/bad: /,
  );
  const { 't/boat.yaml': _, ...rest } = first;
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
  const next = await installOf('1.1.0', { ...rest, 't/map.yaml': map });
  assert.deepEqual(
    (await planPackage(client, next)).map(({ object, result }) => `${result} ${object}`),
    [
      'unchanged CustomResourceDefinition boats.sea.example',
      'created ConfigMap sea/a',
      'unchanged Deployment sea/web',
      'deleted Boat sea/own',
    ],
  );
  await installPackage(client, next);
  assert.equal(await client.find(Boat, { namespace: 'sea', name: 'own' }), undefined);
  const ours = {
    apiVersion: 'sea.example/v1',
    kind: 'Boat',
    metadata: { name: 'ours', namespace: 'default' },
  };
  await client.create(Boat, ours);
  await assert.rejects(
    removePackage(client, 'sea'),
    /with its CRDs these would go, which no package brought: Boat default\/ours/,
  );
  assert.ok(await client.find(ConfigMap, { namespace: 'sea', name: 'a' }));
  await removePackage(client, 'sea', { deleteData: true });
  assert.equal(await client.find(ConfigMap, { namespace: 'sea', name: 'a' }), undefined);
  assert.equal(await client.find(Package, { name: 'sea' }), undefined);
});
