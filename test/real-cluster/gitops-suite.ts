// What holds of a platform that goes through its own repository, whoever follows it: the real Gitea keeps what an apply
// commits, a real delivery tool brings it to a real Kubernetes, puts back what somebody took away, and goes first.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { keyOf } from '@slipway/api';
import { diffCluster, followsOf } from '@slipway/cluster';
import { Deployment } from '@slipway/kinds';
import { eventually } from '../platform-process.ts';
import { noRealCluster, type RealCluster } from '../real-cluster.ts';
import { noTools } from '../tools/cache.ts';
import { backToObjects, objectsAtRest } from '../whole-cluster.ts';
import { giveToken, noMirror, type PlatformByGit, platformByGit, TIMEOUT_MS } from './platform-by-git.ts';

export interface DeliveryTool {
  /** Its technology. */
  id: string;
  /** What of test/tools it takes. */
  tools: string[];
  /** An object that is there once it is installed, as kubectl asks for it. */
  installed: string[];
  start(cluster: RealCluster): Promise<{ stop(): Promise<void> } | undefined>;
  /** Field manager of what it applies. */
  manager: string;
  /** Puts back at once what somebody took away; otherwise at its interval, or when asked. */
  watches: boolean;
}

const controller = { namespace: 'spark-operator', name: 'spark-operator-controller' };
const OPERATOR = 'rendered/spark-operator/tool/deployment-spark-operator-spark-operator-controller.yaml';

export function gitopsSuite(delivery: DeliveryTool): void {
  const skip = noRealCluster() || noTools('gitea', ...delivery.tools) || noMirror;
  let platform: PlatformByGit;
  let running: { stop(): Promise<void> } | undefined;
  let empty: string[] = [];
  const differences = async (replicas: number) =>
    (await diffCluster(platform.client, (await platform.plan(replicas)).plan)).changes;

  before(async () => {
    if (skip) return;
    platform = await platformByGit(delivery.id);
    empty = await objectsAtRest(platform.client);
    await giveToken(platform);
  });
  after(async () => {
    await running?.stop();
    await platform?.stop();
  });

  test('source and delivery are applied directly, everything else through the repository', {
    skip,
  }, async t => {
    const { cluster, client } = platform;
    const applying = platform.apply(2);
    const installed = eventually(`${delivery.id} is installed`, TIMEOUT_MS, () =>
      cluster.kubectl(['get', ...delivery.installed]),
    );
    await Promise.race([installed, applying]);
    running = await delivery.start(cluster);
    const { components } = await applying;
    const told = components.map(({ id, created, ms }) => ({ id, created, ms: Math.round(ms) }));
    t.diagnostic(JSON.stringify(told));
    const commits = await platform.commits();
    t.diagnostic(commits.map(({ title }) => title).join(' | '));
    const followers = await liveFollowers(platform);
    assert.ok(followers.length > 0);
    for (const { live, revision } of followers)
      assert.ok(
        commits.some(({ sha }) => sha === revision),
        JSON.stringify(live),
      );
    const found = await client.get(Deployment, controller);
    const managers = found.metadata.managedFields?.map(({ manager }) => manager) ?? [];
    assert.ok(managers.includes(delivery.manager) && !managers.includes('slipway'), managers.join());
    assert.match(
      commits.find(({ title }) => title.endsWith(': tool'))?.title ?? '',
      /^spark-operator .*: tool$/,
    );
    assert.match(await platform.fileAt(OPERATOR), /replicas: 2/);
    assert.match(await platform.fileAt('definition/platform.yaml'), /replicas: 2/);
  });

  test('the same again commits nothing, and nothing differs', { skip }, async () => {
    const before = await platform.commits();
    const { components } = await platform.apply(2);
    for (const { id, created, changed, removed } of components)
      assert.deepEqual([created, changed, removed], [0, 0, []], id);
    assert.deepEqual(await platform.commits(), before);
    assert.deepEqual(await differences(2), []);
  });

  test('what somebody takes away by hand is put back', { skip }, async () => {
    const { client } = platform;
    await client.delete(Deployment, controller);
    if (!delivery.watches) await askToLook(platform);
    await eventually('it is there again', TIMEOUT_MS, () => client.get(Deployment, controller));
  });

  test('a change of the definition is a commit that people can read', { skip }, async () => {
    const before = await platform.fileAt(OPERATOR);
    assert.ok((await differences(3)).length > 0);
    await platform.apply(3);
    const newest = (await platform.commits()).slice(0, 2).map(({ title }) => title);
    assert.match(newest.join(), /^definition,spark-operator .*: tool$/);
    assert.notEqual(await platform.fileAt(OPERATOR), before);
    assert.deepEqual(await differences(3), []);
  });

  test('destroy takes first what would bring the rest back, and leaves nothing', { skip }, async () => {
    await platform.destroy(3);
    await running?.stop();
    running = undefined;
    await backToObjects(platform.client, empty);
  });
}

async function followersOf({ plan }: PlatformByGit) {
  const { selection, plan: planned } = await plan(2);
  const follows = followsOf(selection.components);
  assert.ok(follows);
  return { follows, objects: planned.components.find(({ id }) => id === 'spark-operator')?.follower ?? [] };
}

async function kindOf({ client }: PlatformByGit, { apiVersion, kind }: AnyObject) {
  const found = await client.discover(apiVersion, kind);
  assert.ok(found, kind);
  return found;
}

/** What has the operator's folder followed, as it is, and the commit that each says it applied. */
async function liveFollowers(platform: PlatformByGit) {
  const { follows, objects } = await followersOf(platform);
  return Promise.all(
    objects.map(async object => {
      const kind = await kindOf(platform, object);
      const live = (await platform.client.get(kind, keyOf(object))) as AnyObject;
      return { live, ...follows.applied(live) };
    }),
  );
}

async function askToLook(platform: PlatformByGit): Promise<void> {
  const { follows, objects } = await followersOf(platform);
  const body = { metadata: { annotations: follows.nudge(Date.now()) } };
  for (const object of objects) {
    const kind = await kindOf(platform, object);
    await platform.client.patch(kind, keyOf(object), { type: 'merge', body });
  }
}
