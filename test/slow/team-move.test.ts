// A team moves from one platform to another by the doors that anybody has: nothing is built again, nothing is lost.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createClient } from '@slipway/client';
import { loadKubeconfig, nodeTransport } from '@slipway/client/node';
import {
  Application,
  Build,
  ConfigMap,
  Entity,
  Promotion,
  Repository,
  Secret,
  Workflow,
  Workload,
} from '@slipway/kinds';
import { eventually, type Platform, run, startPlatform } from '../platform-process.ts';
import { type PlatformAtGitea, platformAtGitea } from '../real-cluster/platform-at-gitea.ts';
import { noRealCluster } from '../real-cluster.ts';
import { root } from '../source-tree.ts';
import { noTools } from '../tools/cache.ts';

let from: Platform;
let to: Platform;
let place: string;
let file: string;
let there: PlatformAtGitea | undefined;
/** Branches and tags of the repositories that were exported. */
const references = new Map<string, string>();

before(async () => {
  place = await mkdtemp(join(tmpdir(), 'slipway-move-'));
  file = join(place, 'default.team');
  from = await startPlatform();
  await from.cli(['service', 'create', '--name', 'shop', '--wait']);
});
after(async () => {
  await Promise.all([from.stop(), to?.stop(), there?.stop()]);
  await rm(place, { recursive: true, force: true });
});

async function clientOf(platform: Platform) {
  return createClient(nodeTransport(await loadKubeconfig(platform.report.kubeconfig)));
}

interface Imported {
  items: { item: string; state: string }[];
  secrets: { name: string; keys: string[] }[];
}

const namespace = 'team-default';

test('a team arrives with repositories, images, services, history and references to Secrets, and runs', {
  timeout: 180_000,
}, async t => {
  const before = await clientOf(from);
  await before.create(Secret, {
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'default-dev', name: 'payments-key' } },
    data: { token: Buffer.from('canary-4711').toString('base64') },
  });
  await from.cli(['service', 'promote', 'shop', '--to', 'prod']);
  await eventually('prod has the promoted image', 60_000, async () => {
    const { items } = await before.list(Promotion, { namespace });
    return items.some(({ status }) => status?.phase === 'Promoted') ? true : undefined;
  });
  await proposeChange(before);
  const exported = await from.json<{ ms: number; size: number }>(['export', 'team', 'default', file]);
  assert.ok(!(await readFile(file)).includes('canary-4711'), 'no value of a Secret leaves');
  assert.ok(!(await readFile(file)).includes(Buffer.from('canary-4711').toString('base64')));
  const workload = await before.get(Workload, { namespace, name: 'shop' });
  for (const { spec } of (await before.list(Repository, { namespace })).items)
    references.set(spec.name, await referencesAt(from, spec.name));
  await from.crash();

  to = await startPlatform();
  const dry = await to.json<Imported>(['import', 'team', file, '--dry-run']);
  const now = await clientOf(to);
  assert.deepEqual((await now.list(Workload, { namespace })).items, [], 'a rehearsal makes nothing');
  const real = await to.json<Imported & { ms: number }>(['import', 'team', file]);
  assert.deepEqual(real.items, dry.items, 'what was said is what was done');
  assert.deepEqual(
    real.secrets.map(({ name, keys }) => [name, keys]),
    [['payments-key', ['token']]],
  );
  t.diagnostic(`export ${exported.ms} ms, ${exported.size} bytes; import ${real.ms} ms`);
  await runs(workload.status?.image ?? '');
  const again = await to.json<Imported>(['import', 'team', file]);
  assert.deepEqual(
    again.items.filter(({ state }) => state !== 'unchanged'),
    [],
    'twice changes nothing',
  );
  await changesGoOn();
  await from.restart();
});

async function referencesAt(platform: Platform, name: string): Promise<string> {
  const { port } = new URL(platform.report.portal);
  const url = `https://git.slipway.localhost:${port}/default/${name}.git`;
  return ours(await platform.git(['ls-remote', url]));
}

