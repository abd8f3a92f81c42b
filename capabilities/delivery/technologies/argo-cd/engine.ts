import { type AnyObject, hasReason } from '@slipway/api';
import type { Ports, Running, Settings } from '@slipway/definition';
import { Application, AppProject, ClusterWorkflowTemplate, Namespace } from '@slipway/kinds';
import { openDesk } from './application/desk.ts';
import { applicationController } from './application/reconcile.ts';
import { applicationSetController } from './application-set/reconcile.ts';
import { changeCheckController } from './change-check/reconcile.ts';
import { openClusters } from './clusters/clusters.ts';
import { environmentController } from './environment/reconcile.ts';
import { projectController } from './project/reconcile.ts';
import { promotionController } from './promotion/reconcile.ts';
import { restHandler } from './rest/handler.ts';
import { retirementController } from './retirement/reconcile.ts';
import { openSettings } from './settings/settings.ts';
import { BUILD_TEMPLATE } from './workload/build-template.ts';
import { gitServer } from './workload/git-server.ts';
import { workloadController } from './workload/reconcile.ts';

/** Namespace of Argo CD's own objects, as upstream installs it. */
const NAMESPACE = 'argocd';

const DEFAULT_PROJECT: AnyObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: 'default', namespace: NAMESPACE },
  spec: {
    sourceRepos: ['*'],
    // Applications of teams, too; `project.ts` keeps each team to its own namespaces.
    sourceNamespaces: ['team-*'],
    destinations: [{ server: '*', namespace: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  },
};

/** Serves Application, AppProject, Workload, Environment and Promotion. */
export async function startEngine(ports: Ports, settings: Settings): Promise<Running> {
  await makeDefaults(ports);
  const abort = new AbortController();
  const { client, clock, log } = ports;
  const { signal } = abort;
  const argoCd = openSettings({ client, clock, log, signal });
  const clusters = openClusters({ settings: argoCd, client, clock, signal });
  await argoCd.synced;
  const { environments } = settings;
  const desk = openDesk({ ports, settings: argoCd, clusters, environments, signal });
  return {
    controllers: [
      applicationController(desk),
      applicationSetController({
        ports,
        settings: argoCd,
        clusters,
        environments,
        git: desk.git,
        jq: desk.jq,
      }),
      projectController(),
      workloadController(ports, settings),
      changeCheckController(gitServer(ports), settings),
      environmentController(),
      promotionController(gitServer(ports)),
      retirementController(ports),
    ],
    routes: [
      {
        host: 'argocd',
        handler: restHandler({ desk, publicUrl: settings.addresses.url('argocd') }),
      },
    ],
    probes: [
      { capability: 'continuous-delivery', name: 'default project', check: () => readProject(ports) },
      { capability: 'packaging', name: 'applications', check: () => readApplications(ports) },
    ],
    stop: async () => abort.abort(new Error('the platform stops')),
  };
}

/** Made once; what an administrator changes in them stays. */
async function makeDefaults({ client }: Ports): Promise<void> {
  const unlessThere = (error: unknown) => {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  };
  await client
    .create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } })
    .catch(unlessThere);
  await client.create(AppProject, DEFAULT_PROJECT).catch(unlessThere);
  await client.apply(ClusterWorkflowTemplate, BUILD_TEMPLATE, { fieldManager: 'argo-cd', force: true });
}

async function readProject({ client }: Ports): Promise<string> {
  const project = await client.get(AppProject, { namespace: NAMESPACE, name: 'default' });
  return `project ${project.metadata.name} is there`;
}

async function readApplications({ client }: Ports): Promise<string> {
  const { items } = await client.list(Application);
  return `${items.length} applications are read`;
}
