import type { AnyObject } from '@slipway/api';
import { accountObjects, SYSTEM_NAMESPACE } from '../plan.ts';
import type { Selection } from '../selection.ts';
import type { PolicyRule } from '../technology.ts';

/** ServiceAccount of the controllers that wire tools to each other. */
export const WIRING_ACCOUNT = 'slipway-wiring';

/** Secrets in any namespace are what wiring is about; nothing else of others is touched. */
const WIRING_RULES: PolicyRule[] = [
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
  {
    apiGroups: ['slipway.dev'],
    resources: ['generatedsecrets', 'generatedsecrets/status'],
    verbs: ['get', 'list', 'watch', 'update'],
  },
  {
    apiGroups: ['identity.slipway.dev'],
    resources: ['oidcclients', 'oidcclients/status', 'oidcclients/finalizers'],
    verbs: ['get', 'list', 'watch', 'update'],
  },
  {
    apiGroups: ['source.slipway.dev'],
    resources: ['gitaccesses', 'gitaccesses/status', 'gitaccesses/finalizers'],
    verbs: ['get', 'list', 'watch', 'update'],
  },
  {
    apiGroups: ['source.slipway.dev'],
    resources: ['repositories', 'repositories/status', 'repositories/finalizers'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'],
  },
  { apiGroups: ['slipway.dev'], resources: ['teams'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
];

/** Secret with the account of our own engines at the Git server. */
export const PLATFORM_GIT = 'slipway-git';

/** ServiceAccount that our pods run with: it elects leaders, and asks for the other accounts' tokens. */
export const CONTROLLER_ACCOUNT = 'slipway-controller';

function controllerObjects(accounts: string[]): AnyObject[] {
  const metadata = { name: CONTROLLER_ACCOUNT, namespace: SYSTEM_NAMESPACE };
  const rbac = 'rbac.authorization.k8s.io';
  const rules: PolicyRule[] = [
    // Leases cannot be named when they are created.
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      verbs: ['get', 'list', 'create', 'update', 'patch', 'delete'],
    },
    { apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: accounts, verbs: ['create'] },
    { apiGroups: ['apps'], resources: ['controllerrevisions'], verbs: ['list'] },
    // As whom our engines enter the Git server.
    { apiGroups: [''], resources: ['secrets'], resourceNames: [PLATFORM_GIT], verbs: ['get'] },
  ];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name: CONTROLLER_ACCOUNT },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
  ];
}

/** Whether Slipway itself is among what is installed: it lives where the platform's own objects do. */
export function isOnCluster({ components }: Pick<Selection, 'components'>): boolean {
  return components.some(
    ({ engine, technology }) => engine === 'upstream' && technology.upstream?.namespace === SYSTEM_NAMESPACE,
  );
}

/** The accounts our own controllers act with on a cluster, each with the rights of its technology and no others. */
export function besideAccounts({ components }: Pick<Selection, 'components'>): AnyObject[] {
  return [
    ...controllerObjects(besideNames({ components })),
    ...accountObjects(WIRING_ACCOUNT, WIRING_RULES),
    ...components.flatMap(({ technology: { id, beside } }) =>
      beside ? accountObjects(id, beside.rules) : [],
    ),
  ];
}

/** Names of those accounts. */
export function besideNames({ components }: Pick<Selection, 'components'>): string[] {
  return [WIRING_ACCOUNT, ...components.flatMap(({ technology: { id, beside } }) => (beside ? [id] : []))];
}
