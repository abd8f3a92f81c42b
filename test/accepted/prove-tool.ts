// One tool's own manifests through all of a platform's life, on the real Kubernetes with nodes on which pods look alive.
import assert from 'node:assert/strict';
import { type ApiRequest, silentLog, systemClock, systemRandom, type Transport } from '@slipway/api';
import { type Client, createClient, patientTransport } from '@slipway/client';
import { nodeTransport } from '@slipway/client/node';
import {
  type AppliedCluster,
  applyCluster,
  type ClusterPlan,
  planFor,
  plannedObjects,
  type Sources,
  survey,
  wiringControllers,
} from '@slipway/cluster';
import {
  emptyLock,
  type Lock,
  parseDefinition,
  type Release,
  type Selection,
  select,
  type Technology,
} from '@slipway/definition';
import { catalogue, clusterObjects } from '@slipway/platform';
import { createRuntime } from '@slipway/runtime';
import type { RealCluster } from '../real-cluster.ts';
import { sampleParameters } from './sample-parameters.ts';
import { standInFor } from './stand-in.ts';
import { withoutWebhooks } from './without-webhooks.ts';

/** What was seen of one tool. */
export interface Accepted {
  id: string;
  /** Newest first. */
  versions: string[];
  objects: number;
  /** Of a first apply, and of one that changes nothing. */
  ms: { first: number; second: number };
  /** Objects that the upgrade changed. */
  upgraded: number;
}

const TIMEOUT_MS = 90_000;

/**
 * Plans and applies the older release, applies it again, goes up to the newest and back, is killed and goes on, and takes
 * the component out of the definition again. Rejects with the first thing that is not as it should be.
 */
export async function proveTool(cluster: RealCluster, id: string, sources: Sources): Promise<Accepted> {
  const tool = catalogue().technologies.find(each => each.id === id);
  assert.ok(tool?.upstream, `${id} has no upstream`);
  const transport = withoutWebhooks(
    nodeTransport({ url: cluster.url, ca: cluster.ca, token: cluster.token }),
  );
  const client = createClient(patientTransport(transport, systemClock));
  const selection = selectTool(tool);
  const [newest, older = newest] = tool.upstream.releases;
  const planOf = async (release: Release): Promise<ClusterPlan> =>
    await planRelease(selection, tool, { release, sources, client });
  const apply = (plan: ClusterPlan, by = client) => applyAll(plan, by);

  const first = await timed(apply(await planOf(older)));
  const second = await timed(apply(await planOf(older)));
  assert.deepEqual(changesIn(second.value), [], `${id}: a second apply changes something`);
  const up = await apply(await planOf(newest));
  const back = await apply(await planOf(older));
  assert.equal(changesIn(up).length > 0, newest !== older, `${id}: an upgrade that changes nothing`);
  await killedAndBegunAgain(await planOf(newest), transport, client);
  const settledAgain = await apply(await planOf(newest));
  assert.deepEqual(changesIn(settledAgain), [], `${id}: not as defined after a kill`);
  const plan = await planOf(newest);
  const gone = await apply({ ...plan, components: plan.components.filter(each => each.id !== id) });
  assert.deepEqual(gone.gone, [id]);
  await nothingLeft(client, plan, id);
  assert.ok(back.components.length > 0);
  const objects = plan.components.find(each => each.id === id);
  return {
    id,
    versions: [newest.version, ...(older === newest ? [] : [older.version])],
    objects: objects ? plannedObjects(objects).length : 0,
    ms: { first: Math.round(first.ms), second: Math.round(second.ms) },
    upgraded: up.components.reduce(
      (sum, { created, changed, removed }) => sum + created + changed + removed.length,
      0,
    ),
  };
}

function selectTool(tool: Technology): Selection {
  const base = catalogue();
  const technologies = [standInFor(tool), tool];
  const capabilities = base.capabilities.map(each => ({
    ...each,
    technologies: technologies.filter(one => one.capabilities.includes(each.id)).map(one => one.id),
  }));
  const own = { capabilities, technologies, blueprints: [] };
  const [capability] = tool.capabilities;
  const choice = JSON.stringify({ technology: tool.id, parameters: sampleParameters(tool) });
  const text = `apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata: { name: acme }
spec:
  target: { kubernetes: {} }
  gitops: false
  domain: acme.example
  capabilities: { deployment-targets: stand-in, ${capability}: ${choice} }
`;
  return select(parseDefinition(text, 'platform.yaml'), own);
}

async function planRelease(
  selection: Selection,
  { id }: Technology,
  { release, sources, client }: { release: Release; sources: Sources; client: Client },
): Promise<ClusterPlan> {
  const { version, digest } = release;
  const lock: Lock = { ...emptyLock(), components: { [id]: { version, digest, source: '-' } } };
  const definitions = await clusterObjects(selection);
  return planFor({ client, selection, catalogue: catalogue(), lock, sources, definitions });
}

async function applyAll(plan: ClusterPlan, client: Client): Promise<AppliedCluster> {
  const runtime = createRuntime({ client, clock: systemClock, random: systemRandom, log: silentLog });
  try {
    const applied = await applyCluster(plan, {
      client,
      clock: systemClock,
      timeoutMs: TIMEOUT_MS,
      until: 'healthy',
      probe: async () => undefined,
      begun: async () => {
        runtime.add(wiringControllers([]));
        await runtime.start();
      },
    });
    if (applied.failed) throw new Error(`${applied.failed.id}: ${applied.failed.message}`);
    return applied;
  } finally {
    await runtime.stop();
  }
}

function changesIn({ components }: AppliedCluster): string[] {
  return components
    .filter(({ created, changed, removed }) => created + changed + removed.length > 0)
    .map(each => JSON.stringify(each));
}

/** Every write after a number of them fails, as it does when the process is gone; the next apply goes on from there. */
async function killedAndBegunAgain(plan: ClusterPlan, transport: Transport, client: Client): Promise<void> {
  for (const writes of [1, 4, 12, 30]) {
    let left = writes;
    const dying: Transport = {
      send: request => {
        if (isWrite(request) && left-- <= 0) throw new Error('killed');
        return transport.send(request);
      },
    };
    await applyAll(plan, createClient(patientTransport(dying, systemClock))).catch(() => undefined);
  }
  await applyAll(plan, client);
}

function isWrite({ method }: ApiRequest): boolean {
  return method !== 'GET';
}

async function nothingLeft(client: Client, plan: ClusterPlan, id: string): Promise<void> {
  const all = plan.components.filter(each => each.id === id).flatMap(plannedObjects);
  const deadline = systemClock.now() + TIMEOUT_MS;
  for (;;) {
    const left = [...(await survey(client, plan.platform, all))].filter(
      ([, { metadata }]) => metadata.labels?.['slipway.dev/component'] === id,
    );
    if (left.length === 0) return;
    if (systemClock.now() > deadline)
      assert.fail(
        `${id}: left behind: ${left.map(([name, { metadata }]) => `${name}${metadata.deletionTimestamp ? ' (going)' : ''}`).join(', ')}`,
      );
    await systemClock.sleep(300);
  }
}

async function timed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await work;
  return { value, ms: performance.now() - start };
}
