import { hasReason } from '@slipway/api';
import { Namespace, ServiceAccount } from '@slipway/kinds';
import { type Controller, controller, done, watching } from '@slipway/runtime';

/** Every namespace has a ServiceAccount named `default`. */
export const serviceAccountController: Controller = controller<Namespace>({
  name: 'service-account-controller',
  kind: Namespace,
  watches: [
    watching<ServiceAccount>({
      kind: ServiceAccount,
      keysOf: ({ metadata }) =>
        metadata.name === 'default' && metadata.namespace ? [{ name: metadata.namespace }] : [],
    }),
  ],
  reconcile: async (namespace, { client, cache }) => {
    if (namespace.metadata.deletionTimestamp) return done;
    const key = { namespace: namespace.metadata.name, name: 'default' };
    if (cache(ServiceAccount).get(key)) return done;
    await client
      .create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: key })
      .catch(error => {
        if (!hasReason(error, 'AlreadyExists', 'NotFound', 'Forbidden')) throw error;
      });
    return done;
  },
});
