// The real Argo CD against the real Kubernetes and the real Gitea: what is pushed is what runs.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Deployment } from '@slipway/kinds';
import { eventually } from '../platform-process.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { type ArgoCd, startArgoCd } from '../tools/argo-cd.ts';
import { noTools } from '../tools/cache.ts';
import { applyObjects, readObject } from '../tools/controller.ts';
import { type Gitea, startGitea } from '../tools/gitea.ts';

const skip = noRealCluster() || noTools('gitea', 'argo-cd', 'redis');
const TIMEOUT_MS = 60_000;
const namespace = 'argocd';
let folder: string;
let gitea: Gitea | undefined;
let cluster: RealCluster | undefined;
let argo: ArgoCd | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-gitea-'));
  if (skip) return;
  gitea = await startGitea({ folder });
  cluster = await realCluster();
  if (cluster) argo = await startArgoCd(cluster);
});
after(async () => {
  await argo?.stop();
  await cluster?.stop();
  await gitea?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface ApplicationState {
  status?: {
    sync?: { status: string; revision: string };
    health?: { status: string };
    conditions?: { message: string }[];
  };
}

function deployment(replicas: number): string {
  const labels = { app: 'web' };
  return Buffer.from(
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'web', image: 'registry.example.com/web:1' }] },
        },
      },
    }),
  ).toString('base64');
}

test('a push to Gitea is synced and healthy', { skip }, async () => {
  assert.ok(gitea && cluster && argo);
  const here = cluster;
  const { username, password } = gitea.admin;
  const file = `/repos/${username}/shop/contents/web.json`;
  await gitea.api('POST', '/user/repos', { name: 'shop', private: true, auto_init: true });
  const first = await gitea.api<{ content: { sha: string } }>('POST', file, {
    content: deployment(1),
    message: 'Web',
  });
  // Argo CD asks by itself only every few minutes.
  await gitea.api('POST', `/repos/${username}/shop/hooks`, {
    type: 'gitea',
    active: true,
    events: ['push'],
    config: { url: `${argo.url}/api/webhook`, content_type: 'json' },
  });
  const url = `${gitea.url}/${username}/shop.git`;
  await applyObjects(
    here,
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace, name: 'shop', labels: { 'argocd.argoproj.io/secret-type': 'repository' } },
      stringData: { type: 'git', url, username, password },
    },
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { namespace, name: 'shop' },
      spec: {
        project: 'default',
        source: { repoURL: url, targetRevision: 'main', path: '.' },
        destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
        syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
      },
    },
  );
  const running = (replicas: number) =>
    eventually(`${replicas} replicas, synced and healthy`, TIMEOUT_MS, async () => {
      const { status } = await readObject<ApplicationState>(here, 'application', 'shop', namespace);
      const found = await here.client().find(Deployment, { namespace: 'shop', name: 'web' });
      const isThere = found?.status?.availableReplicas === replicas;
      if (isThere && status?.sync?.status === 'Synced' && status.health?.status === 'Healthy') return true;
      throw new Error(JSON.stringify(status));
    });
  await running(1);
  await gitea.api('PUT', file, { content: deployment(2), message: 'More', sha: first.content.sha });
  await running(2);
});
