import { type ApiRequest, SlipwayError, type Transport } from '@slipway/api';
import type { CustomResourceDefinition } from '@slipway/kinds';
import type { StoreReader } from '../store/store.ts';

const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

interface Removing {
  store: StoreReader;
  transport: Transport;
  definition: CustomResourceDefinition;
  signal: AbortSignal;
}

/** Deletes every object of a dying CRD, waits until the last one is gone, then lets the CRD go. */
export async function removeInstances({ store, transport, definition, signal }: Removing): Promise<void> {
  const { group, names, versions } = definition.spec;
  const { name = '' } = definition.metadata;
  const version = versions.find(candidate => candidate.served)?.name;
  const resource = `${group}/${names.plural}`;
  if (version !== undefined && store.snapshot(resource).size > 0) {
    await ask(transport, { method: 'DELETE', path: `/apis/${group}/${version}/${names.plural}` });
    await emptied(store, resource, signal);
  }
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
  const live = JSON.parse((await ask(transport, { method: 'GET', path })).body) as CustomResourceDefinition;
  const finalizers = (live.metadata.finalizers ?? []).filter(finalizer => finalizer !== CLEANUP);
  const body = JSON.stringify({ ...live, metadata: { ...live.metadata, finalizers } });
  await ask(transport, { method: 'PUT', path, contentType: 'application/json', body });
}

async function ask(transport: Transport, request: ApiRequest) {
  const answer = await transport.send(request);
  if (answer.status < 400) return answer;
  throw new SlipwayError('Api', `custom kind: cleaning up: ${request.path}: ${answer.body}`);
}

function emptied(store: StoreReader, resource: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (store.snapshot(resource).size > 0) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = store.subscribe(resource, look);
    signal.addEventListener('abort', () => {
      unsubscribe();
      reject(signal.reason);
    });
    look();
  });
}
