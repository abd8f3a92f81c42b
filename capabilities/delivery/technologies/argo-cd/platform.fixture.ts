// What the tests of this engine run on: a real API server with Argo CD's CRDs, and a real Git server.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnyObject, systemClock, systemRandom } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Ports, Running, Settings } from '@slipway/definition';
import type { Handler } from '@slipway/gateway';
import {
  Application,
  buildDefinition,
  CustomResourceDefinition,
  Namespace,
  Repository,
  Secret,
} from '@slipway/kinds';
import { argoWorkflowsDefinitions } from '@slipway/kinds/upstream/definitions.ts';
import { type Kube, startKube } from '@slipway/kube';
import { createRuntime } from '@slipway/runtime';
import { type GitServer, startGitServer } from '../../../../packages/sources/src/git-server.fixture.ts';
import {
  barePorts,
  type EngineAccount,
  loudLog,
  poolHere,
  unavailable,
} from '../../../../test/engine-bed.ts';
import type { DeliveryGround, DeliveryState } from '../../contract.ts';
import type { ApplicationStatus } from './application/status.ts';
import { argoCd } from './index.ts';
import { serverSecret } from './settings/settings.fixture.ts';

export interface TestPlatform {
  kube: Kube;
  client: Client;
  git: GitServer;
  /** Commits files and tells of it as the platform's own Git server does. */
  push(files: Record<string, string>): Promise<string>;
  /** Creates an Application in `argocd` over the test repository. */
  application(name: string, spec?: object): Promise<void>;
  /** Resolves with the Application when the predicate holds; fails with what was seen last. */
  until(
    name: string,
    holds: (status: ApplicationStatus, application: AnyObject) => boolean,
  ): Promise<AnyObject>;
  /** Serves Argo CD's own API. */
  handler(): Handler;
  /** Stops the engine and starts it anew; from then on it reaches the API by this client. */
  restart(through?: Client): Promise<void>;
  stop(): Promise<void>;
}

/** On our own API server, unless another is given; the engine acts as `account`, else as the administrator. */
export async function startTestPlatform(
  given: { kube?: Kube; account?: EngineAccount } = {},
): Promise<TestPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-delivery-'));
  const kube = given.kube ?? (await startKube());
  const client = kube.client();
  const git = await startGitServer();
  const definitions = [
    ...((await argoCd.kinds?.()) ?? []),
    ...(await argoWorkflowsDefinitions()),
    buildDefinition,
  ] as CustomResourceDefinition[];
  for (const definition of definitions) await client.create(CustomResourceDefinition, definition);
  for (const name of ['argocd', 'web', 'team-default', 'default-dev'])
    await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const key = { namespace: 'team-default', name: 'served' };
  await client.create(Repository, {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'Repository',
    metadata: key,
    spec: { owner: 'default', name: 'served' },
  });
  await client.create(Secret, serverSecret(git.url));
  let running = await start(kube, folder, given.account);
  return {
    kube,
    client,
    git,
    push: async files => {
      const commit = await git.commit(files);
      const status = { url: git.url, branches: { main: commit } };
      await client.patch(Repository, key, { type: 'merge', body: { status } }, { subresource: 'status' });
      return commit;
    },
    application: async (name, spec = {}) => {
      await client.create(Application, applicationOf(name, git.url, spec));
    },
    until: (name, holds) => until(client, name, holds),
    handler: () => running.routes.find(({ host }) => host === 'argocd')?.handler ?? unavailable('argocd'),
    restart: async through => {
      await running.stop();
      running = await start(kube, folder, through && { client: through, as: user => kube.client(user) });
    },
    stop: async () => {
      await running.stop();
      await kube.stop();
      await git.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the suite needs, on this platform. */
export function deliveryGroundOf({ client, git, push, application }: TestPlatform): DeliveryGround {
  return {
    client,
    namespace: 'web',
    push: async files => {
      const gone = Object.keys(files).filter(path => files[path] === null);
      if (gone.length > 0) await git.git(['rm', '--quiet', ...gone], `${git.folder}/work`);
      const kept = Object.entries(files).flatMap(([path, text]) => (text === null ? [] : [[path, text]]));
      return push(Object.fromEntries(kept));
    },
    deliver: folder => application(folder),
    stateOf: async folder => stateOf(await client.get(Application, { namespace: 'argocd', name: folder })),
  };
}

function stateOf({ status }: { status?: unknown }): DeliveryState {
  const { sync, health, operationState, conditions = [] } = (status ?? {}) as ApplicationStatus;
  const isApplied = sync?.status === 'Synced' && operationState?.phase === 'Succeeded';
  return {
    ...(isApplied && sync.revision ? { revision: sync.revision } : {}),
    healthy: health?.status === 'Healthy',
    problem: conditions.map(({ message }) => message).join('; '),
  };
}

async function start(
  kube: Kube,
  folder: string,
  account: EngineAccount = { client: kube.client(), as: user => kube.client(user) },
): Promise<Running> {
  const { client } = account;
  const running = await argoCd.embedded?.start(portsOf(folder, account), settings);
  if (!running) throw new Error('argo-cd has no engine');
  const runtime = createRuntime({
    client,
    clock: systemClock,
    random: systemRandom,
    log: loudLog,
  });
  runtime.add(running.controllers);
  await runtime.start();
  return {
    ...running,
    stop: async () => {
      await runtime.stop();
      await running.stop();
    },
  };
}

function applicationOf(name: string, repoURL: string, spec: object): AnyObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL, path: name, targetRevision: 'main' },
      destination: { server: 'https://kubernetes.default.svc', namespace: 'web' },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
      ...spec,
    },
  };
}

async function until(
  client: Client,
  name: string,
  holds: (status: ApplicationStatus, application: AnyObject) => boolean,
): Promise<AnyObject> {
  const end = performance.now() + 15_000;
  for (;;) {
    const application = await client.get(Application, { namespace: 'argocd', name });
    if (holds((application.status ?? {}) as ApplicationStatus, application)) return application;
    if (performance.now() > end)
      throw new Error(`never so: ${JSON.stringify(application.status, undefined, 1)}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

function portsOf(path: string, { client, as }: EngineAccount): Ports {
  return barePorts(client, path, { as, pool: poolHere });
}

const settings: Settings = {
  parameters: {},
  environments: ['dev', 'prod'],
  addresses: {
    domain: 'localhost',
    appsDomain: 'apps.localhost',
    port: 0,
    httpPort: 0,
    apiPort: 0,
    url: host => `https://${host}.localhost`,
    appUrl: (service, environment) => `https://${service}.${environment}.apps.localhost`,
  },
};
