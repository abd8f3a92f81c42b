import type { Beside } from '@slipway/definition';
import { PIPELINE_RULES, pipelineRights } from './pipeline-rights.ts';

/** Teams' pipelines get the rights they need; running them is Argo Workflows' own work. */
export const beside: Beside = {
  rules: [
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
    {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['clusterroles', 'rolebindings'],
      verbs: ['get', 'create', 'patch'],
    },
    // Nobody can give a right that is not their own.
    ...PIPELINE_RULES,
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  ],
  start: async () => ({
    controllers: [pipelineRights],
    routes: [],
    probes: [],
    stop: async () => {},
  }),
};
