// Through the platform's repository: what goes directly, what is committed, and what an apply waits for. The delivery
// tool is a loop that does what Argo CD and Flux do; with them: test/slow/gitops.test.ts.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type AnyObject, systemClock } from '@slipway/api';
import type { Follows, Granted, Selection, Technology, Upstream } from '@slipway/definition';
import {
  Component,
  ConfigMap,
  CustomResourceDefinition,
  componentDefinition,
  Namespace,
  platformDefinition,
  Secret,
} from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { parseYaml } from '@slipway/render';
import { openBranch } from '@slipway/sources';
import { type GitServer, startGitServer } from '../../../sources/src/git-server.fixture.ts';
import { type AppliedCluster, applyCluster } from '../apply/apply-cluster.ts';
import { type ClusterPlan, planCluster } from '../plan-cluster.ts';
import { baseOf, componentOf, planOf } from '../preflight/cluster-plan.fixture.ts';
import { FOLLOWS_LABEL } from './plan-repository.ts';
import { liesInGit, repositoryFiles } from './repository-files.ts';

const named = (name: string, namespace?: string) => ({
  metadata: { name, ...(namespace ? { namespace } : {}) },
});
const map = (name: string, data: Record<string, string>): AnyObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  ...named(name, 'web'),
  data,
});

/** A ConfigMap says which folder, and what was applied of it. */
const follows: Follows = {
  objects: ({ component, path }) => [
    { apiVersion: 'v1', kind: 'ConfigMap', ...named(`slipway-${component}`, 'default'), data: { path } },
  ],
  nudge: at => ({ 'example.org/look': String(at) }),
  applied: object => {
    const { revision } =
      (object as { metadata: { annotations?: { revision?: string } } }).metadata.annotations ?? {};
    return { ...(revision ? { revision } : {}), message: 'it has not looked yet' };
  },
};

function technology(id: string, upstream: Partial<Upstream>): Technology {
  return {
    id,
    title: id,
    capabilities: ['data'],
    guidance: {} as Technology['guidance'],
    provides: [],
    requires: [],
    parameters: { type: 'object' },
    rules: [],
    upstream: { releases: [] as never, namespace: id, ...upstream },
  };
}

const GIT = {
  url: 'http://git.svc/slipway/acme.git',
  publicUrl: 'https://git.acme.example/slipway/acme.git',
};
const source = technology('source', {
  wishes: () => [{ name: 'route', contract: 'route', host: 'git', service: 'git', port: 80 }],
  grants: {
    git: ({ rights, repository, secret }, { namespace }) => ({
      objects: [{ apiVersion: 'v1', kind: 'ConfigMap', ...named(`${rights}-${repository}`, namespace) }],
      facts: { ...GIT, secret },
    }),
  },
});
const delivery = technology('delivery', {
  follows,
  wishes: ({ gitops, platform }) =>
    gitops
      ? [
          {
            name: 'platform-repository',
            contract: 'git',
            rights: 'read',
            repository: platform,
            secret: 'reads',
          },
        ]
      : [],
});
const gateway = technology('gateway', {
  grants: { route: () => ({ objects: [], facts: {} }) },
  wishes: () => [{ name: 'seen', contract: 'metrics', optional: true, selector: {}, port: 1 }],
});
const metrics = technology('metrics', { grants: { metrics: () => ({ objects: [], facts: {} }) } });

