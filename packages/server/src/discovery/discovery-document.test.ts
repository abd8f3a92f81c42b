import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createRegistry } from '../schema/index.ts';
import { discoveryDocument } from './discovery-document.ts';
import { compareKubeVersions } from './kube-version.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const shared = process.env.SLIPWAY_SHARED ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const folder = `${shared}/corpora/kubernetes/discovery`;
const skip = existsSync(folder)
  ? false
  : 'the corpus is not here: SLIPWAY_SHARED names the folder that holds corpora/';
const files = skip ? [] : readdirSync(folder).filter(file => file !== 'version.json');

test('discoveryDocument() answers as a bare Kubernetes does', { skip }, () => {
  for (const file of files) {
    const path = `/${file.replace('aggregated_', '').replace('.json', '').replaceAll('__', '/')}`;
    const accept = file.startsWith('aggregated') ? AGGREGATED : 'application/json';
    const answer = discoveryDocument(path, accept, createRegistry(), '192.0.2.10:16443');
    assert.deepEqual(
      JSON.parse(answer?.body ?? '{}'),
      JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')),
      file,
    );
    assert.equal(answer?.contentType, accept);
  }
});

function withFoo() {
  const registry = createRegistry();
  const version = (name: string, storage: boolean) => ({
    name,
    storage,
    served: true,
    subresources: { status: {}, scale: { specReplicasPath: '.spec.r', statusReplicasPath: '.status.r' } },
  });
  registry.addCustom({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'foos.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Foo', plural: 'foos', singular: 'foo', listKind: 'FooList' },
      versions: [version('v1beta1', false), version('v1', true)],
    },
  });
  return registry;
}

test('discoveryDocument() shows custom kinds until they are gone, best version first', () => {
  const registry = withFoo();
  const names = (): string[] =>
    JSON.parse(discoveryDocument('/apis', AGGREGATED, registry)?.body ?? '').items.map(
      (item: { metadata: { name: string } }) => item.metadata.name,
    );
  assert.ok(names().includes('example.com'));
  const group = JSON.parse(discoveryDocument('/apis/example.com', '', registry)?.body ?? '');
  assert.deepEqual(group.preferredVersion, { groupVersion: 'example.com/v1', version: 'v1' });
  const list = JSON.parse(discoveryDocument('/apis/example.com/v1', '', registry)?.body ?? '');
  const resources = list.resources.map((found: { name: string }) => found.name);
  assert.deepEqual(resources, ['foos', 'foos/status', 'foos/scale']);
  registry.removeCustom('foos.example.com');
  assert.ok(!names().includes('example.com'));
  assert.equal(discoveryDocument('/apis/example.com/v1', '', registry), undefined);
});

test('discoveryDocument() keeps its answer, and its etag changes with the kinds', () => {
  const registry = createRegistry();
  const first = discoveryDocument('/apis', AGGREGATED, registry);
  assert.equal(discoveryDocument('/apis', AGGREGATED, registry), first);
  assert.notEqual(discoveryDocument('/apis', AGGREGATED, withFoo())?.etag, first?.etag);
});

test('discoveryDocument() knows no other paths', () => {
  for (const path of ['/', '/apis/none.example.com', '/api/v2', '/api/v1/pods', '/healthz']) {
    assert.equal(discoveryDocument(path, '', createRegistry()), undefined, path);
  }
});

test('compareKubeVersions() puts the best version first', () => {
  const sorted = ['v1alpha1', 'v2', 'foo', 'v1beta2', 'v1', 'bar', 'v10', 'v1beta1'].sort(
    compareKubeVersions,
  );
  assert.deepEqual(sorted, ['v10', 'v2', 'v1', 'v1beta2', 'v1beta1', 'v1alpha1', 'bar', 'foo']);
});
