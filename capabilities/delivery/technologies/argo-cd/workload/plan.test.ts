import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject, Stored } from '@slipway/api';
import type { Build, Repository, Workload } from '@slipway/kinds';
import { environmentObjects, type ManifestInput } from './manifests.ts';
import {
  applicationOf,
  buildOf,
  environmentStatus,
  internalRepository,
  nameHolder,
  pipelineOf,
  teamOf,
  workflowName,
} from './plan.ts';

const repository = 'registry.slipway.internal/acme/shop';
const image = `${repository}@sha256:${'a'.repeat(64)}`;
const input: ManifestInput = {
  service: 'shop',
  environment: 'dev',
  repository,
  image,
  port: 3000,
  objects: [],
};
const deployment = (name: string): AnyObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { template: { spec: { containers: [{ name: 'a', image: name }] } } },
});
const route = (hostnames?: string[]): AnyObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'r' },
  spec: hostnames ? { hostnames } : {},
});
const service: AnyObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 's' },
  spec: { ports: [{ port: 81 }] },
};

const images: [given: string, becomes: string, because: string][] = [
  [`${repository}:latest`, image, 'any tag of the own image'],
  [repository, image, 'the own image without a tag'],
  [`${repository}@sha256:${'b'.repeat(64)}`, image, 'an older digest of it'],
  [`${repository}-worker:1`, `${repository}-worker:1`, 'another image whose name only begins so'],
  ['nginx:1.27', 'nginx:1.27', 'somebody else’s image'],
];
for (const [given, becomes, because] of images) {
  test(`environmentObjects() makes ${given} ${becomes === given ? 'stay' : 'the digest'}: ${because}`, () => {
    const [made] = environmentObjects({ ...input, objects: [deployment(given)] });
    assert.match(JSON.stringify(made), new RegExp(`"image":"${becomes}"`));
  });
}

test('environmentObjects() without a build leaves every image alone', () => {
  const { image: _built, ...unbuilt } = input;
  const objects = [deployment(`${repository}:1`)];
  assert.deepEqual(environmentObjects({ ...unbuilt, objects }), objects);
});

const routes: { objects: AnyObject[]; hosts: unknown[]; because: string }[] = [
  { objects: [], hosts: [['shop.dev.apps.slipway.internal']], because: 'defaults have a route' },
  {
    objects: [service],
    hosts: [['shop.dev.apps.slipway.internal']],
    because: 'a Service without a route gets one',
  },
  {
    objects: [service, route()],
    hosts: [['shop.dev.apps.slipway.internal']],
    because: 'a route without hostnames gets the environment’s',
  },
  {
    objects: [service, route(['shop.example'])],
    hosts: [['shop.example']],
    because: 'hostnames of its own stay',
  },
  { objects: [deployment('a')], hosts: [], because: 'nothing can be routed to' },
];
for (const { objects, hosts, because } of routes) {
  test(`environmentObjects() gives routes ${JSON.stringify(hosts)}: ${because}`, () => {
    const made = environmentObjects({ ...input, objects }).filter(({ kind }) => kind === 'HTTPRoute');
    assert.deepEqual(
      made.map(({ spec }) => spec?.hostnames),
      hosts,
    );
  });
}

const workload = (namespace: string, created: string): Stored<Workload> => ({
  apiVersion: 'slipway.dev/v1alpha1',
  kind: 'Workload',
  metadata: { name: 'shop', namespace, uid: namespace, resourceVersion: '1', creationTimestamp: created },
  spec: { repository: 'shop' },
});

test('nameHolder() is the older service of that name, whichever team has it', () => {
  const first = workload('team-a', '2026-01-01T00:00:00Z');
  const second = workload('team-b', '2026-01-02T00:00:00Z');
  assert.equal(nameHolder(second, [second, first]), first);
  assert.equal(nameHolder(first, [second, first]), undefined);
  const same = workload('team-c', '2026-01-01T00:00:00Z');
  assert.equal(
    nameHolder(same, [same, first]),
    first,
    'at the same second the name decides, for everybody alike',
  );
});

