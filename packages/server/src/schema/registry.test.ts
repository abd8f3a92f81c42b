import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomResourceDefinition } from '@slipway/kinds';
import { createRegistry, fieldOf, hasSubresource, resolve } from './index.ts';

const foo: CustomResourceDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'foos.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Cluster',
    names: { kind: 'Foo', plural: 'foos' },
    versions: [
      { name: 'v1', served: true, storage: true, subresources: { status: {} } },
      { name: 'v1alpha1', served: false, storage: false },
    ],
  },
};

test('createRegistry() knows built-in resources by path and by kind', () => {
  const registry = createRegistry();
  const pods = registry.byPath('', 'v1', 'pods');
  assert.equal(pods, registry.byKind('', 'v1', 'Pod'));
  assert.deepEqual([pods?.listKind, pods?.shortNames, pods?.custom], ['PodList', ['po'], false]);
  assert.ok(pods && hasSubresource(pods, 'exec') && hasSubresource(pods, 'status'));
  assert.equal(registry.byPath('', 'v1', 'unicorns'), undefined);
});

test('the registry serves what a CRD serves, tells who listens, and forgets it again', () => {
  const registry = createRegistry();
  let changes = 0;
  const stop = registry.onChange(() => changes++);
  registry.addCustom(foo);
  const info = registry.byPath('example.com', 'v1', 'foos');
  assert.deepEqual(
    [info?.kind.namespaced, info?.singular, info?.crdName],
    [false, 'foo', 'foos.example.com'],
  );
  assert.equal(registry.byPath('example.com', 'v1alpha1', 'foos'), undefined, 'not served');
  registry.removeCustom('foos.example.com');
  registry.removeCustom('foos.example.com');
  stop();
  registry.addCustom(foo);
  assert.equal(changes, 2);
});

test('a schema’s fields are found through references', () => {
  const deployment = createRegistry().byKind('apps', 'v1', 'Deployment');
  assert.ok(deployment);
  const containers = ['spec', 'template', 'spec', 'containers'].reduce(
    (schema, name) => resolve(fieldOf(schema, name) ?? {}),
    deployment.schema,
  );
  assert.equal(containers['x-kubernetes-patch-merge-key'], 'name');
  const labels = fieldOf(fieldOf(deployment.schema, 'metadata') ?? {}, 'labels') ?? {};
  assert.equal(fieldOf(labels, 'anything')?.type, 'string');
  assert.equal(fieldOf(deployment.schema, 'unicorn'), undefined);
});
