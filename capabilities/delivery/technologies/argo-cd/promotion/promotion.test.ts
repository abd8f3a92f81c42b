import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Client } from '@slipway/client';
import { Environment, Promotion, Workload } from '@slipway/kinds';
import { promotionConformance } from '../../../conformance.ts';
import { type ANN, NAMESPACE, promotionGroundOf, Scene } from './scene.fixture.ts';

let scene: Scene;
let plain: Scene;
before(async () => {
  scene = await Scene.start();
  plain = await Scene.start();
  const body = { spec: { promotion: { requires: null } } };
  await plain.client.patch(Environment, { name: 'prod' }, { type: 'merge', body });
});
after(async () => {
  await scene?.stop();
  await plain?.stop();
});

const phase = (wanted: string) => (status: { phase?: string }) => status.phase === wanted;
const PROD = 'default/environment-prod';

test('a promotion says what it changes, waits for what the rule wants, and goes live in one commit', async () => {
  await scene.service('line');
  const one = await scene.version('line', { 'deploy/a.yaml': secret('one'), 'server.js': '1' });
  await scene.promote('line-1', { workload: 'line', to: 'prod' });
  const waiting = await scene.reaches('line-1', phase('Waiting'));
  assert.equal(waiting.image, one.image);
  assert.match(waiting.message ?? '', /^waits for 1 approval of group managers$/);
  assert.deepEqual(
    waiting.checks?.map(({ name, passed }) => `${name} ${passed}`),
    ['tests true', 'sbom true'],
  );
  assert.equal(waiting.commit, undefined);
  await scene.decide('line-1', 'ben');
  await scene.reaches('line-1', ({ commit }) => commit !== undefined);
  await scene.applied('line', 'prod');
  const done = await scene.reaches('line-1', phase('Promoted'));
  const [commit] = await scene.git.commits(PROD, 'main', 'line');
  assert.equal(commit?.id, done.commit);
  assert.equal(commit?.author, 'ann');
  assert.match(commit?.message ?? '', /^Approved-by: ben </m);

  const two = await scene.version('line', { 'deploy/a.yaml': secret('two'), 'deploy/b.yaml': map('2') });
  await scene.promote('line-2', { workload: 'line', to: 'prod' });
  const { difference } = await scene.reaches('line-2', phase('Waiting'));
  assert.deepEqual(difference?.before, one);
  assert.deepEqual(difference?.after, two);
  assert.deepEqual(
    difference?.commits.map(({ id }) => id),
    [two.revision],
  );
  assert.deepEqual(
    difference?.files.map(({ name, change }) => `${change} ${name}`),
    ['changed deploy/a.yaml', 'added deploy/b.yaml'],
  );
  assert.deepEqual(
    difference?.objects.map(({ name, change }) => `${change} ${name}`),
    ['added ConfigMap/b', 'changed Secret/a'],
  );
  assert.doesNotMatch(JSON.stringify(difference), /hush-/, 'what a Secret holds is not shown');
});

/** The suite's `prod` is one without a rule. */
promotionConformance('argo-cd, embedded', () => promotionGroundOf(plain));

test('two people decide at one moment: exactly one outcome', async () => {
  await scene.service('race');
  await scene.version('race', { 'server.js': '1' });
  await scene.promote('race-1', { workload: 'race', to: 'prod' });
  await scene.reaches('race-1', phase('Waiting'));
  await Promise.all([scene.decide('race-1', 'ben', 'Approve'), scene.decide('race-1', 'cleo', 'Reject')]);
  const decided = await scene.reaches('race-1', ({ decidedAt }) => decidedAt !== undefined);
  const isPromoted = decided.phase === 'Promoting';
  assert.ok(isPromoted || decided.phase === 'Rejected', decided.phase);
  assert.equal(
    decided.approvals?.given.some(({ decision }) => decision === 'Reject'),
    !isPromoted,
  );
  const settled = isPromoted ? await scene.reaches('race-1', ({ commit }) => commit !== undefined) : decided;
  const commits = await scene.git.commits(PROD, 'main', 'race');
  assert.equal(commits.length, settled.commit ? 1 : 0);
});