test('pipelineOf() gives the same name for the same revision, and hands over what a pipeline needs', () => {
  const repository: Repository = {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'Repository',
    metadata: { name: 'shop' },
    spec: { owner: 'acme', name: 'shop' },
  };
  const given = {
    workload: workload('team-acme', '2026-01-01T00:00:00Z'),
    team: 'acme',
    repository,
    revision: 'f'.repeat(40),
  };
  const pipeline = pipelineOf(given);
  assert.equal(pipeline.metadata.name, workflowName('shop', 'f'.repeat(40)));
  assert.deepEqual(pipeline.spec?.workflowTemplateRef, { name: 'slipway-build', clusterScope: true });
  assert.deepEqual(pipeline.spec?.arguments, {
    parameters: [
      { name: 'service', value: 'shop' },
      { name: 'repository', value: 'https://git.slipway.internal/acme/shop.git' },
      { name: 'revision', value: 'f'.repeat(40) },
      { name: 'image', value: 'registry.slipway.internal/acme/shop' },
    ],
  });
  const own: AnyObject = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: { generateName: 'x-' },
    spec: {
      entrypoint: 'main',
      arguments: {
        parameters: [
          { name: 'image', value: 'mine' },
          { name: 'extra', value: '1' },
        ],
      },
    },
  };
  const { parameters } = (pipelineOf({ ...given, own }).spec?.arguments ?? {}) as {
    parameters?: { name: string; value: string }[];
  };
  assert.equal(
    parameters?.find(({ name }) => name === 'image')?.value,
    'registry.slipway.internal/acme/shop',
  );
  assert.equal(parameters?.find(({ name }) => name === 'extra')?.value, '1');
});

test('buildOf() prefers the Build that succeeded, and takes none of another revision', () => {
  const build = (revision: string, phase: string) =>
    ({
      metadata: { labels: { 'slipway.dev/workload': 'shop' } },
      spec: { source: { git: { url: '', revision } }, image: '' },
      status: { phase },
    }) as unknown as Stored<Build>;
  const [failed, good, other] = [build('r', 'Failed'), build('r', 'Succeeded'), build('q', 'Succeeded')];
  assert.equal(buildOf([other, failed, good], 'shop', 'r'), good);
  assert.equal(buildOf([other, failed], 'shop', 'r'), failed);
  assert.equal(buildOf([other], 'shop', 'r'), undefined);
  assert.equal(buildOf([good], 'cart', 'r'), undefined);
});

const known = { name: 'dev', namespace: 'acme-dev', application: 'shop-dev', url: 'https://shop' };
const application = (status: Record<string, unknown>): AnyObject => ({
  ...applicationOf({
    workload: workload('team-acme', ''),
    team: 'acme',
    environment: 'dev',
    repoURL: internalRepository('acme', 'environment-dev'),
    project: 'default',
  }),
  status,
});
const synced = { sync: { status: 'Synced' }, summary: { images: [image] } };
const looks: {
  status?: Record<string, unknown>;
  delivered?: { image?: string; revision: string };
  health: string;
  message?: string;
  because: string;
}[] = [
  { health: 'Missing', because: 'nothing was brought to it' },
  {
    delivered: { image, revision: 'r' },
    health: 'Progressing',
    because: 'the Application does not exist yet',
  },
  {
    delivered: { image, revision: 'r' },
    status: { ...synced, health: { status: 'Healthy' } },
    health: 'Healthy',
    because: 'it is synced with this image',
  },
  {
    delivered: { image, revision: 'r' },
    status: { ...synced, summary: { images: ['old'] }, health: { status: 'Healthy' } },
    health: 'Progressing',
    because: 'an older image is still there',
  },
  {
    delivered: { revision: 'r' },
    status: { sync: { status: 'Synced' }, health: { status: 'Healthy' } },
    health: 'Healthy',
    because: 'there is no image to wait for',
  },
  {
    delivered: { image, revision: 'r' },
    status: { operationState: { phase: 'Failed', message: 'no' } },
    health: 'Degraded',
    message: 'no',
    because: 'its sync failed',
  },
  {
    delivered: { image, revision: 'r' },
    status: { conditions: [{ type: 'ComparisonError', message: 'bad' }] },
    health: 'Degraded',
    message: 'bad',
    because: 'its source cannot be read',
  },
];
for (const { status, delivered, health, message, because } of looks) {
  test(`environmentStatus() says ${health}: ${because}`, () => {
    const found = environmentStatus(status ? application(status) : undefined, {
      ...known,
      ...(delivered ? { delivered } : {}),
    });
    assert.deepEqual([found.health, found.healthy, found.message], [health, health === 'Healthy', message]);
  });
}

test('teamOf() reads a team’s namespace and no other', () => {
  assert.equal(teamOf('team-acme'), 'acme');
  assert.equal(teamOf('acme-dev'), undefined);
  assert.equal(teamOf(undefined), undefined);
});
