import { hasReason } from '@slipway/api';
import { ConfigMap, Namespace } from '@slipway/kinds';
import { type Controller, controller, done, watching } from '@slipway/runtime';

const NAME = 'kube-root-ca.crt';
const DESCRIPTION =
  'The CA that pods verify the API server by, at its internal names; other uses differ between distributions.';

/** Every namespace holds the CA that its pods trust the API by. */
export function rootCaController(rootCa: string): Controller {
  return controller<Namespace>({
    name: 'root-ca-certificate-publisher-controller',
    kind: Namespace,
    watches: [
      watching<ConfigMap>({
        kind: ConfigMap,
        keysOf: ({ metadata }) =>
          metadata.name === NAME && metadata.namespace ? [{ name: metadata.namespace }] : [],
      }),
    ],
    reconcile: async (namespace, { client, cache }) => {
      if (namespace.metadata.deletionTimestamp) return done;
      const key = { namespace: namespace.metadata.name, name: NAME };
      const present = cache(ConfigMap).get(key);
      if (present?.data?.['ca.crt'] === rootCa) return done;
      const annotations = { 'kubernetes.io/description': DESCRIPTION };
      const wanted: ConfigMap = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { ...key, annotations },
        data: { 'ca.crt': rootCa },
      };
      const writing = present
        ? client.update(ConfigMap, { ...present, data: wanted.data ?? {} })
        : client.create(ConfigMap, wanted);
      await writing.catch(error => {
        if (!hasReason(error, 'AlreadyExists', 'Conflict', 'NotFound', 'Forbidden')) throw error;
      });
      return done;
    },
  });
}
