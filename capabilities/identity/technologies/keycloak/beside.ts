import type { Beside } from '@slipway/definition';
import { teamController } from './controllers.ts';
import { applyRoles } from './rights/apply.ts';

/** Teams come to namespaces and roles; people, their passwords and sessions are Keycloak's own. */
export const beside: Beside = {
  rules: [
    {
      apiGroups: ['slipway.dev'],
      resources: ['teams', 'teams/status', 'environments'],
      verbs: ['get', 'list', 'watch', 'update', 'patch'],
    },
    {
      apiGroups: [''],
      resources: ['namespaces'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'],
    },
    {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
      // It hands out rights that it does not have itself, so it needs Kubernetes' leave to do that.
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'bind', 'escalate'],
    },
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  ],
  start: async ({ client }, settings) => {
    await applyRoles(client);
    return { controllers: [teamController(settings)], routes: [], probes: [], stop: async () => {} };
  },
};
