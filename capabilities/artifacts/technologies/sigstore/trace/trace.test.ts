import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AnyObject, systemClock, type UserInfo } from '@slipway/api';
import type { Client } from '@slipway/client';
import {
  Application,
  auditRecordDefinition,
  Build,
  buildDefinition,
  ClusterRole,
  ClusterRoleBinding,
  CustomResourceDefinition,
  Deployment,
  Environment,
  environmentDefinition,
  Namespace,
  Pod,
  Promotion,
  promotionDefinition,
  ReplicaSet,
  ServiceAccount,
  SigningKey,
  signingKeyDefinition,
  type TraceLink,
} from '@slipway/kinds';
import { argoCdDefinitions } from '@slipway/kinds/upstream/definitions.ts';
import { type Kube, startKube } from '@slipway/kube';
import { wordKeys } from '../../../signing/signing.fixture.ts';
import { type SignedRegistry, startSignedRegistry } from '../../../testing/signed-registry.ts';
import { readerFor } from './reader.ts';
import type { Tracing } from './trace-image.ts';
import { traceOne, tracePod } from './trace-pod.ts';

const IMAGE = 'registry.slipway.internal/acme/shop';
const ADMIN: UserInfo = { username: 'root', groups: ['system:masters', 'system:authenticated'] };
let kube: Kube;
let client: Client;
let bed: SignedRegistry;

before(async () => {
  bed = await startSignedRegistry();
  kube = await startKube({ controllers: false });
  client = kube.client();
  kube.server.openAuditDoor({ definition: auditRecordDefinition, namespace: 'slipway-system' });
  const own = [buildDefinition, environmentDefinition, promotionDefinition, signingKeyDefinition];
  for (const definition of [...own, ...(await argoCdDefinitions())])
    await client.create(CustomResourceDefinition, definition);
  for (const name of ['acme-prod', 'team-acme'])
    await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const account = { metadata: { name: 'default', namespace: 'acme-prod' } };
  await client.create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', ...account });
  const key = {
    apiVersion: 'artifacts.slipway.dev/v1alpha1',
    kind: 'SigningKey',
    metadata: { name: 'first' },
  };
  await client.create(SigningKey, key);
  for (const [name, order] of [['dev', 1] as const, ['prod', 2] as const]) {
    const promotion = name === 'prod' ? { promotion: { from: 'dev' } } : {};
    await client.create(Environment, {
      apiVersion: 'slipway.dev/v1alpha1',
      kind: 'Environment',
      metadata: { name },
      spec: { order, ...promotion },
    });
  }
});
after(async () => {
  await kube?.stop();
  await bed?.close();
});

function tracing(user: UserInfo = ADMIN): Tracing {
  // No Git server runs here: its links are tried end to end.
  const resolve = (name: string) =>
    name.startsWith('git.')
      ? { host: '127.0.0.1', port: 1, serverName: name, ca: '' }
      : bed.ports.resolve(name);
  const ports = { client, clock: systemClock, keys: wordKeys('platform'), token: bed.ports.token, resolve };
  return { ports, reader: readerFor(ports, user) };
}

async function pod(name: string, image: string, metadata: Partial<Pod['metadata']> = {}): Promise<void> {
  await client.create(Pod, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'acme-prod', ...metadata },
    spec: { containers: [{ name: 'app', image }] },
  });
  const imageID = image.includes('@') ? image : `${image}@sha256:${'1'.repeat(64)}`;
  const containerStatuses = [{ name: 'app', image, imageID, ready: true, restartCount: 0 }];
  const body = { status: { phase: 'Running', containerStatuses } };
  await client.patch(
    Pod,
    { namespace: 'acme-prod', name },
    { type: 'merge', body },
    { subresource: 'status' },
  );
}

async function linksOf(name: string, user?: UserInfo): Promise<Record<string, TraceLink>> {
  const answer = await tracePod(tracing(user), { namespace: 'acme-prod', name });
  assert.ok('value' in answer, JSON.stringify(answer));
  const [trace] = answer.value;
  assert.equal(
    trace?.whole,
    trace?.links.every(({ state }) => state === 'ok'),
  );
  return Object.fromEntries((trace?.links ?? []).map(link => [link.link, link]));
}

test('a pod that somebody made by hand of another registry’s image leads nowhere, and says so', async () => {
  await pod('strange', 'docker.io/library/busybox');
  const { pod: first, image, delivery, signature } = await linksOf('strange');
  assert.equal(first?.state, 'ok');
  assert.match(image?.text ?? '', /docker\.io: it was not built here/);
  assert.match(delivery?.text ?? '', /made by hand/);
  assert.equal(signature, undefined);
});

const images: { digest: () => string; expected: Record<string, [string, RegExp]>; because: string }[] = [
  {
    digest: () => bed.signed,
    expected: {
      signature: ['ok', /this platform’s key/],
      provenance: ['ok', /signed that/],
      build: ['missing', /Build shop-1 does not exist any more; the provenance names it/],
      run: ['missing', /no workflow made the Build/],
      commit: ['missing', /Git does not answer/],
      push: ['missing', /no push ended at this commit/],
    },
    because: 'what is gone or cannot be read is missing, and the rest is proven',
  },
  {
    digest: () => bed.signedByOther,
    expected: {
      signature: ['bad', /no key of this platform/],
      provenance: ['bad', /no key of this platform/],
      commit: ['missing', /no provenance says it/],
    },
    because: 'another’s signature proves nothing',
  },
  {
    digest: () => bed.unsigned,
    expected: { signature: ['missing', /nobody signed it/], provenance: ['missing', /nobody said/] },
    because: 'nothing hangs on it',
  },
];
for (const { digest, expected, because } of images) {
  test(`an image is traced link by link: ${because}`, async () => {
    const { links } = await traceOne(tracing(), `${IMAGE}@${digest()}`);
    for (const [name, [state, text]] of Object.entries(expected)) {
      const link = links.find(each => each.link === name);
      assert.equal(link?.state, state, name);
      assert.match(link?.text ?? '', text);
    }
  });
}

