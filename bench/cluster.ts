import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { catalogue, clusterDefinitions } from '../apps/platform/src/index.ts';
import { systemClock } from '../packages/api/src/index.ts';
import { createClient, patientTransport } from '../packages/client/src/index.ts';
import { nodeTransport } from '../packages/client/src/node.ts';
import {
  applyCluster,
  type ClusterPlan,
  clusterFacts,
  gitMirror,
  lockReleases,
  planCluster,
  plannedObjects,
  type RenderCache,
  releaseFiles,
} from '../packages/cluster/src/index.ts';
import { emptyLock, parseDefinition, select } from '../packages/definition/src/index.ts';
import { withoutWebhooks } from '../test/accepted/without-webhooks.ts';
import { labProgram } from '../test/lab-program.ts';
import { noRealCluster, realCluster } from '../test/real-cluster.ts';
import type { Series } from './statistics.ts';

const run = promisify(execFile);
const DEFINITION = `apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata: { name: acme }
spec:
  blueprint: regulated
  target: { kubernetes: {} }
  gitops: false
  domain: acme.example
`;
const ROUNDS = 7;

/**
 * The largest blueprint on the real Kubernetes: planning it (everything fetched before), and applying it once more when
 * nothing changed, in alternation with `kubectl apply --server-side` of the same objects.
 */
export async function benchCluster(): Promise<Series[]> {
  const missing = noRealCluster();
  if (missing) throw new Error(`the real Kubernetes is not here: ${missing}`);
  const cluster = await realCluster({ nodes: 3 });
  if (!cluster) throw new Error('the real Kubernetes did not start');
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  try {
    const transport = withoutWebhooks(
      nodeTransport({ url: cluster.url, ca: cluster.ca, token: cluster.token }),
    );
    const client = createClient(patientTransport(transport, systemClock));
    const planned = await benchPlan(await clusterFacts(client));
    const apply = () =>
      applyCluster(planned.plan, {
        client,
        clock: systemClock,
        timeoutMs: 60_000,
        until: 'synced',
        probe: async () => undefined,
      });
    const first = await apply();
    if (first.failed) throw new Error(`${first.failed.id}: ${first.failed.message}`);
    const file = join(folder, 'all.json');
    const items = planned.plan.components.flatMap(plannedObjects);
    // Nothing serves the tools' webhooks here: kubectl must not switch them on.
    const others = items.filter(({ kind }) => !kind.endsWith('WebhookConfiguration'));
    await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: others }));
    const ours: number[] = [];
    const theirs: number[] = [];
    const kubectl = labProgram('kubectl') ?? 'kubectl';
    const args = [
      '--kubeconfig',
      cluster.kubeconfig,
      'apply',
      '--server-side',
      '--force-conflicts',
      '-f',
      file,
    ];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await timed(apply));
      theirs.push(await timed(() => run(kubectl, args, { maxBuffer: 64 * 1024 * 1024 })));
    }
    const against = { name: 'goal', value: 2000 };
    return [
      ...planned.series,
      { name: `no-op apply, ${items.length} objects`, unit: 'ms', values: ours, against },
      { name: 'kubectl apply --server-side of them', unit: 'ms', values: theirs },
      { name: 'memory of this process', unit: 'MB', values: [process.memoryUsage().rss / 1e6] },
    ];
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchPlan(
  cluster: Awaited<ReturnType<typeof clusterFacts>>,
): Promise<{ plan: ClusterPlan; series: Series[] }> {
  const located = parseDefinition(DEFINITION, 'platform.yaml');
  const cacheFolder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway');
  const template = process.env.SLIPWAY_GIT_MIRROR;
  const sources = { cacheFolder, ...(template ? { mirrorOf: gitMirror(template) } : {}) };
  const { releases } = lockReleases(select(located, catalogue()));
  const fetched = new Map();
  for (const [id, release] of releases)
    fetched.set(id, { release, files: await releaseFiles(release, sources) });
  const kept = new Map<string, string>();
  const rendered: RenderCache = {
    get: key => {
      const text = kept.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    set: (key, value) => kept.set(key, JSON.stringify(value)),
  };
  const plan = (cache?: RenderCache) => {
    const selection = select(located, catalogue());
    const { lock } = lockReleases(selection, emptyLock());
    const definitions = clusterDefinitions() as never[];
    const given = { selection, catalogue: catalogue(), lock, releases: fetched, cluster, definitions };
    return planCluster({ ...given, ...(cache ? { rendered: cache } : {}) });
  };
  const made = await plan(rendered);
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    cold.push(await timed(() => plan()));
    warm.push(await timed(() => plan(rendered)));
  }
  const against = { name: 'goal', value: 200 };
  return {
    plan: made,
    series: [
      { name: 'plan of regulated, rendered anew', unit: 'ms', values: cold, against },
      { name: 'plan of regulated, renderings kept', unit: 'ms', values: warm, against },
    ],
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
