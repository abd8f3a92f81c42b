// Support for tests: this engine's controllers on a real API server.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock, systemRandom } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Ports, Settings } from '@slipway/definition';
import {
  CREATED_BY,
  CustomResourceDefinition,
  componentDefinition,
  Namespace,
  repositoryDefinition,
  TemplateRun,
  teamDefinition,
  userDefinition,
  workloadDefinition,
} from '@slipway/kinds';
import { type Kube, recordCreator, startKube } from '@slipway/kube';
import { createRuntime, type Runtime } from '@slipway/runtime';
import type { EngineAccount } from '../../../../test/engine-bed.ts';
import { startEntityIndex } from './entity/entity-index.ts';
import { teamController, userController } from './entity/people-controller.ts';
import { relationsController } from './entity/relations-controller.ts';
import { repositoryController } from './entity/repository-controller.ts';
import { toolController } from './entity/tool-controller.ts';
import { workloadController } from './entity/workload-controller.ts';
import { type MemoryGit, memoryGit } from './git-server/git-server.fixture.ts';
import { slipwayPortal } from './index.ts';
import type { CatalogState } from './state.ts';
import { templateController } from './template/controller.ts';
import { applyShipped } from './template/shipped.ts';
import { templateRunController } from './template-run/reconcile.ts';

export interface PortalStage {
  kube: Kube;
  client: Client;
  state: CatalogState;
  git: MemoryGit;
  /** Stops the controllers in the middle of whatever they do, and starts new ones. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const settings: Settings = {
  parameters: {},
  environments: ['dev'],
  addresses: {
    domain: 'slipway.localhost',
    appsDomain: 'a',
    port: 1,
    httpPort: 2,
    apiPort: 3,
    url: host => `https://${host}.d`,
    appUrl: () => '',
  },
};

/** On our own API server, unless another is given; the controllers act as `account`, else as the administrator. */
export async function stagePortal(
  given: { kube?: Kube; account?: EngineAccount } = {},
): Promise<PortalStage> {
  const kube = given.kube ?? (await startKube());
  kube.server.addAdmission(recordCreator(CREATED_BY, [TemplateRun]));
  const client = kube.client();
  const definitions = [
    ...((await slipwayPortal.kinds?.()) ?? []),
    repositoryDefinition,
    workloadDefinition,
    teamDefinition,
    userDefinition,
    componentDefinition,
  ];
  for (const definition of definitions)
    await client.create(CustomResourceDefinition, definition as CustomResourceDefinition);
  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-default' } });
  const folder = await mkdtemp(join(tmpdir(), 'slipway-portal-'));
  const git = memoryGit(client);
  const account = given.account ?? { client, as: user => kube.client(user) };
  const ports = {
    client: account.client,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    // The worker’s own code, without a thread.
    pool: {
      run: async ({ module, task, input }: Parameters<Ports['pool']['run']>[0]) =>
        (await import(module.href))[task](input),
    },
    as: account.as,
  } as unknown as Ports;
  const state: CatalogState = {
    ports,
    settings,
    workspaces: join(folder, 'workspaces'),
    gitCache: join(folder, 'git'),
    git: git.git,
    entities: startEntityIndex(ports),
    actAs: account.as,
  };
  await applyShipped(account.client);
  let runtime: Runtime | undefined;
  const start = async () => {
    runtime = createRuntime({
      client: account.client,
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
    });
    runtime.add([
      templateController,
      templateRunController(state),
      repositoryController(state),
      relationsController(),
      workloadController,
      teamController,
      userController,
      toolController,
    ]);
    await runtime.start();
  };
  await start();
  return {
    kube,
    client,
    state,
    git,
    restart: async () => {
      await runtime?.stop();
      await start();
    },
    stop: async () => {
      await runtime?.stop();
      state.entities.stop();
      await kube.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Asks until an answer is there. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
