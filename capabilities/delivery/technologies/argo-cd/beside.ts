import {
  type Beside,
  GIT_HOST,
  type PolicyRule,
  type Ports,
  type Running,
  type Settings,
} from '@slipway/definition';
import { ClusterWorkflowTemplate, Workload } from '@slipway/kinds';
import { changeCheckController } from './change-check/reconcile.ts';
import { environmentController } from './environment/reconcile.ts';
import { promotionController } from './promotion/reconcile.ts';
import { mayList, RETIREMENT_RULES } from './retirement/beside-rules.ts';
import { foldersIn } from './retirement/folders.ts';
import { retirementController } from './retirement/reconcile.ts';
import { BUILD_TEMPLATE } from './workload/build-template.ts';
import { gitServer } from './workload/git-server.ts';
import { workloadController } from './workload/reconcile.ts';

const READ = ['get', 'list', 'watch'];

/** From pushes to Applications, and promotions between environments; Applications themselves are Argo CD's. */
const RULES: PolicyRule[] = [
  {
    apiGroups: ['slipway.dev'],
    resources: ['workloads', 'promotions', 'environments'],
    verbs: [...READ, 'update', 'patch'],
  },
  {
    apiGroups: ['slipway.dev'],
    resources: ['workloads/status', 'promotions/status', 'environments/status'],
    verbs: ['update', 'patch'],
  },
  {
    apiGroups: ['slipway.dev'],
    resources: ['approvals', 'pipelinepolicies', 'policyexceptions', 'templateruns'],
    verbs: READ,
  },
  {
    apiGroups: ['source.slipway.dev'],
    resources: ['commitstatuses', 'changerequests'],
    verbs: READ,
  },
  // The Git server's controllers make those of environments.
  { apiGroups: ['source.slipway.dev'], resources: ['repositories'], verbs: [...READ, 'create'] },
  { apiGroups: ['source.slipway.dev'], resources: ['changerequests/status'], verbs: ['update', 'patch'] },
  { apiGroups: ['artifacts.slipway.dev'], resources: ['builds'], verbs: READ },
  { apiGroups: ['argoproj.io'], resources: ['applications'], verbs: [...READ, 'create', 'patch'] },
  { apiGroups: ['argoproj.io'], resources: ['appprojects'], verbs: ['get', 'create', 'patch'] },
  { apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: [...READ, 'create', 'patch'] },
  {
    apiGroups: ['argoproj.io'],
    resources: ['clusterworkflowtemplates', 'workflowtemplates'],
    verbs: [...READ, 'create', 'patch'],
  },
  // Why what was delivered does not start.
  { apiGroups: [''], resources: ['pods'], verbs: READ },
  { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  ...RETIREMENT_RULES,
];

export const beside: Beside = { start, rules: RULES };

async function start(ports: Ports, settings: Settings): Promise<Running> {
  const { client } = ports;
  await client.apply(ClusterWorkflowTemplate, BUILD_TEMPLATE, { fieldManager: 'argo-cd', force: true });
  const git = gitServer(ports);
  return {
    controllers: [
      workloadController(ports, settings),
      changeCheckController(git, settings),
      environmentController(),
      promotionController(git),
      retirementController(ports, {
        folders: async () => ((await ports.enter?.(GIT_HOST)) ? foldersIn(ports) : undefined),
        images: undefined,
        sees: kind => mayList(RULES, kind),
        cascades: true,
      }),
    ],
    routes: [],
    probes: [
      {
        capability: 'continuous-delivery',
        name: 'services are read',
        check: async () => `${(await client.list(Workload)).items.length} services are read`,
      },
    ],
    stop: async () => {},
  };
}
