// The controllers of insights on a real API server; only the Git server is a stand-in, which knows one history.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { silentLog, systemClock, systemRandom } from '@slipway/api';
import { type Client, updateStatus } from '@slipway/client';
import {
  Application,
  argoCdDefinitions,
  CustomResourceDefinition,
  MATURITY_REPORT,
  Namespace,
  Platform,
  platformDefinition,
  Report,
  Repository,
  reportKeyOf,
  repositoryDefinition,
  Scorecard,
  Workload,
  workloadDefinition,
} from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { createRuntime, type Runtime } from '@slipway/runtime';
import type { GitServer } from '../git-server/call.ts';
import { eventually } from '../portal.fixture.ts';
import { insightKinds } from './rules.ts';
import { startInsights } from './start.ts';

const namespace = 'team-payments';
const key = { namespace, name: 'shop' };
const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
const IMAGE = `registry.slipway.internal/payments/shop@sha256:${'1'.repeat(64)}`;

/** Two commits of the service; each commit `env<n>` of the environment's repository brought one of them. */
const git: GitServer = async ({ path }) => {
  const url = new URL(path, 'http://git');
  const sha = url.searchParams.get('sha') ?? '';
  const source = { env1: A, env2: B }[sha];
  const commit = (id: string, time: string, message = '') => ({
    sha: id,
    commit: { message, committer: { date: time } },
  });
  const service = [commit(B, '2026-03-02T10:00:00Z'), commit(A, '2026-03-01T10:00:00Z')];
  const found = source
    ? [commit(sha, '2026-03-01T10:00:30Z', `shop: ${source}\n\nSource: payments/shop@${source}\n`)]
    : service.slice(sha === A ? 1 : 0);
  const isFile = url.pathname.includes('/raw/');
  return { status: 200, body: Buffer.from(isFile ? '# Shop\n'.repeat(50) : JSON.stringify(found)) };
};

let kube: Kube;
let client: Client;
let runtime: Runtime;

before(async () => {
  kube = await startKube();
  client = kube.client();
  const definitions = [
    ...insightKinds,
    ...(await argoCdDefinitions()),
    platformDefinition,
    repositoryDefinition,
    workloadDefinition,
  ];
  for (const definition of definitions) await client.create(CustomResourceDefinition, definition);
  for (const name of [namespace, 'slipway-system'])
    await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await client.create(Platform, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Platform',
    metadata: { name: 'acme' },
    spec: {},
  });
  await makeService();
  await start();
});
after(async () => {
  await runtime.stop();
  await kube.stop();
});

async function start(): Promise<void> {
  runtime = createRuntime({ client, clock: systemClock, random: systemRandom, log: silentLog });
  runtime.add(await startInsights(client, git));
  await runtime.start();
}

async function makeService(): Promise<void> {
  const spec = { owner: 'payments', name: 'shop' };
  await client.create(Repository, {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'Repository',
    metadata: key,
    spec,
  });
  await updateStatus(client, Repository, key, draft => {
    draft.status = { branches: { main: B } };
  });
  await client.create(Workload, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Workload',
    metadata: key,
    spec: { repository: 'shop' },
  });
  await client.create(Application, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { namespace, name: 'shop-dev', labels: { 'slipway.dev/workload': 'shop' } },
    spec: {
      project: 'default',
      source: { repoURL: 'https://git.slipway.internal/payments/environment-dev.git', path: 'shop' },
      destination: { name: 'in-cluster', namespace: 'payments-dev' },
    },
  });
  const about = { namespace: 'payments-dev', application: 'shop-dev', url: '', image: IMAGE, healthy: true };
  await updateStatus(client, Workload, key, draft => {
    draft.status = { environments: [{ name: 'dev', health: 'Healthy', revision: A, ...about }] };
  });
}

/** What Argo CD would say: syncs at these seconds of the hour before now, and the health since then. */
async function say(history: { id: number; revision: string; at: string }[], health: string, since: string) {
  const source = { repoURL: 'https://git.slipway.internal/payments/environment-dev.git' };
  const entries = history.map(({ id, revision, at }) => ({ id, revision, deployedAt: at, source }));
  const status = { history: entries, health: { status: health, lastTransitionTime: since } };
  const patch = { type: 'merge', body: { status } } as const;
  await client.patch(Application, { namespace, name: 'shop-dev' }, patch);
}

