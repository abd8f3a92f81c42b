import { type ClusterRole, type PolicyRule, type RoleBinding, scopeRole, TOKEN_SCOPES } from '@slipway/kinds';
import {
  PEOPLE,
  PLATFORM_ADMINS,
  ROLE_PERSON,
  ROLE_PLATFORM_ADMIN,
  ROLE_TEAM_MEMBER,
  ROLE_TEAM_PROMOTER,
  ROLE_TEAM_VIEWER,
} from '../../../objects/names.ts';

const RBAC = 'rbac.authorization.k8s.io';
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete'];

/** What may be read of a team's namespaces. Secrets are not in it. */
const VIEW: PolicyRule[] = [
  rule('', ['pods', 'pods/log', 'pods/status', 'services', 'endpoints', 'configmaps', 'events'], READ),
  rule('', ['persistentvolumeclaims', 'replicationcontrollers', 'resourcequotas', 'serviceaccounts'], READ),
  rule('apps', ['*'], READ),
  rule('batch', ['*'], READ),
  rule('autoscaling', ['*'], READ),
  rule('discovery.k8s.io', ['endpointslices'], READ),
  rule('events.k8s.io', ['events'], READ),
  rule('networking.k8s.io', ['ingresses', 'networkpolicies'], READ),
  rule('gateway.networking.k8s.io', ['gateways', 'httproutes', 'referencegrants'], READ),
  rule('cert-manager.io', ['certificates', 'certificaterequests', 'issuers'], READ),
  rule('argoproj.io', ['*'], READ),
  rule('slipway.dev', ['workloads', 'retirements', 'promotions', 'approvals', 'templateruns'], READ),
  rule('source.slipway.dev', ['repositories', 'changerequests', 'branchprotections', 'commitstatuses'], READ),
  rule('artifacts.slipway.dev', ['builds', 'images'], READ),
  rule('scaffolder.backstage.io', ['templates'], READ),
  rule('catalog.slipway.dev', ['entities'], READ),
  rule('insights.slipway.dev', ['reports'], READ),
  // Who may do what among them is no secret to those whom it concerns.
  rule(RBAC, ['roles', 'rolebindings'], READ),
];

/** What members do beyond reading (kinds.md, Rights). What runs is changed through Git, not by hand. */
const WORK: PolicyRule[] = [
  rule('', ['secrets', 'configmaps'], [...READ, ...WRITE]),
  rule('', ['pods'], ['delete']),
  rule('', ['pods/exec', 'pods/attach', 'pods/portforward'], ['get', 'create']),
  rule('argoproj.io', ['applications'], ['update', 'patch']),
  rule('argoproj.io', ['workflows', 'workflowtemplates', 'cronworkflows'], WRITE),
  rule('slipway.dev', ['workloads', 'templateruns', 'retirements'], WRITE),
  rule('source.slipway.dev', ['repositories', 'changerequests'], WRITE),
  rule('artifacts.slipway.dev', ['images'], ['update', 'delete']),
  rule('artifacts.slipway.dev', ['builds'], WRITE),
  rule('catalog.slipway.dev', ['entities'], WRITE),
  rule('cert-manager.io', ['certificates'], WRITE),
];

/** The roles that rights are made of. Teams and people are bound to them; nobody writes rules by hand. */
export const CLUSTER_ROLES: ClusterRole[] = [
  role(ROLE_TEAM_VIEWER, VIEW),
  role(ROLE_TEAM_MEMBER, [...VIEW, ...WORK]),
  role(ROLE_TEAM_PROMOTER, [
    rule('slipway.dev', ['promotions', 'approvals'], [...READ, 'create']),
    // Who decides about changes also says what it takes to merge them.
    rule('source.slipway.dev', ['branchprotections'], WRITE),
  ]),
  role(ROLE_PERSON, [
    rule('slipway.dev', ['pipelinepolicies', 'policyexceptions'], READ),
    rule(
      'slipway.dev',
      ['platforms', 'components', 'capabilities', 'environments', 'teams', 'packages'],
      READ,
    ),
    {
      ...rule(RBAC, ['clusterroles'], ['get']),
      resourceNames: [ROLE_TEAM_VIEWER, ROLE_TEAM_MEMBER, ROLE_TEAM_PROMOTER],
    },
    rule('scaffolder.backstage.io', ['templates'], READ),
    rule('catalog.slipway.dev', ['entities'], READ),
    rule('insights.slipway.dev', ['checks', 'scorecards', 'attestations'], READ),
    { ...rule('insights.slipway.dev', ['reports'], READ), resourceNames: ['maturity'] },
  ]),
  {
    ...role(ROLE_PLATFORM_ADMIN, [rule('*', ['*'], ['*'])]),
    rules: [rule('*', ['*'], ['*']), { nonResourceURLs: ['*'], verbs: ['*'] }],
  },
  // What tokens are limited to; nobody is bound to these.
  ...Object.entries(TOKEN_SCOPES).map(([scope, rules]) => role(scopeRole(scope), rules)),
];

export const CLUSTER_ROLE_BINDINGS: RoleBinding[] = [
  binding(ROLE_PERSON, PEOPLE),
  binding(ROLE_PLATFORM_ADMIN, PLATFORM_ADMINS),
];

function rule(group: string, resources: string[], verbs: string[]): PolicyRule {
  return { apiGroups: [group], resources, verbs };
}

function role(name: string, rules: PolicyRule[]): ClusterRole {
  return { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
}

function binding(name: string, group: string): RoleBinding {
  const apiGroup = RBAC;
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    subjects: [{ kind: 'Group', name: group, apiGroup }],
    roleRef: { apiGroup, kind: 'ClusterRole', name },
  };
}
