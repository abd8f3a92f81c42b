import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type { Artifact, ArtifactStore } from './artifact-store.ts';
import type { Clients } from './clients.ts';

/** oidc-provider's storage: clients come from API objects, everything else from the artifact store. */
export function adapterOf(store: ArtifactStore, clients: Clients): AdapterFactory {
  return model => (model === 'Client' ? clientAdapter(clients) : artifactAdapter(model, store));
}

function artifactAdapter(model: string, store: ArtifactStore): Adapter {
  return {
    async upsert(id, payload, expiresIn) {
      store.put(model, id, payload as Artifact, (expiresIn ?? 3600) * 1000);
    },
    find: async id => store.find(model, id) as AdapterPayload | undefined,
    findByUid: async uid => store.findBy(model, 'uid', uid) as AdapterPayload | undefined,
    findByUserCode: async code => store.findBy(model, 'user_code', code) as AdapterPayload | undefined,
    consume: async id => store.consume(model, id),
    destroy: async id => store.remove(model, id),
    revokeByGrantId: async grantId => store.removeGrant(grantId),
  };
}

function clientAdapter(clients: Clients): Adapter {
  const refuse = async () => {
    throw new Error('clients are Secrets; they are not written here');
  };
  return {
    find: async id => (await clients.find(id))?.metadata as AdapterPayload | undefined,
    upsert: refuse,
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: refuse,
  };
}