test('a process that ends between the commit and its status neither loses nor repeats it', async () => {
  await scene.service('crash');
  await scene.version('crash', { 'server.js': '1' });
  await scene.run(failing(scene.client, 3));
  await scene.promote('crash-1', { workload: 'crash', to: 'free' });
  const { commit } = await scene.reaches('crash-1', status => status.commit !== undefined);
  const commits = await scene.git.commits('default/environment-free', 'main', 'crash');
  assert.deepEqual(
    commits.map(({ id }) => id),
    [commit],
  );
  await scene.run();
  await scene.applied('crash', 'free');
  await scene.reaches('crash-1', phase('Promoted'));
});

/** Fails the first writes that tell of a commit: as if the process had ended there. */
function failing(client: Client, times: number): Client {
  let left = times;
  const update: Client['update'] = (kind, object, options) => {
    const { status } = object as { status?: { commit?: string } };
    if (kind.kind === Promotion.kind && status?.commit && left-- > 0) throw new Error('the process ended');
    return client.update(kind, object, options);
  };
  return { ...client, update };
}

test('a newer promotion takes the place of an open one', async () => {
  await scene.service('newer');
  const one = await scene.version('newer', { 'server.js': '1' });
  await scene.promote('newer-1', { workload: 'newer', to: 'prod' });
  await scene.reaches('newer-1', phase('Waiting'));
  await scene.version('newer', { 'server.js': '2' });
  await scene.promote('newer-2', { workload: 'newer', to: 'prod', image: one.image });
  assert.match((await scene.reaches('newer-1', phase('Superseded'))).message ?? '', /newer-2/);
  await scene.reaches('newer-2', phase('Waiting'));
});

test('a change of an open promotion is looked at anew, and what was approved before does not count', async () => {
  await scene.service('edit');
  const one = await scene.version('edit', { 'server.js': '1' });
  const two = await scene.version('edit', { 'server.js': '2' }, { tests: 'Failed' });
  await scene.promote('edit-1', { workload: 'edit', to: 'prod' });
  const waiting = await scene.reaches('edit-1', phase('Waiting'));
  assert.equal(waiting.image, two.image);
  assert.match(waiting.message ?? '', /check tests: pipeline edit-.*: Failed/);
  await scene.decide('edit-1', 'ben');
  const body = { spec: { image: one.image } };
  await scene.client.patch(Promotion, { namespace: NAMESPACE, name: 'edit-1' }, { type: 'merge', body });
  const again = await scene.reaches('edit-1', ({ observedGeneration }) => observedGeneration === 2);
  assert.equal(again.image, one.image);
  assert.equal(again.phase, 'Waiting');
  assert.equal(again.approvals?.wanted[0]?.given, 0);
});

test('a rollback brings back the image before, and Failed says what is left and what to do', async () => {
  await scene.service('back');
  const [one, two] = [await scene.version('back', { a: '1' }), await scene.version('back', { a: '2' })];
  for (const [index, { image }] of [one, two].entries()) {
    await scene.promote(`back-${index}`, { workload: 'back', to: 'free', image });
    await scene.reaches(`back-${index}`, ({ commit }) => commit !== undefined);
    const isBad = index === 1;
    await scene.applied(
      'back',
      'free',
      isBad ? { health: { status: 'Degraded' }, resources: [degraded] } : {},
    );
  }
  const failed = await scene.reaches('back-1', phase('Failed'));
  assert.match(
    failed.message ?? '',
    /^Deployment back: it crashes\. The change stands in default\/environment-free/,
  );
  assert.match(failed.message ?? '', /slipway service rollback back --environment free brings back sha256:/);
  await scene.promote('back-2', { workload: 'back', to: 'free', rollbackOf: two.image });
  const rolling = await scene.reaches('back-2', ({ commit }) => commit !== undefined);
  assert.equal(rolling.image, one.image);
  assert.equal(rolling.rollback, true);
  assert.equal(rolling.difference?.backwards, true);
});
const degraded = {
  kind: 'Deployment',
  name: 'back',
  version: 'v1',
  health: { status: 'Degraded', message: 'it crashes' },
};

