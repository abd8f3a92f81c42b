import type { Stored } from '@slipway/api';
import type { ClusterRole, Environment, PolicyRule, RoleBinding } from '@slipway/kinds';

const NAME = 'slipway:approver';
const RBAC = 'rbac.authorization.k8s.io';

/** What it takes to decide on a promotion: to see it, what it moves, and to say so. */
export const APPROVER_RULES: PolicyRule[] = [
  { apiGroups: ['slipway.dev'], resources: ['promotions', 'workloads'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['slipway.dev'], resources: ['approvals'], verbs: ['get', 'list', 'watch', 'create'] },
];

export const APPROVER_ROLE: ClusterRole = {
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRole',
  metadata: { name: NAME },
  rules: APPROVER_RULES,
};

/** Whoever an environment asks may answer, in the namespaces of all teams. Pure. */
export function approverBinding(environments: Stored<Environment>[]): RoleBinding {
  const groups = environments.flatMap(({ spec: { promotion } }) => [
    ...groupsIn(promotion?.requires),
    ...groupsIn(promotion?.rollback?.requires),
  ]);
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: `${NAME}s` },
    subjects: [...new Set(groups)].sort().map(name => ({ kind: 'Group', name, apiGroup: RBAC })),
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: NAME },
  };
}

/** Kubernetes' own groups are given rights by nobody's definition. */
function groupsIn(requires: unknown[] = []): string[] {
  return requires
    .map(each => (each as { approval?: { group?: unknown } } | null)?.approval?.group)
    .filter((group): group is string => typeof group === 'string' && !group.startsWith('system:'));
}
