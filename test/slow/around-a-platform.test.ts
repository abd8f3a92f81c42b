// CNOE's reference as it is pinned, on a real Kubernetes: nothing stands in its way, and nothing of it is left.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock } from '@slipway/api';
import { type Client, createClient, patientTransport } from '@slipway/client';
import { nodeTransport } from '@slipway/client/node';
import {
  applyCluster,
  type ClusterPlan,
  destroyCluster,
  gitMirror,
  imagesIn,
  obstacleText,
  planFor,
  preflight,
  STEPS,
} from '@slipway/cluster';
import { emptyLock, parseDefinition, select } from '@slipway/definition';
import { catalogue, clusterDefinitions } from '@slipway/platform';
import { withoutWebhooks } from '../accepted/without-webhooks.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { backToObjects, objectsAtRest } from '../whole-cluster.ts';

const template = process.env.SLIPWAY_GIT_MIRROR;
const skip = noRealCluster() || (template ? false : 'SLIPWAY_GIT_MIRROR says no bare repositories');
const TIMEOUT_MS = 60_000;
const DEFINITION = `apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata: { name: acme }
spec:
  blueprint: cnoe-reference
  target: { kubernetes: {} }
  gitops: false
  domain: acme.example
  appsDomain: apps.example
`;
let cluster: RealCluster;
let client: Client;
let plan: ClusterPlan;
let cacheFolder: string;
let empty: string[] = [];

before(async () => {
  if (skip || !template) return;
  cacheFolder = await mkdtemp(join(tmpdir(), 'slipway-reference-'));
  const started = await realCluster({ nodes: 2 });
  assert.ok(started);
  cluster = started;
  const { url, ca, token } = cluster;
  client = createClient(patientTransport(withoutWebhooks(nodeTransport({ url, ca, token })), systemClock));
  const known = catalogue();
  const selection = select(parseDefinition(DEFINITION, 'platform.yaml'), known);
  const sources = { cacheFolder, mirrorOf: gitMirror(template) };
  const definitions = clusterDefinitions() as never[];
  plan = await planFor({ client, selection, catalogue: known, lock: emptyLock(), sources, definitions });
  empty = await objectsAtRest(client);
});
after(async () => {
  await cluster?.stop();
  if (cacheFolder) await rm(cacheFolder, { recursive: true, force: true });
});

test('nothing but warnings stands in its way, and it has images to bundle', { skip }, async t => {
  const begun = performance.now();
  const obstacles = await preflight(plan, client);
  const objects = plan.components.flatMap(({ steps }) => STEPS.flatMap(step => steps[step]));
  t.diagnostic(`${objects.length} objects: ${Math.round(performance.now() - begun)} ms`);
  assert.deepEqual(obstacles.filter(({ isWarning }) => !isWarning).map(obstacleText), []);
  t.diagnostic(`warnings: ${obstacles.map(obstacleText).join(' | ')}`);
  const images = imagesIn(objects);
  t.diagnostic(`${images.length} images: ${images.join(' ')}`);
  assert.ok(images.length > 10);
});

test('once it is applied all of it is its own, and destroy leaves nothing', { skip }, async t => {
  const { failed } = await applyCluster(plan, {
    client,
    clock: systemClock,
    timeoutMs: TIMEOUT_MS,
    until: 'synced',
    probe: async () => undefined,
  });
  assert.equal(failed, undefined);
  const begun = performance.now();
  const obstacles = await preflight(plan, client);
  t.diagnostic(`applied: ${Math.round(performance.now() - begun)} ms`);
  assert.deepEqual(obstacles.filter(({ isWarning }) => !isWarning).map(obstacleText), []);
  const order = plan.components.map(({ id }) => id);
  const destroying = performance.now();
  const { gone, kept } = await destroyCluster({
    client,
    clock: systemClock,
    platform: 'acme',
    order,
    timeoutMs: TIMEOUT_MS,
  });
  t.diagnostic(`${gone} objects gone: ${Math.round(performance.now() - destroying)} ms`);
  assert.deepEqual(kept, []);
  await backToObjects(client, empty);
});
