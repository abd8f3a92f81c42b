import { type Key, keyText } from '@slipway/api';
import { ConfigMap, EndpointSlice, Namespace, Pod, Secret, Service } from '@slipway/kinds';
import { type Controller, controller, done } from '@slipway/runtime';
import type { ServiceTable } from './network/service-table.ts';
import type { Pods } from './pod/reconcile.ts';

export interface ControllerOptions {
  pods: Pods;
  table: ServiceTable;
  namespaces: Map<string, Namespace>;
  carry(ports: Iterable<number>): void;
}

/** What the node hears of the API: its pods, what they show, and whom they may call. */
export function nodeControllers({ pods, table, namespaces, carry }: ControllerOptions): Controller[] {
  const changed = (kind: 'configMap' | 'secret') => async (key: Key) => pods.changed(kind, key);
  return [
    controller<Pod>({
      name: 'kubelet',
      kind: Pod,
      concurrency: 16,
      reconcile: async pod => {
        await pods.take(pod);
        return done;
      },
      removed: key => pods.removed(key),
    }),
    controller<Service>({
      name: 'pod-services',
      kind: Service,
      reconcile: async service => {
        table.setService(service);
        carry(table.ports());
        return done;
      },
      removed: async key => table.deleteService(keyText(key)),
    }),
    controller<EndpointSlice>({
      name: 'pod-endpoints',
      kind: EndpointSlice,
      reconcile: async slice => {
        table.setSlice(slice);
        carry(table.ports());
        return done;
      },
      removed: async key => table.deleteSlice(keyText(key)),
    }),
    controller<ConfigMap>({
      name: 'pod-config-maps',
      kind: ConfigMap,
      reconcile: async map => {
        await changed('configMap')(map.metadata as Key);
        return done;
      },
      removed: changed('configMap'),
    }),
    controller<Secret>({
      name: 'pod-secrets',
      kind: Secret,
      reconcile: async secret => {
        await changed('secret')(secret.metadata as Key);
        return done;
      },
      removed: changed('secret'),
    }),
    controller<Namespace>({
      name: 'pod-namespaces',
      kind: Namespace,
      reconcile: async namespace => {
        namespaces.set(namespace.metadata.name, namespace);
        return done;
      },
      removed: async key => void namespaces.delete(key.name),
    }),
  ];
}