/** One moment for the whole file: whole minutes lie between what is said. */
const NOW = systemClock.now();
const ago = (minutes: number) => `${new Date(NOW - minutes * 60_000).toISOString().slice(0, 19)}Z`;

function reportWhen(what: string, is: (status: NonNullable<Report['status']>) => boolean) {
  return eventually(what, async () => {
    const report = await client.find(Report, reportKeyOf(key));
    return report?.status && is(report.status) && report.status;
  });
}

const first = { id: 0, revision: 'env1', at: ago(50) };
const second = { id: 1, revision: 'env2', at: ago(40) };

test('deployments are told with the commits they brought, failures and recoveries as they come', async () => {
  await say([first], 'Healthy', ago(49));
  await reportWhen('a deployment', ({ delivery }) => delivery?.[0]?.measures.deployments === 1);
  await say([first, second], 'Degraded', ago(39));
  await reportWhen('a failure', ({ delivery }) => delivery?.[0]?.measures.failed === 1);
  await say([first, second], 'Healthy', ago(29));
  const { delivery } = await reportWhen(
    'a recovery',
    status => status.delivery?.[0]?.measures.recoverySeconds !== undefined,
  );
  const [dev] = delivery ?? [];
  assert.equal(dev?.measures.recoverySeconds, 600);
  assert.equal(dev?.measures.failPercentage, 50);
  const deployments = dev?.events.flatMap(event => (event.type === 'deployment' ? [event] : []));
  assert.deepEqual(
    deployments?.map(each => [each.revision, each.commits]),
    [
      [A, ['2026-03-01T10:00:00.000Z']],
      [B, ['2026-03-02T10:00:00.000Z']],
    ],
  );
});

test('a restart tells nothing twice', async () => {
  await runtime.stop();
  const before = await client.get(Report, reportKeyOf(key));
  await start();
  await say([first, second, { id: 2, revision: 'env1', at: ago(10) }], 'Healthy', ago(29));
  const { delivery } = await reportWhen(
    'going back',
    status => (status.delivery?.[0]?.events.length ?? 0) > 4,
  );
  const events = delivery?.[0]?.events ?? [];
  assert.deepEqual(events.slice(0, -1), before.status?.delivery?.[0]?.events);
  assert.equal(events.at(-1)?.type === 'deployment' && events.at(-1), events.at(-1));
  assert.equal(delivery?.[0]?.measures.failed, 1, 'the one that broke is the one that was left');
  assert.equal(delivery?.[0]?.measures.rework, 1);
});

test('the shipped scorecard is kept, exemptions and all, and an exemption ends by itself', async () => {
  const until = new Date(systemClock.now() + 1500).toISOString();
  await client.patch(
    Scorecard,
    { name: 'service-basics' },
    {
      type: 'merge',
      body: {
        spec: {
          exemptions: [
            { check: 'tests-pass', service: 'payments/shop', owner: 'ann', reason: 'soon', until },
          ],
        },
      },
    },
  );
  const stateOf = (status: NonNullable<Report['status']>) =>
    status.scorecards?.[0]?.results.find(each => each.check === 'tests-pass')?.state;
  await reportWhen('exempt', status => stateOf(status) === 'exempt');
  await runtime.stop();
  await start();
  const { spec } = await client.get(Scorecard, { name: 'service-basics' });
  assert.equal(spec.exemptions?.length, 1, 'a start takes no exemption away');
  await reportWhen('the end', status => stateOf(status) === 'unknown');
});

test('the platform has a maturity report', async () => {
  const report = await eventually('maturity', () => client.find(Report, MATURITY_REPORT));
  assert.deepEqual(report.spec.subject, { kind: 'Platform', name: 'acme' });
});

test('a report goes with its service', async () => {
  await client.delete(Workload, key);
  await eventually('it is gone', async () => (await client.find(Report, reportKeyOf(key))) === undefined);
});
