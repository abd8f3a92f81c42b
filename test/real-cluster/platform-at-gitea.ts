// A platform on the real API server whose repositories are the real Gitea's: `slipway controller` runs beside it.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { applyObjects, parseDefinition, select } from '@slipway/definition';
import { catalogue } from '../../apps/platform/src/technologies.ts';
import { ask, freePorts, type PlainProcess, startProcess } from '../plain-process.ts';
import { eventually } from '../platform-process.ts';
import { type RealCluster, realCluster } from '../real-cluster.ts';
import { root } from '../source-tree.ts';
import { type Gitea, startGitea } from '../tools/gitea.ts';
import { prepareCluster } from './prepare-platform.ts';

const READY_MS = 60_000;

export interface PlatformAtGitea {
  cluster: RealCluster;
  gitea: Gitea;
  controller: PlainProcess;
  stop(): Promise<void>;
}

/** In an existing folder; its environments are there, and our engines have their account at Gitea. */
export async function platformAtGitea(folder: string, environments: string[]): Promise<PlatformAtGitea> {
  await mkdir(join(folder, 'gitea'));
  const [gitea, cluster] = await Promise.all([
    startGitea({ folder: join(folder, 'gitea') }),
    realCluster({ nodes: 0 }),
  ]);
  assert.ok(gitea && cluster);
  const text = definitionAt(gitea.url, environments);
  const selection = select(parseDefinition(text, 'platform.yaml'), catalogue());
  await prepareCluster(cluster, selection, folder);
  const stages = environments.map((name, order) => ({
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name },
    spec: { order },
  }));
  // Where teams' projects are; Argo CD itself is whoever's test needs it.
  const argo = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } };
  await applyObjects(cluster.client(), [argo, await tokenSecret(gitea), engineAccess(gitea), ...stages]);
  const controller = await startController(folder);
  return {
    cluster,
    gitea,
    controller,
    stop: async () => {
      await controller.stop();
      await cluster.stop();
      await gitea.stop();
    },
  };
}

function definitionAt(url: string, environments: string[]): string {
  const existing = `{ technology: gitea, engine: { existing: { url: '${url}', credentials: gitea-token } } }`;
  return `apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata: { name: acme }
spec:
  blueprint: minimal
  domain: acme.example
  target: { kubernetes: {} }
  gitops: false
  capabilities:
    identity: keycloak
    code-repositories: ${existing}
    config-repositories: ${existing}
    continuous-delivery: argo-cd
    workflow-orchestration: argo-workflows
    validation: validating-admission-policy
    developer-portal:
      technology: slipway-portal
      parameters: { image: 'registry.acme.example/slipway@sha256:${'0'.repeat(64)}' }
  environments: [${environments.map(name => `{ name: ${name} }`).join(', ')}]
`;
}

async function tokenSecret({ admin, api }: Gitea) {
  const { sha1 } = await api<{ sha1: string }>('POST', `/users/${admin.username}/tokens`, {
    name: 'platform',
    scopes: ['all'],
  });
  const metadata = { namespace: 'slipway-system', name: 'gitea-token' };
  return { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token: sha1 } };
}

/** What Slipway's own installation wishes for. */
function engineAccess({ url }: Gitea) {
  return {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'GitAccess',
    metadata: { namespace: 'slipway-system', name: 'slipway-portal-git' },
    spec: { rights: 'write', secret: { name: 'slipway-git' }, url },
  };
}

async function startController(folder: string): Promise<PlainProcess> {
  const [health = 0] = await freePorts(1);
  const controller = startProcess({
    name: 'controller',
    command: process.execPath,
    args: [
      join(root, 'apps/cli/src/main.ts'),
      'controller',
      ...['--kubeconfig', join(folder, 'kubeconfig'), '--identity', 'one', '--key', join(folder, 'key')],
      ...['--health-port', String(health), '--data', join(folder, 'data')],
    ],
    folder,
  });
  await eventually('it takes part', READY_MS, async () => {
    const { status } = await ask(`http://127.0.0.1:${health}/readyz`);
    return status === 200 || undefined;
  }).catch(error => {
    throw new Error(`${error.message}\n${controller.log()}`);
  });
  return controller;
}
