import type { Kind } from '@slipway/api';
import type { PolicyRule } from '@slipway/definition';

const READ = ['get', 'list', 'watch'];
const CHANGE = ['update', 'patch'];

/**
 * What ending a service takes where the tools themselves run. Secrets are not in it, nor what Applications applied: Argo
 * CD removes that with its Application, and what people own goes with their own rights.
 */
export const RETIREMENT_RULES: PolicyRule[] = [
  { apiGroups: ['slipway.dev'], resources: ['retirements'], verbs: [...READ, ...CHANGE] },
  { apiGroups: ['slipway.dev'], resources: ['retirements/status'], verbs: CHANGE },
  { apiGroups: ['slipway.dev'], resources: ['promotions', 'approvals'], verbs: [...READ, 'delete'] },
  { apiGroups: ['slipway.dev'], resources: ['templateruns'], verbs: READ },
  { apiGroups: ['insights.slipway.dev'], resources: ['reports'], verbs: READ },
  // What it gives up has to be let go by what stays.
  { apiGroups: ['source.slipway.dev'], resources: ['repositories'], verbs: [...READ, ...CHANGE] },
  {
    apiGroups: ['source.slipway.dev'],
    resources: ['branchprotections', 'changerequests', 'commitstatuses'],
    verbs: [...READ, ...CHANGE, 'delete'],
  },
  { apiGroups: ['artifacts.slipway.dev'], resources: ['builds'], verbs: READ },
  { apiGroups: ['catalog.slipway.dev'], resources: ['entities'], verbs: [...READ, ...CHANGE] },
  { apiGroups: ['scaffolder.backstage.io'], resources: ['templates'], verbs: READ },
  { apiGroups: ['argoproj.io'], resources: ['applications'], verbs: [...READ, ...CHANGE, 'delete'] },
  { apiGroups: ['argoproj.io'], resources: ['workflows', 'cronworkflows'], verbs: [...READ, 'patch'] },
  // Data goes, or is let go, after the Application that brought it.
  { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: [...READ, ...CHANGE, 'delete'] },
  { apiGroups: [''], resources: ['pods', 'services', 'configmaps', 'serviceaccounts'], verbs: READ },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'],
    verbs: READ,
  },
  { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: READ },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'], verbs: READ },
  { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'], verbs: READ },
  { apiGroups: ['cert-manager.io'], resources: ['certificates'], verbs: READ },
  // What people own is removed as them.
  { apiGroups: [''], resources: ['users', 'groups', 'serviceaccounts'], verbs: ['impersonate'] },
  { apiGroups: ['authentication.k8s.io'], resources: ['userextras/*', 'uids'], verbs: ['impersonate'] },
];

/** Whether rules let one list objects of a kind. */
export function mayList(rules: PolicyRule[], { group, plural }: Pick<Kind, 'group' | 'plural'>): boolean {
  return rules.some(
    ({ apiGroups = [], resources = [], verbs }) =>
      apiGroups.includes(group) && resources.includes(plural) && verbs.includes('list'),
  );
}