/** Branches and tags; what a server keeps for changes is its own. */
function ours(listed: string): string {
  return listed
    .split('\n')
    .filter(line => /\trefs\/(heads|tags)\//.test(line))
    .toSorted()
    .join('\n');
}

/** In a repository that is no service: one change that is merged, one that is open. */
async function proposeChange(client: Awaited<ReturnType<typeof clientOf>>): Promise<void> {
  const metadata = { namespace, name: 'notes' };
  const spec = { owner: 'default', name: 'notes' };
  await client.create(Repository, {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'Repository',
    metadata,
    spec,
  });
  const work = join(from.home, 'notes');
  const { port } = new URL(from.report.portal);
  await from.git(['init', '--quiet', '--initial-branch=main', work]);
  await from.git(
    ['remote', 'add', 'origin', `https://git.slipway.localhost:${port}/default/notes.git`],
    work,
  );
  await eventually('the repository is there', 20_000, async () =>
    (await client.get(Repository, metadata)).status?.url ? true : undefined,
  );
  for (const branch of ['main', 'first', 'second']) {
    if (branch !== 'main') await from.git(['checkout', '--quiet', '-b', branch, 'main'], work);
    await writeFile(join(work, `${branch}.txt`), branch);
    await from.git(['add', '--all'], work);
    await from.git(['commit', '--quiet', '--message', branch], work);
    await from.git(['push', '--quiet', 'origin', branch], work);
    if (branch === 'main') continue;
    await from.cli(['change', 'create', 'default/notes', '--head', branch, '--title', `The ${branch}`]);
  }
  await from.cli(['change', 'merge', 'default/notes', '1']);
}

/** The merged one is told of, the open one goes on. */
async function changesGoOn(): Promise<void> {
  const list = (await to.cli(['change', 'list', 'default/notes', '--state', 'all'])).stdout;
  assert.match(list, /1 +merged .*The first/);
  assert.match(list, /2 +open .*The second/);
  await to.cli(['change', 'merge', 'default/notes', '2']);
  assert.match((await to.cli(['change', 'list', 'default/notes', '--state', 'merged'])).stdout, /The second/);
}

/** Both environments answer with the image that was built there, and nothing was built here. */
async function runs(image: string): Promise<void> {
  const client = await clientOf(to);
  const { port } = new URL(to.report.portal);
  for (const environment of ['dev', 'prod']) {
    await eventually(`${environment} answers`, 60_000, async () => {
      const { status } = await to.fetch(`https://shop.${environment}.slipway-apps.localhost:${port}/`);
      return status === 200 ? true : undefined;
    });
  }
  const { status } = await client.get(Workload, { namespace, name: 'shop' });
  assert.deepEqual(
    status?.environments?.map(each => each.image),
    [image, image],
  );
  const count = async (kind: Parameters<typeof client.list>[0]) =>
    (await client.list(kind, { namespace })).items.length;
  assert.deepEqual([await count(Build), await count(Workflow)], [1, 1]);
  const [promotion] = (await client.list(Promotion, { namespace })).items;
  assert.equal(promotion?.status?.phase, 'Promoted');
  const application = await client.get(Application, { namespace, name: 'shop-prod' });
  assert.ok(
    ((application.status as { history?: unknown[] }).history ?? []).length > 0,
    'deployments that were',
  );
  const clone = join(to.home, 'clone');
  await to.git(['clone', '--quiet', `https://git.slipway.localhost:${port}/default/shop.git`, clone]);
}

test('what stands in the way is said all at once, and nothing is written', { timeout: 60_000 }, async () => {
  const client = await clientOf(to);
  const metadata = { namespace, name: 'mine' };
  await client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: {} });
  // The team's own things under other hands: another service of that name, another history under it.
  const body = { metadata: { annotations: { 'slipway.dev/imported': null } }, spec: { port: 9090 } };
  await client.patch(Workload, { namespace, name: 'shop' }, { type: 'merge', body });
  const clone = join(to.home, 'clone');
  await writeFile(join(clone, 'other.txt'), 'x');
  await to.git(['checkout', '--quiet', '--orphan', 'other'], clone);
  await to.git(['add', '--all'], clone);
  await to.git(['commit', '--quiet', '--message', 'another history'], clone);
  await to.git(['push', '--quiet', '--force', 'origin', 'other:main'], clone);
  await assert.rejects(to.cli(['import', 'team', file]), (error: { code: number; stderr: string }) => {
    assert.equal(error.code, 1);
    assert.match(error.stderr, /nothing was imported:/);
    assert.match(error.stderr, /Workload team-default\/shop: the name is taken/);
    assert.match(error.stderr, /repository default\/shop: there is one with another history/);
    return true;
  });
  await assert.rejects(
    to.cli(['export', 'team', 'nobody']),
    /"nobody": not in this platform; known: default/,
  );
});

