// Storage for pods that only look alive: a default StorageClass, and a PersistentVolume for every claim that waits.
import { hasReason, type Kind, type KubeObject } from '@slipway/api';
import type { Client } from '@slipway/client';

const STORAGE_CLASS = 'standard';
const AGAIN_MS = 300;

interface Claim extends KubeObject {
  spec: {
    storageClassName?: string;
    accessModes: string[];
    volumeMode?: string;
    volumeName?: string;
    resources: { requests: { storage: string } };
  };
}

const StorageClass: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  namespaced: false,
};
const Volume: Kind<KubeObject & { spec: object }> = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  namespaced: false,
};
const VolumeClaim: Kind<Claim> = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  namespaced: true,
};

/** Until the signal is aborted; an API server that is away for a while is waited for. */
export async function provideVolumes(client: Client, signal: AbortSignal): Promise<void> {
  const metadata = {
    name: STORAGE_CLASS,
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  };
  const none = { provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'Immediate' };
  await client.create(StorageClass, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata,
    ...none,
  } as KubeObject);
  void follow(client, signal);
}

async function follow(client: Client, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { type, object } of client.watch(VolumeClaim, { sendInitialEvents: true, signal })) {
        if (type === 'BOOKMARK') continue;
        await provide(client, type, object);
      }
    } catch {
      // It was stopped, or the API server is away: the next watch begins with the claims there are.
    }
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
  }
}

async function provide(client: Client, type: string, claim: Claim): Promise<void> {
  const { namespace, name, uid } = claim.metadata;
  const { storageClassName, volumeName, accessModes, volumeMode, resources } = claim.spec;
  if (storageClassName !== STORAGE_CLASS) return;
  const volume = `volume-${uid}`;
  if (type === 'DELETED') {
    await client.delete(Volume, { name: volume }).catch(unless('NotFound'));
    return;
  }
  if (volumeName) return;
  await client
    .create(Volume, {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volume },
      spec: {
        storageClassName,
        accessModes,
        volumeMode,
        capacity: resources.requests,
        // Nobody mounts it.
        hostPath: { path: `/var/lib/test-volumes/${uid}` },
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
      },
    })
    .catch(unless('AlreadyExists'));
}

function unless(reason: 'NotFound' | 'AlreadyExists'): (error: unknown) => void {
  return error => {
    if (!hasReason(error, reason)) throw error;
  };
}