test('a Build that took the name of the one that made the image is not taken for it', async () => {
  await client.create(Build, {
    apiVersion: 'artifacts.slipway.dev/v1alpha1',
    kind: 'Build',
    metadata: { name: 'shop-1', namespace: 'team-acme' },
    spec: {
      source: { git: { url: 'https://git.slipway.internal/acme/shop.git', revision: 'main' } },
      image: IMAGE,
    },
  });
  const { links } = await traceOne(tracing(), `${IMAGE}@${bed.signed}`);
  const build = links.find(({ link }) => link === 'build');
  assert.deepEqual([build?.state, build?.facts.build], ['missing', 'team-acme/shop-1']);
  assert.match(build?.text ?? '', /another Build has that name now/);
});

test('people see the links that they may read, and are told of the others', async () => {
  const ann = { username: 'ann', groups: ['system:authenticated'] };
  await pod('ours', `${IMAGE}@${bed.signed}`);
  const none = await tracePod(tracing(ann), { namespace: 'acme-prod', name: 'ours' });
  assert.deepEqual(none, { because: 'you may not get pods in acme-prod' });
  const meta = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'sees-pods' } };
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
  await client.create(ClusterRole, { ...meta, kind: 'ClusterRole', rules });
  await client.create(ClusterRoleBinding, {
    ...meta,
    kind: 'ClusterRoleBinding',
    subjects: [{ kind: 'User', name: 'bob', apiGroup: 'rbac.authorization.k8s.io' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'sees-pods' },
  });
  const { pod: first, image } = await linksOf('ours', { username: 'bob', groups: ['system:authenticated'] });
  assert.equal(first?.state, 'ok');
  assert.match(image?.text ?? '', /you may not read the image acme\/shop/);
});

const promotions: { status: object; expected: Record<string, [string, RegExp]>; because: string }[] = [
  {
    status: {
      approvals: {
        wanted: [{ group: 'managers', count: 1, selfApproval: false, given: 1 }],
        given: [
          { approval: 'a', by: 'ben', decision: 'Approve', reason: 'good', at: '2026-01-02T00:00:00Z' },
        ],
      },
    },
    expected: { promotion: ['ok', /promoted to prod by ann/], approvals: ['ok', /1 given/] },
    because: 'who promoted and who approved are named',
  },
  {
    status: {
      approvals: { wanted: [{ group: 'managers', count: 2, selfApproval: false, given: 1 }], given: [] },
    },
    expected: { approvals: ['bad', /managers: fewer than were wanted/] },
    because: 'it was let in without enough',
  },
  {
    status: { phase: 'Rejected' },
    expected: { promotion: ['missing', /no Promotion brought this image to prod/] },
    because: 'a promotion that was rejected brought nothing',
  },
];
for (const [index, { status, expected, because }] of promotions.entries()) {
  test(`a delivered pod leads to its promotion: ${because}`, async () => {
    const name = `web-${index}`;
    await delivered(name);
    const key = { namespace: 'team-acme', name };
    await client.create(Promotion, {
      apiVersion: 'slipway.dev/v1alpha1',
      kind: 'Promotion',
      metadata: key,
      spec: { workload: 'shop', to: 'prod', reason: 'time' },
    });
    const image = `${IMAGE}@${bed.signed}`;
    const body = {
      status: {
        phase: 'Promoted',
        image,
        promotedBy: 'ann',
        decidedAt: `2026-01-0${index + 1}T00:00:00Z`,
        ...status,
      },
    };
    await client.patch(Promotion, key, { type: 'merge', body }, { subresource: 'status' });
    const links = await linksOf(name);
    await client.delete(Promotion, key);
    for (const [link, [state, text]] of Object.entries(expected)) {
      assert.equal(links[link]?.state, state, JSON.stringify(links[link]));
      assert.match(links[link]?.text ?? '', text);
    }
    assert.equal(links.delivery?.facts.application, 'team-acme/shop-prod');
  });
}

/** Deployment → ReplicaSet → pod, tracked as Argo CD tracks what it applies. */
async function delivered(name: string): Promise<void> {
  const application = { namespace: 'team-acme', name: 'shop-prod' };
  if (!(await client.find(Application, application))) {
    const object: AnyObject = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { ...application, labels: { 'slipway.dev/environment': 'prod' } },
      spec: {
        project: 'default',
        destination: { name: 'in-cluster', namespace: 'acme-prod' },
        source: { repoURL: 'https://git.slipway.internal/acme/environment-prod.git', path: 'shop' },
      },
    };
    await client.create(Application, object);
  }
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: 'app', image: IMAGE }] },
  };
  const spec = { selector: { matchLabels: { app: name } }, template };
  const tracking = `team-acme_shop-prod:apps/Deployment:acme-prod/${name}`;
  const metadata = { namespace: 'acme-prod', name };
  const made = await client.create(Deployment, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata, annotations: { 'argocd.argoproj.io/tracking-id': tracking } },
    spec,
  });
  const owner = (kind: string, uid: string) => [
    { apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true },
  ];
  const set = await client.create(ReplicaSet, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { ...metadata, ownerReferences: owner('Deployment', made.metadata.uid) },
    spec,
  });
  const ownerReferences = owner('ReplicaSet', set.metadata.uid);
  await pod(name, `${IMAGE}@${bed.signed}`, { ownerReferences });
}
