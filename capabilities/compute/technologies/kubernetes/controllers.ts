import { type Key, type Kind, type KubeObject, keyText } from '@slipway/api';
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
    shown(pods, ConfigMap, 'configMap'),
    shown(pods, Secret, 'secret'),
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

/** Pods show its values as files that follow it. */
function shown<T extends KubeObject>(pods: Pods, kind: Kind<T>, source: 'configMap' | 'secret'): Controller {
  return controller<T>({
    name: `pod-${kind.plural}`,
    kind,
    reconcile: async ({ metadata }) => {
      await pods.changed(source, metadata as Key);
      return done;
    },
    removed: async key => pods.changed(source, key),
  });
}
