import { type KubeObject, StatusError } from '@slipway/api';
import type { Namespace } from '@slipway/kinds';
import { readObject } from '../authn/read-object.ts';
import type { AdmissionCall } from '../http/seams.ts';
import type { StoreReader } from '../store/store.ts';
import { type AdmissionPlugin, forbidden, isResource } from './plugin.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

/** Nothing is made in a namespace that is not there or is going away; three namespaces never go. */
export function namespaceLifecycle(store: StoreReader): AdmissionPlugin {
  return {
    name: 'NamespaceLifecycle',
    // Before anything else is done for the object, so that the other plugins may rely on its namespace.
    mutate: call => {
      requireNamespace(store, call);
      return labelled(call);
    },
    validate: call => {
      if (call.operation !== 'DELETE' || !isResource(call, '', 'namespaces') || !IMMORTAL.has(call.name))
        return;
      throw forbidden(call, 'this namespace may not be deleted');
    },
  };
}

function requireNamespace(store: StoreReader, call: AdmissionCall): void {
  const { namespace, operation } = call;
  if (!namespace || operation !== 'CREATE' || isResource(call, '', 'namespaces')) return;
  const found = readObject<Namespace>(store, '/namespaces', undefined, namespace);
  if (!found) {
    const details = { name: namespace, kind: 'namespaces' };
    throw new StatusError('NotFound', `namespaces "${namespace}" not found`, details);
  }
  if (!found.metadata.deletionTimestamp && found.status?.phase !== 'Terminating') return;
  const message = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  throw forbidden(call, message, [cause]);
}

/** A namespace's own name as a label, so that selectors can choose one by name (KEP-2161). */
function labelled(call: AdmissionCall): KubeObject | undefined {
  const { object } = call;
  const label = 'kubernetes.io/metadata.name';
  if (!object || !isResource(call, '', 'namespaces') || call.operation === 'DELETE') return undefined;
  const name = call.name || (object.metadata.name ?? '');
  if (name === '' || object.metadata.labels?.[label] === name) return undefined;
  return {
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, [label]: name } },
  };
}
