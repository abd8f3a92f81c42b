// What the tests of ApplicationSets run on: a real API server, a real Git server, and this controller alone. Nobody
// syncs the Applications, so a test says itself what becomes of them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnyObject, type Stored, systemClock, systemRandom } from '@slipway/api';
import type { Client } from '@slipway/client';
import {
  Application,
  AppProject,
  ConfigMap,
  CustomResourceDefinition,
  Namespace,
  Secret,
} from '@slipway/kinds';
import { startKube } from '@slipway/kube';
import { createRuntime } from '@slipway/runtime';
import { type GitServer, startGitServer } from '../../../../../packages/sources/src/git-server.fixture.ts';
import { barePorts, loudLog } from '../../../../../test/engine-bed.ts';
import type { Jq } from '../application/diff/jq.ts';
import { deleteByJq } from '../application/diff/jq-worker.ts';
import { gitSources } from '../application/source/git-source.ts';
import { openClusters } from '../clusters/clusters.ts';
import { argoCd } from '../index.ts';
import { serverSecret } from '../settings/settings.fixture.ts';
import { openSettings } from '../settings/settings.ts';
import { applicationSetController } from './reconcile.ts';
import { type ApplicationSet, ApplicationSetKind, type ApplicationSetSpec } from './spec.ts';

export interface SetPlatform {
  client: Client;
  git: GitServer;
  /** Creates or replaces an ApplicationSet in `argocd`. */
  put(name: string, spec: ApplicationSetSpec, metadata?: object): Promise<void>;
  set(name: string): Promise<Stored<ApplicationSet>>;
  applications(): Promise<Stored<AnyObject>[]>;
  /** Changes `argocd-cmd-params-cm`. */
  configure(data: Record<string, string>): Promise<void>;
  until<T>(read: () => Promise<T | undefined | false>): Promise<T>;
  stop(): Promise<void>;
}

export async function startSetPlatform(): Promise<SetPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-sets-'));
  const kube = await startKube();
  const client = kube.client();
  const git = await startGitServer();
  for (const definition of (await argoCd.kinds?.()) ?? [])
    await client.create(CustomResourceDefinition, definition as CustomResourceDefinition);
  for (const name of ['argocd', 'team-acme'])
    await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await client.create(AppProject, openProject());
  await client.create(Secret, serverSecret(git.url));
  const abort = new AbortController();
  const ports = { client, clock: systemClock, random: systemRandom, log: loudLog };
  const settings = openSettings({ ...ports, signal: abort.signal });
  const clusters = openClusters({ ...ports, settings, signal: abort.signal });
  await settings.synced;
  const runtime = createRuntime(ports);
  const engine = barePorts(client, folder);
  const trees = gitSources(engine, settings.credentialsFor);
  abort.signal.addEventListener('abort', () => trees.close(), { once: true });
  const environments = ['dev', 'prod'];
  // The worker's own function, without the thread around it.
  const jq: Jq = { without: (expressions, documents) => deleteByJq({ expressions, documents }) };
  runtime.add([
    applicationSetController({ ports: engine, settings, clusters, environments, git: trees, jq }),
  ]);
  await runtime.start();
  return {
    client,
    git,
    put: async (name, spec, metadata = {}) => {
      const set: ApplicationSet = {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'ApplicationSet',
        metadata: { name, namespace: 'argocd', ...metadata },
        spec: spec as ApplicationSet['spec'],
      };
      await client.apply(ApplicationSetKind, set, { fieldManager: 'test', force: true });
    },
    set: name => client.get(ApplicationSetKind, { namespace: 'argocd', name }),
    applications: async () => (await client.list(Application, { namespace: 'argocd' })).items,
    configure: async data => {
      await client.apply(
        ConfigMap,
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'argocd-cmd-params-cm', namespace: 'argocd' },
          data,
        },
        { fieldManager: 'test', force: true },
      );
    },
    until,
    stop: async () => {
      abort.abort(new Error('the test ends'));
      await runtime.stop();
      await kube.stop();
      await git.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function openProject(): AnyObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'default', namespace: 'argocd' },
    spec: {
      sourceRepos: ['*'],
      sourceNamespaces: ['team-*'],
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
  };
}

const LONGEST_MS = 15_000;

async function until<T>(read: () => Promise<T | undefined | false>): Promise<T> {
  const end = performance.now() + LONGEST_MS;
  for (;;) {
    const value = await read();
    if (value) return value;
    if (performance.now() > end) throw new Error(`never so: ${read}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