test('the same archive arrives on a cluster: in the real Gitea, at the real API server', {
  skip: noRealCluster() || noTools('gitea'),
  timeout: 180_000,
}, async t => {
  there = await platformAtGitea(place, ['dev', 'prod']);
  const { cluster, gitea } = there;
  const client = cluster.client();
  const slipway = async (...more: string[]): Promise<Imported & { team: string; ms: number }> => {
    const args = ['import', 'team', file, '--kubeconfig', cluster.kubeconfig, '-o', 'json', ...more];
    const { stdout } = await run(process.execPath, [join(root, 'apps/cli/src/main.ts'), ...args]);
    return JSON.parse(stdout);
  };
  await eventually('our engines’ account at Gitea', 60_000, () =>
    client.find(Secret, { namespace: 'slipway-system', name: 'slipway-git' }),
  );
  const dry = await slipway('--dry-run');
  assert.equal(
    await client.find(Workload, { namespace, name: 'shop' }),
    undefined,
    'a rehearsal makes nothing',
  );
  const real = await slipway();
  t.diagnostic(`import ${real.ms} ms`);
  assert.deepEqual(real.items, dry.items, 'what was said is what was done');
  const left = real.items.filter(({ state }) => state !== 'create');
  assert.ok(left.every(({ item, state }) => item.startsWith('image ') && state === 'left'));
  assert.deepEqual(
    real.secrets.map(({ name, keys }) => [name, keys]),
    [['payments-key', ['token']]],
  );
  for (const [name, expected] of references) {
    const { username, password } = gitea.admin;
    const url = gitea.url.replace('//', `//${username}:${password}@`);
    const { stdout } = await run('git', ['ls-remote', `${url}/default/${name}.git`]);
    assert.equal(ours(stdout), expected, `branches and tags of ${name}`);
  }
  const { spec } = await client.get(Workload, { namespace, name: 'shop' });
  assert.equal(spec.repository, 'shop');
  const [promotion] = (await client.list(Promotion, { namespace })).items;
  assert.equal(promotion?.status?.phase, 'Promoted');
  const [build] = (await client.list(Build, { namespace })).items;
  assert.equal(build?.status?.phase, 'Succeeded');
  const { items: entities } = await client.list(Entity, { namespace });
  assert.ok(entities.some(each => each.spec.entity.metadata.name === 'shop'));
  for (const environment of ['dev', 'prod'])
    await eventually(`the Application of ${environment} leads to Gitea`, 60_000, async () => {
      const { spec: wanted } = await client.get(Application, { namespace, name: `shop-${environment}` });
      const { project, source } = wanted as { project?: string; source?: { repoURL?: string } };
      const leads = source?.repoURL === `${gitea.url}/default/environment-${environment}.git`;
      return (leads && project === 'team-default') || undefined;
    }).catch(async error => {
      const { status } = await client.get(Workload, { namespace, name: 'shop' });
      throw new Error(`${error.message}: ${JSON.stringify(status)}\n${there?.controller.log()}`);
    });
  const dump = await cluster.kubectl(['get', 'secrets', '-A', '-o', 'json']);
  assert.ok(!dump.includes(Buffer.from('canary-4711').toString('base64')), 'no value of a Secret came along');
  const again = await slipway();
  assert.deepEqual(
    again.items.filter(({ state }) => state !== 'unchanged' && state !== 'left'),
    [],
    'twice changes nothing',
  );
});
