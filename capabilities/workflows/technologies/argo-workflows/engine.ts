import {
  type Engine,
  type Ports,
  type Running,
  type Settings,
  sourceCacheController,
} from '@slipway/definition';
import { Workflow } from '@slipway/kinds';
import { controller } from '@slipway/runtime';
import type { EngineState } from './engine-state.ts';
import { pipelineRights } from './pipeline-rights.ts';
import { workflowsHandler } from './rest/handler.ts';
import { openWorkflowFiles } from './store/workflow-files.ts';
import { createLockTable } from './workflow/locks.ts';
import { workflowController } from './workflow/reconcile.ts';

/** The name that pods and our own processes reach this engine by. */
const INTERNAL_NAME = 'workflows.slipway.internal';
const EXECUTOR_IMAGE = 'registry.slipway.internal/slipway/host-base:latest';

/** Serves Argo Workflows' kinds and the parts of Argo server's REST that people look at. */
export const embedded: Engine = { start, keeps: { files: ['workflows'] } };

async function start(ports: Ports, settings: Settings): Promise<Running> {
  const files = openWorkflowFiles(await ports.data.folder('workflows'));
  const state: EngineState = {
    ports,
    settings,
    executor: executorSettings(ports, settings),
    files,
    locks: createLockTable(),
    resources: new Map(),
    acted: new Map(),
    gitCache: (await ports.data.folder('git')).path,
    asServiceAccount: (namespace, name) => {
      const groups = [
        'system:serviceaccounts',
        `system:serviceaccounts:${namespace}`,
        'system:authenticated',
      ];
      return ports.as({ username: `system:serviceaccount:${namespace}:${name}`, groups });
    },
  };
  return {
    controllers: [
      controller(workflowController(state)),
      pipelineRights,
      sourceCacheController('workflow-sources', state.gitCache),
    ],
    routes: [{ host: 'workflows', handler: workflowsHandler(state) }],
    probes: ['workflow-orchestration', 'continuous-integration'].map(capability => ({
      capability: capability as 'workflow-orchestration',
      name: 'workflows are served',
      check: async () => {
        const { items } = await ports.client.list(Workflow, { limit: 1 });
        return items.length > 0 ? 'workflows can be listed' : 'workflows can be listed; there is none yet';
      },
    })),
    stop: async () => {},
  };
}

function executorSettings(ports: Ports, { parameters }: Settings): EngineState['executor'] {
  const { executorImage = EXECUTOR_IMAGE } = parameters as { executorImage?: string };
  return {
    // Pods resolve internal names and reach the gateway at the usual port, whatever port the machine gave it.
    url: `https://${INTERNAL_NAME}`,
    get ca() {
      return ports.resolve(INTERNAL_NAME).ca;
    },
    get near() {
      if (ports.run.guarantees.ownNetwork.holds) return undefined;
      const { host, port } = ports.resolve(INTERNAL_NAME);
      return `${host}:${port}`;
    },
    image: executorImage,
  };
}
