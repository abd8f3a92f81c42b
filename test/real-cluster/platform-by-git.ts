// A platform that is applied through its own repository, on a real Kubernetes with the real Gitea; who follows it is told.
// The delivery tool installs itself by our plan (its pods only look alive) and runs as processes beside the cluster.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@slipway/api';
import { type Client, createClient, patientTransport } from '@slipway/client';
import { nodeTransport } from '@slipway/client/node';
import {
  type AppliedCluster,
  applyCluster,
  type ClusterPlan,
  destroyCluster,
  followsOf,
  gitMirror,
  planFor,
} from '@slipway/cluster';
import {
  type Catalogue,
  emptyLock,
  httpRequest,
  parseDefinition,
  type Selection,
  select,
} from '@slipway/definition';
import { Namespace, Secret } from '@slipway/kinds';
import { catalogue, clusterObjects, wireTools } from '@slipway/platform';
import { openPlatformRepository } from '../../apps/cli/src/cluster/platform-repository.ts';
import { standInFor } from '../accepted/stand-in.ts';
import { type RealCluster, realCluster } from '../real-cluster.ts';
import { type Gitea, startGitea } from '../tools/gitea.ts';

const mirror = process.env.SLIPWAY_GIT_MIRROR;
export const noMirror = mirror ? false : 'SLIPWAY_GIT_MIRROR says no bare repositories';
export const TIMEOUT_MS = 60_000;

export interface PlannedPlatform {
  selection: Selection;
  plan: ClusterPlan;
}

/** A platform of Gitea (that is there already), one delivery tool and an operator with so many replicas. */
export interface PlatformByGit {
  cluster: RealCluster;
  client: Client;
  gitea: Gitea;
  plan(replicas: number): Promise<PlannedPlatform>;
  /** Rejects with what failed. */
  apply(replicas: number): Promise<AppliedCluster>;
  destroy(replicas: number): Promise<void>;
  /** Newest first; of each its SHA and the first line of its message. */
  commits(): Promise<{ sha: string; title: string }[]>;
  fileAt(path: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the cluster and Gitea; `delivery` is the id of the technology that follows the repository. */
export async function platformByGit(delivery: string): Promise<PlatformByGit> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-gitops-'));
  await mkdir(join(folder, 'gitea'));
  const [cluster, gitea] = await Promise.all([realCluster(), startGitea({ folder: join(folder, 'gitea') })]);
  assert.ok(cluster && gitea);
  const { url, ca, token } = cluster;
  const client = createClient(patientTransport(nodeTransport({ url, ca, token }), systemClock));
  const sources = { cacheFolder: join(folder, 'cache'), mirrorOf: gitMirror(mirror ?? '') };
  const plan = async (replicas: number) => {
    const { selection, known } = selectionOf({ delivery, gitea, replicas });
    const definitions = await clusterObjects(selection);
    const options = { client, selection, catalogue: known, lock: emptyLock(), sources, definitions };
    return { selection, plan: await planFor(options) };
  };
  const stop = async () => {
    await cluster.stop();
    await gitea.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    cluster,
    client,
    gitea,
    plan,
    apply: async replicas => applied(client, await plan(replicas), sources),
    destroy: async replicas => destroyed(client, await plan(replicas)),
    commits: async () =>
      (
        await gitea.api<{ sha: string; commit: { message: string } }[]>('GET', '/repos/slipway/acme/commits')
      ).map(({ sha, commit }) => ({ sha, title: commit.message.split('\n')[0] ?? '' })),
    fileAt: async path => {
      const { content } = await gitea.api<{ content: string }>('GET', `/repos/slipway/acme/contents/${path}`);
      return Buffer.from(content, 'base64').toString();
    },
    stop,
  };
}

/** Slipway's own account at Gitea, as the definition names it. */
export async function giveToken({ client, gitea }: PlatformByGit): Promise<void> {
  const { sha1 } = await gitea.api<{ sha1: string }>('POST', `/users/${gitea.admin.username}/tokens`, {
    name: 'slipway',
    scopes: ['all'],
  });
  const name = 'slipway-system';
  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const metadata = { namespace: name, name: 'gitea-token' };
  await client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata, data: { token: btoa(sha1) } });
}

/** Gitea is there already; certificates and routes are given by a stand-in, for nobody would serve them. */
function selectionOf({ delivery, gitea, replicas }: { delivery: string; gitea: Gitea; replicas: number }): {
  selection: Selection;
  known: Catalogue;
} {
  const whole = catalogue();
  const find = (id: string) => {
    const found = whole.technologies.find(each => each.id === id);
    assert.ok(found);
    return found;
  };
  const follower = find(delivery);
  const standIn = standInFor(follower);
  const technologies = [standIn, find('gitea'), follower, find('spark-operator')];
  const capabilities = whole.capabilities.map(each => ({
    ...each,
    technologies: technologies.filter(one => one.capabilities.includes(each.id)).map(one => one.id),
  }));
  const known = { capabilities, technologies, blueprints: [] };
  const text = `apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata: { name: acme }
spec:
  target: { kubernetes: {} }
  domain: acme.example
  capabilities:
    deployment-targets: stand-in
    code-repositories: { technology: gitea, engine: { existing: { url: '${gitea.url}', credentials: gitea-token } } }
    continuous-delivery: ${delivery}
    data: { technology: spark-operator, parameters: { replicas: ${replicas} } }
`;
  return { selection: select(parseDefinition(text, 'platform.yaml'), known), known };
}

async function applied(
  client: Client,
  { selection, plan }: PlannedPlatform,
  sources: Parameters<typeof openPlatformRepository>[0]['sources'],
): Promise<AppliedCluster> {
  const follows = followsOf(selection.components);
  assert.ok(follows);
  const wiring = wireTools(client, selection, plan, httpRequest);
  const opened: { close(): Promise<void> }[] = [];
  try {
    const result = await applyCluster(plan, {
      client,
      clock: systemClock,
      timeoutMs: TIMEOUT_MS,
      until: 'synced',
      probe: async () => undefined,
      begun: wiring.start,
      through: {
        follows,
        open: async repository => {
          const open = await openPlatformRepository({ client, selection, sources }, repository, 'ann');
          opened.push(open);
          return open;
        },
      },
    });
    assert.equal(result.failed, undefined, JSON.stringify(result.failed));
    return result;
  } finally {
    await wiring.stop();
    for (const each of opened) await each.close();
  }
}

async function destroyed(client: Client, { selection, plan }: PlannedPlatform): Promise<void> {
  await destroyCluster({
    client,
    clock: systemClock,
    platform: 'acme',
    order: plan.components.map(({ id }) => id),
    timeoutMs: TIMEOUT_MS,
    beside: wireTools(client, selection, plan, httpRequest),
  });
}
