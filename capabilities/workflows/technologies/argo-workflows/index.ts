import type { Technology } from '@slipway/definition';
import { argoWorkflowsDefinitions, repositoryDefinition } from '@slipway/kinds';
import { beside } from './beside.ts';
import { embedded } from './engine.ts';
import { upstream } from './upstream.ts';

const SERVED = [
  'workflows.argoproj.io',
  'workflowtemplates.argoproj.io',
  'clusterworkflowtemplates.argoproj.io',
];

/** Argo Workflows: graphs of containers as Kubernetes objects. */
export const argoWorkflows: Technology = {
  id: 'argo-workflows',
  title: 'Argo Workflows',
  capabilities: ['workflow-orchestration', 'continuous-integration'],
  guidance: {
    purpose: 'Runs pipelines and batch jobs: each step is a container, the graph is a Kubernetes object.',
    licence: 'Apache-2.0',
    cncf: 'graduated',
    maintenance: 'active; minor releases about twice a year',
    chooseWhen:
      'pipelines should live in Git as Kubernetes objects, run in any namespace and survive restarts',
    avoidWhen:
      'people need a large market of ready-made build steps, or pipelines that run outside Kubernetes',
    switching: 'steps are plain containers, so their content moves; the graph around them is rewritten',
    homepage: 'https://argoproj.github.io/workflows/',
    asOf: '2026-08-07',
  },
  version: '3.6.0',
  provides: ['pipelines'],
  requires: ['pods', 'git-server'],
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      executorImage: {
        type: 'string',
        description:
          'Image with Node in it, for fetching inputs and delivering outputs; default: the host’s own Node.',
      },
    },
  },
  // CronWorkflow and the rest are not served, so a client is told by the API itself that they do not exist.
  kinds: async () => [
    ...(await argoWorkflowsDefinitions()).filter(({ metadata }) => SERVED.includes(metadata.name ?? '')),
    repositoryDefinition,
  ],
  rules: [
    {
      apiGroups: ['argoproj.io'],
      resources: ['workflows', 'workflowtemplates', 'clusterworkflowtemplates'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    },
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
    { apiGroups: [''], resources: ['pods/log', 'configmaps'], verbs: ['get'] },
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch', 'update'] },
    // Resource templates act as the workflow's own ServiceAccount: its rights count, not this engine's.
    { apiGroups: [''], resources: ['serviceaccounts', 'groups', 'users'], verbs: ['impersonate'] },
    { apiGroups: ['authentication.k8s.io'], resources: ['userextras/*', 'uids'], verbs: ['impersonate'] },
    { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    { apiGroups: ['source.slipway.dev'], resources: ['repositories'], verbs: ['get', 'list', 'watch'] },
    {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['clusterroles', 'rolebindings'],
      verbs: ['get', 'create', 'patch', 'update', 'bind', 'escalate'],
    },
  ],
  embedded,
  upstream,
  beside,
};