test('what somebody else writes before it is healthy takes its place; other services’ commits do not', async () => {
  for (const service of ['mine', 'other']) {
    await scene.service(service);
    await scene.version(service, { a: service });
    await scene.promote(`${service}-1`, { workload: service, to: 'free' });
    await scene.reaches(`${service}-1`, ({ commit }) => commit !== undefined);
  }
  await scene.applied('mine', 'free');
  await scene.reaches('mine-1', phase('Promoted'));
  await scene.git.push('default/environment-free', { 'other/manifests.yaml': map('by hand') }, 'by hand');
  await scene.applied('other', 'free');
  assert.match(
    (await scene.reaches('other-1', phase('Superseded'))).message ?? '',
    /another commit replaced it/,
  );
});

test('a service that is retired while it is promoted ends the promotion', async () => {
  await scene.service('gone');
  await scene.version('gone', { 'server.js': '1' });
  await scene.promote('gone-1', { workload: 'gone', to: 'prod' });
  const { image } = await scene.reaches('gone-1', phase('Waiting'));
  const kept = { type: 'merge' as const, body: { metadata: { finalizers: ['example.dev/retire'] } } };
  await scene.client.patch(Workload, { namespace: NAMESPACE, name: 'gone' }, kept);
  await scene.client.delete(Workload, { namespace: NAMESPACE, name: 'gone' });
  const ended = await scene.reaches('gone-1', phase('Refused'));
  assert.match(ended.message ?? '', /service gone: .*being retired; nothing was changed/);
  assert.equal(ended.image, image, 'what was meant stays to be read');
});

const refusals: {
  because: string;
  spec: Omit<Promotion['spec'], 'workload'>;
  by?: typeof ANN;
  healthy?: boolean;
  message: RegExp;
}[] = [
  {
    because: 'dev is not healthy',
    spec: { to: 'prod' },
    healthy: false,
    message: /dev is Degraded; only what runs healthy there is promoted/,
  },
  {
    because: 'the environment is unknown',
    spec: { to: 'moon' },
    message: /environment "moon": the platform has none/,
  },
  {
    because: 'the image never ran',
    spec: { to: 'prod', image: 'registry/x@sha256:1' },
    message: /it never ran in dev or prod/,
  },
  {
    because: 'the person has no right to',
    spec: { to: 'prod' },
    by: { username: 'eve', groups: ['makers'] },
    message: /eve may not promote to prod in team default/,
  },
  {
    because: 'a rule has a word that nobody keeps',
    spec: { to: 'odd' },
    message: /environment odd: .*"image-scan"; allowed in this version: tests, sbom/,
  },
];
test('a promotion that cannot be is refused and says why', async t => {
  await makers();
  const odd = { order: 4, promotion: { from: 'dev', requires: [{ checks: ['image-scan'] }] } };
  await scene.client.create(Environment, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name: 'odd' },
    spec: odd,
  });
  for (const [index, { because, spec, by, healthy, message }] of refusals.entries()) {
    await t.test(because, async () => {
      const workload = `refused-${index}`;
      await scene.service(workload);
      await scene.version(workload, { 'server.js': '1' }, { healthy: healthy ?? true });
      await scene.promote(workload, { workload, ...spec }, by);
      assert.match((await scene.reaches(workload, phase('Refused'))).message ?? '', message);
    });
  }
});

/** People who may create promotions, and no more. */
async function makers(): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io';
  const kind = (name: string, plural: string) => ({
    group: apiGroup,
    version: 'v1',
    kind: name,
    plural,
    namespaced: false,
  });
  const about = { apiVersion: `${apiGroup}/v1`, metadata: { name: 'makers' } };
  const rules = [{ apiGroups: ['slipway.dev'], resources: ['promotions'], verbs: ['create'] }];
  await scene.client.create(kind('ClusterRole', 'clusterroles'), {
    ...about,
    kind: 'ClusterRole',
    rules,
  } as never);
  await scene.client.create(kind('ClusterRoleBinding', 'clusterrolebindings'), {
    ...about,
    kind: 'ClusterRoleBinding',
    subjects: [{ kind: 'Group', name: 'makers', apiGroup }],
    roleRef: { kind: 'ClusterRole', name: 'makers', apiGroup },
  } as never);
}

function secret(value: string): string {
  return `apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData: { word: hush-${value} }\n`;
}

function map(value: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: b }\ndata: { value: "${value}" }\n`;
}