function plan(technologies: Technology[], gitops: boolean): Promise<ClusterPlan> {
  const selection: Selection = {
    name: 'acme',
    ground: 'kubernetes',
    gitops,
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
  return planCluster({
    selection,
    catalogue: { capabilities: [], blueprints: [], technologies },
    lock: { components: {}, images: {} } as never,
    releases: new Map(),
    cluster: { version: 'v1.36.0' },
    definitions: [],
  });
}

test('source, delivery and what they need come first and directly; all else follows the repository', async () => {
  const { components, repository } = await plan([metrics, delivery, gateway, source], true);
  assert.deepEqual(
    components.map(({ id, follower }) => `${id}${follower ? ' follows' : ''}`),
    ['gateway', 'source', 'delivery', 'metrics follows'],
  );
  assert.deepEqual(
    { ...repository, objects: undefined },
    {
      ...GIT,
      secret: { namespace: 'slipway-system', name: 'platform-repository' },
      source: 'source',
      delivery: 'delivery',
      objects: undefined,
    },
  );
  const [, keeper, reader, follower] = components;
  const names = (objects: AnyObject[] = []) => objects.map(({ metadata }) => metadata.name);
  assert.deepEqual(names(keeper?.steps.configuration), ['write-acme'], 'who writes lies with the source');
  assert.deepEqual(names(reader?.steps.wishes), ['read-acme']);
  const [object] = follower?.follower ?? [];
  assert.deepEqual((object as { data?: unknown } | undefined)?.data, { path: 'rendered/metrics' });
  assert.equal(object?.metadata.labels?.[FOLLOWS_LABEL], 'metrics');
});

test('without GitOps nothing follows and nothing is kept', async () => {
  const { components, repository } = await plan([metrics, delivery, gateway, source], false);
  assert.equal(repository, undefined);
  assert.ok(components.every(({ follower }) => follower === undefined));
});

test('no Secret that holds anything lies in Git', () => {
  const of = (more: object) =>
    ({ apiVersion: 'v1', kind: 'Secret', ...named('x', 'web'), ...more }) as AnyObject;
  const rows: [AnyObject, boolean, string][] = [
    [of({ stringData: { a: '1' } }), false, 'text'],
    [of({ data: { a: 'MQ==' } }), false, 'base64'],
    [
      of({ type: 'kubernetes.io/service-account-token' }),
      true,
      'the cluster fills it, once its account is there',
    ],
    [of({ data: null }), true, 'nothing'],
    [map('a', { a: '1' }), true, 'no Secret'],
  ];
  for (const [object, expected, because] of rows) assert.equal(liesInGit(object), expected, because);
});

test('files are named after their objects, and two of one name are two files', () => {
  const role = (name: string, group = 'rbac.authorization.k8s.io') =>
    ({ apiVersion: `${group}/v1`, kind: 'ClusterRole', ...named(name) }) as AnyObject;
  const files = repositoryFiles([
    map('a', { 'key with: colon': 'yes\n' }),
    role('system:a'),
    role('system-a'),
  ]);
  const [first, second, third] = [...files.keys()];
  assert.deepEqual([first, second], ['configmap-web-a.yaml', 'clusterrole-system-a.yaml']);
  assert.match(third ?? '', /^clusterrole-system-a-[0-9a-f]{8}\.yaml$/);
  assert.deepEqual(
    parseYaml(files.get('configmap-web-a.yaml') ?? '', 'a.yaml')[0]?.value,
    map('a', { 'key with: colon': 'yes\n' }),
  );
});

let kube: Kube;
let git: GitServer;
let isLooking = true;
let looking: Promise<void>;

before(async () => {
  [kube, git] = await Promise.all([startKube(), startGitServer()]);
  await git.git(['config', 'http.receivepack', 'true'], join(git.folder, 'served.git'));
  for (const definition of [componentDefinition, platformDefinition])
    await kube.client().create(CustomResourceDefinition, definition);
  looking = deliver();
});
after(async () => {
  isLooking = false;
  await looking;
  await git.stop();
  await kube.stop();
});

const objectIn = (text: string, file: string) => parseYaml(text, file)[0]?.value as AnyObject;
const served = (args: string[]) => git.git(args, join(git.folder, 'served.git'));

/** Whenever somebody asks for it, applies what lies in a follower's folder, and says which commit. */
async function deliver(): Promise<void> {
  const client = kube.client();
  const seen = new Map<string, string>();
  while (isLooking) {
    await new Promise(resolve => setTimeout(resolve, 20));
    for (const { metadata, data } of (await client.list(ConfigMap, { labelSelector: FOLLOWS_LABEL })).items) {
      const asked = metadata.annotations?.['example.org/look'] ?? '';
      if (asked === '' || seen.get(metadata.name) === asked) continue;
      const revision = await served(['rev-parse', 'main']);
      const paths = await served(['ls-tree', '-r', '--name-only', revision, `${data?.path}/`]);
      for (const path of paths
        .split('\n')
        .filter(line => line !== '' && !line.endsWith('kustomization.yaml'))) {
        const object = objectIn(await served(['show', `${revision}:${path}`]), path);
        const kind = await client.discover(object.apiVersion, object.kind);
        assert.ok(kind);
        await client.apply(kind, object, { fieldManager: 'delivery', force: true });
      }
      seen.set(metadata.name, asked);
      const body = { metadata: { annotations: { revision } } };
      await client.patch(ConfigMap, { namespace: 'default', name: metadata.name }, { type: 'merge', body });
    }
  }
}

const space: AnyObject = { apiVersion: 'v1', kind: 'Namespace', ...named('web') };
const secret: AnyObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  ...named('web', 'web'),
  stringData: { password: 'not for Git' },
};

function webPlan(objects: AnyObject[], isFollowing = true): ClusterPlan {
  const granted: Granted = {};
  const follower = follows.objects(
    { component: 'web', path: 'rendered/web', branch: 'main' },
    {} as never,
    granted,
  );
  const labels = {
    [FOLLOWS_LABEL]: 'web',
    'slipway.dev/component': 'web',
    'slipway.dev/platform': 'acme',
  };
  const marked = follower.map(each => ({ ...each, metadata: { ...each.metadata, labels } }));
  const web = componentOf('web', [space, secret, ...objects], isFollowing ? { follower: marked } : {});
  const made = planOf([web], 'acme', baseOf([], [web]));
  return isFollowing ? { ...made, repository: { objects: [] } as never } : made;
}

