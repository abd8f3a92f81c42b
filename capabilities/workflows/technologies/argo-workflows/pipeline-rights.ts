import type { Stored } from '@slipway/api';
import { ClusterRole, Namespace, type PolicyRule, RoleBinding } from '@slipway/kinds';
import { type Context, type Controller, controller, done, type Outcome } from '@slipway/runtime';

/** What a pipeline of a team may do in the team's own namespace: read its sources, build, push images, look at itself. */
const ROLE = 'slipway-pipeline';
const FIELD_MANAGER = 'argo-workflows';
const TEAM_NAMESPACE = /^team-[a-z0-9]/;

/** What such a pipeline may do there. */
export const PIPELINE_RULES: PolicyRule[] = [
  {
    apiGroups: ['artifacts.slipway.dev'],
    resources: ['builds'],
    verbs: ['get', 'list', 'watch', 'create', 'patch'],
  },
  { apiGroups: ['artifacts.slipway.dev'], resources: ['images'], verbs: ['get', 'update'] },
  { apiGroups: ['source.slipway.dev'], resources: ['repositories'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list', 'watch'] },
];

/** Gives the ServiceAccount `default` of each team's namespace the rights that pipelines need there, and no others. */
export const pipelineRights: Controller = controller<Namespace>({
  name: 'pipeline-rights',
  kind: Namespace,
  reconcile: reconcileNamespace,
});

async function reconcileNamespace(namespace: Stored<Namespace>, { client }: Context): Promise<Outcome> {
  const { name, deletionTimestamp } = namespace.metadata;
  if (!TEAM_NAMESPACE.test(name) || deletionTimestamp) return done;
  await client.apply(ClusterRole, pipelineRole(), { fieldManager: FIELD_MANAGER, force: true });
  await client.apply(RoleBinding, pipelineBinding(name), { fieldManager: FIELD_MANAGER, force: true });
  return done;
}

function pipelineRole(): ClusterRole {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: ROLE },
    rules: PIPELINE_RULES,
  };
}

function pipelineBinding(namespace: string): RoleBinding {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: ROLE, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: ROLE },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace }],
  };
}
