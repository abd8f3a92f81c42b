import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { filesDigest, type Selection, type Technology, type Upstream } from '@slipway/definition';
import { planCluster, STEPS } from './plan-cluster.ts';
import { lockReleases } from './release-lock.ts';

const manifest = `apiVersion: v1
kind: Service
metadata: { name: web }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: web, namespace: nowhere }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.acme.example }
spec: { group: acme.example, names: { kind: Thing, plural: things }, scope: Cluster }
---
apiVersion: acme.example/v1
kind: Thing
metadata: { name: one }
`;

function technology(
  id: string,
  upstream: Partial<Upstream> = {},
  files = { 'a.yaml': manifest },
): Technology {
  const digest = filesDigest(
    Object.entries(files).map(([path, text]) => ({ path, data: Buffer.from(text) })),
  );
  const releases: Upstream['releases'] = [
    { version: '2.0.0', form: 'manifests', parts: [{ at: '', files }], digest },
    { version: '1.0.0', form: 'manifests', parts: [{ at: '', files }], digest },
  ];
  return {
    id,
    title: id,
    capabilities: ['data'],
    guidance: {} as Technology['guidance'],
    provides: [],
    requires: [],
    parameters: { type: 'object', properties: { replicas: { type: 'integer', default: 2 } } },
    rules: [],
    upstream: { releases, namespace: id, ...upstream },
  };
}

function planOf(technologies: Technology[], lock = lockReleases(selectionOf(technologies)).lock) {
  const selection = selectionOf(technologies);
  const { releases } = lockReleases(selection, lock);
  const files = [...releases].map(([id, release]) => {
    const [part] = release.parts;
    const texts = 'files' in part ? part.files : {};
    const data = Object.entries(texts).map(([path, text]) => ({ path, data: Buffer.from(text) }));
    return [id, { release, files: data }] as const;
  });
  return planCluster({
    selection,
    catalogue: { capabilities: [], blueprints: [], technologies },
    lock,
    releases: new Map(files),
    cluster: { version: 'v1.36.0' },
    definitions: [],
  });
}

function selectionOf(technologies: Technology[]): Selection {
  return {
    name: 'acme',
    ground: 'kubernetes',
    gitops: false,
    domain: 'acme.example',
    appsDomain: 'apps.example',
    environments: [],
    teams: [],
    packages: [],
    document: { apiVersion: 'slipway.dev/v1alpha1', kind: 'Platform', metadata: { name: 'acme' } },
    components: technologies.map(each => ({
      technology: each,
      capabilities: each.capabilities,
      engine: 'upstream',
      parameters: {},
    })),
  };
}

const named = (objects: AnyObject[]) =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`);

test('planCluster() puts objects into their steps and namespaces', async () => {
  const { components } = await planOf([technology('web')]);
  const [web] = components;
  assert.ok(web);
  assert.deepEqual(named(web.steps.definitions), [
    'Namespace -/web',
    'CustomResourceDefinition -/things.acme.example',
  ]);
  assert.deepEqual(named(web.steps.tool), ['ClusterRole -/web', 'Service web/web', 'Thing -/one']);
  const labels = STEPS.flatMap(step => web.steps[step]).map(({ metadata }) => metadata.labels);
  assert.ok(labels.every(each => each?.['slipway.dev/component'] === 'web'));
  const [namespace] = web.steps.definitions;
  assert.equal(namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce'], 'restricted');
});

test('planCluster() gives the same bytes for the same input', async () => {
  const [first, second] = [await planOf([technology('web')]), await planOf([technology('web')])];
  assert.equal(JSON.stringify(first), JSON.stringify(second));
});

test('planCluster() hands parameters with their defaults to the technology', async () => {
  const objects: Upstream['objects'] = ({ parameters, url }) => [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings' },
      data: { replicas: String(parameters.replicas), at: url('web') },
    },
  ];
  const { components } = await planOf([technology('web', { objects })]);
  const [settings] = components[0]?.steps.configuration ?? [];
  assert.deepEqual(settings?.data, { replicas: '2', at: 'https://web.acme.example' });
});

const grantRoutes: Upstream['grants'] = {
  route: ({ name }, { namespace }) => ({
    objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `route-${name}`, namespace } }],
    facts: { url: 'https://web.acme.example' },
  }),
};
const wish = { name: 'pages', contract: 'route', host: 'web', service: 'web', port: 80 } as const;

test('planCluster() leads a wish to whoever grants it, and puts that one first', async () => {
  const web = technology('web', {
    wishes: () => [wish],
    objects: (_settings, granted) => [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'facts' }, data: granted.pages ?? {} },
    ],
  });
  const { components } = await planOf([web, technology('proxy', { grants: grantRoutes }, { 'a.yaml': '' })]);
  assert.deepEqual(
    components.map(({ id, after }) => [id, after]),
    [
      ['proxy', []],
      ['web', ['proxy']],
    ],
  );
  assert.deepEqual(named(components[1]?.steps.wishes ?? []), ['ConfigMap web/route-pages']);
  assert.deepEqual(components[1]?.steps.configuration[0]?.data, { url: 'https://web.acme.example' });
});

test('planCluster() applies what an optional wish came to with whichever of both comes later', async () => {
  const proxy = technology(
    'proxy',
    {
      grants: grantRoutes,
      wishes: () => [{ name: 'key', contract: 'certificate', dnsNames: [], secret: 'k' }],
    },
    { 'a.yaml': '' },
  );
  const keys: Upstream['grants'] = { certificate: () => ({ objects: [], facts: {} }) };
  const web = technology('web', { wishes: () => [{ ...wish, optional: true }], grants: keys });
  const { components } = await planOf([web, proxy]);
  assert.deepEqual(
    components.map(({ id }) => id),
    ['web', 'proxy'],
  );
  assert.deepEqual(named(components[1]?.steps.configuration ?? []), ['ConfigMap web/route-pages']);
});

test('planCluster() refuses a wish that nobody grants', async () => {
  await assert.rejects(
    planOf([technology('web', { wishes: () => [wish] })]),
    /web: it needs a route \(pages\), which nothing chosen gives/,
  );
});

test('lockReleases() keeps what is locked, takes the newest for what is new, and refuses other bytes', () => {
  const selection = selectionOf([technology('web')]);
  const { lock, releases } = lockReleases(selection);
  assert.equal(releases.get('web')?.version, '2.0.0');
  const old = structuredClone(lock);
  const entry = old.components.web;
  assert.ok(entry);
  entry.version = '1.0.0';
  assert.equal(lockReleases(selection, old).releases.get('web')?.version, '1.0.0');
  entry.version = '0.9.0';
  assert.throws(
    () => lockReleases(selection, old),
    /components\.web: version 0\.9\.0 is not in this catalogue/,
  );
  entry.version = '1.0.0';
  entry.digest = `sha256:${'0'.repeat(64)}`;
  assert.throws(() => lockReleases(selection, old), /is locked with sha256:0+, the catalogue has/);
  assert.deepEqual(lockReleases(selectionOf([]), lock).lock.components, {});
});