async function apply(wanted: ClusterPlan): Promise<AppliedCluster> {
  const repository = await openBranch({
    remote: { url: git.url },
    branch: 'main',
    cacheFolder: join(git.folder, 'cache'),
    author: { name: 'ann', email: 'ann@example.com' },
    clock: systemClock,
  });
  try {
    const applied = await applyCluster(wanted, {
      client: kube.client(),
      clock: systemClock,
      timeoutMs: 10_000,
      until: 'healthy',
      probe: async () => undefined,
      through: { follows, open: async () => repository },
    });
    assert.equal(applied.failed, undefined, applied.failed?.message);
    return applied;
  } finally {
    await repository.close();
  }
}

const counts = ({ components: [web] }: AppliedCluster) => [web?.created, web?.changed, web?.unchanged];
const find = (name: string) => kube.client().find(ConfigMap, { namespace: 'web', name });

test('a component is committed step by step and brought by who follows; nothing secret is in Git', async () => {
  const applied = await apply(webPlan([map('a', { v: '1' }), map('b', { v: '1' })]));
  assert.deepEqual(counts(applied), [5, 0, 0]);
  assert.equal((await find('a'))?.data?.v, '1');
  assert.deepEqual((await served(['log', '--reverse', '--format=%an: %s', 'main'])).split('\n'), [
    'ann: web 1.0.0: definitions',
    'ann: web 1.0.0: tool',
    'ann: definition',
  ]);
  assert.deepEqual((await served(['ls-tree', '-r', '--name-only', 'main'])).split('\n'), [
    'definition/platform.yaml',
    'definition/slipway.lock',
    'rendered/web/definitions/namespace-web.yaml',
    'rendered/web/kustomization.yaml',
    'rendered/web/tool/configmap-web-a.yaml',
    'rendered/web/tool/configmap-web-b.yaml',
  ]);
  assert.ok(await kube.client().find(Secret, { namespace: 'web', name: 'web' }));
  assert.match(
    await served(['show', 'main:rendered/web/kustomization.yaml']),
    /resources:\n- definitions\/namespace-web.yaml\n- tool\/configmap-web-a.yaml\n- tool\/configmap-web-b.yaml$/,
  );
});

test('the same again commits nothing and changes nothing', async () => {
  const head = await served(['rev-parse', 'main']);
  assert.deepEqual(counts(await apply(webPlan([map('a', { v: '1' }), map('b', { v: '1' })]))), [0, 0, 5]);
  assert.equal(await served(['rev-parse', 'main']), head);
});

test('a change is a commit; what is left out goes from Git and from the cluster', async () => {
  const applied = await apply(webPlan([map('a', { v: '2' })]));
  assert.deepEqual(counts(applied), [0, 1, 3]);
  assert.equal((await find('a'))?.data?.v, '2');
  assert.equal(await find('b'), undefined);
  assert.equal(
    await served(['ls-tree', '-r', '--name-only', 'main', 'rendered/web/tool/']),
    'rendered/web/tool/configmap-web-a.yaml',
  );
});

test('what was pushed by hand is what the definition says again', async () => {
  await git.git(
    ['pull', '--quiet', '--rebase', join(git.folder, 'served.git'), 'main'],
    join(git.folder, 'work'),
  );
  await git.commit({ 'rendered/web/tool/configmap-web-a.yaml': 'by: hand\n', 'notes.md': 'kept\n' });
  await apply(webPlan([map('a', { v: '2' })]));
  assert.match(await served(['show', 'main:rendered/web/tool/configmap-web-a.yaml']), /v: "2"/);
  assert.equal(await served(['show', 'main:notes.md']), 'kept');
});

test('applied directly, nothing follows any more, and fields that leave the definition leave the object', async () => {
  await apply(webPlan([map('a', { v: '3', w: '1' })], false));
  assert.equal(await kube.client().find(ConfigMap, { namespace: 'default', name: 'slipway-web' }), undefined);
  assert.deepEqual((await find('a'))?.data, { v: '3', w: '1' });
  await apply(webPlan([map('a', { v: '4' })]));
  assert.deepEqual(
    (await find('a'))?.data,
    { v: '4' },
    'what was ours alone went when it became the delivery tool’s',
  );
});

test('a follower that never gets there is named with its own words', async () => {
  isLooking = false;
  await looking;
  const wanted = webPlan([map('a', { v: '5' })]);
  const repository = await openBranch({
    remote: { url: git.url },
    branch: 'main',
    cacheFolder: join(git.folder, 'cache'),
    author: { name: 'ann', email: 'ann@example.com' },
    clock: systemClock,
  });
  const { failed } = await applyCluster(wanted, {
    client: kube.client(),
    clock: systemClock,
    timeoutMs: 300,
    until: 'healthy',
    probe: async () => undefined,
    through: {
      follows: { ...follows, applied: () => ({ message: 'no such repository' }) },
      open: async () => repository,
    },
  });
  await repository.close();
  assert.equal(failed?.code, 'NotDelivered');
  assert.match(failed?.message ?? '', /ConfigMap default\/slipway-web: .* no such repository/);
  const { status } = await kube.client().get(Component, { name: 'web' });
  const synced = status?.conditions?.find(({ type }) => type === 'Synced');
  assert.equal(synced?.reason, 'NotDelivered');
  assert.ok(await kube.client().find(Namespace, { name: 'web' }));
});
