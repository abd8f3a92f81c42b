import { at, each, type Fields, fill } from './fields.ts';
import { pullPolicy } from './image.ts';

const FILE_MODE = 0o644;

/** A volume without a source is an empty directory; sources get their modes and types. */
export function defaultVolume(volume: Fields): void {
  if (Object.keys(volume).every(name => name === 'name')) volume.emptyDir = {};
  for (const source of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    fill(at(volume, source), { defaultMode: FILE_MODE });
  }
  defaultSource(volume);
  for (const item of each(at(volume, 'downwardAPI')?.items)) defaultFile(item);
  for (const source of each(at(volume, 'projected')?.sources)) {
    fill(at(source, 'serviceAccountToken'), { expirationSeconds: 3600 });
    for (const item of each(at(source, 'downwardAPI')?.items)) defaultFile(item);
  }
  fill(at(volume, 'ephemeral', 'volumeClaimTemplate', 'spec'), { volumeMode: 'Filesystem' });
  const image = at(volume, 'image');
  fill(image, { pullPolicy: pullPolicy(image?.reference) });
}

/** Sources that pods and PersistentVolumes share. */
export function defaultSource(volume: Fields): void {
  fill(at(volume, 'hostPath'), { type: '' });
  fill(at(volume, 'iscsi'), { iscsiInterface: 'default' });
  fill(at(volume, 'rbd'), { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' });
  fill(at(volume, 'azureDisk'), {
    cachingMode: 'ReadWrite',
    kind: 'Shared',
    fsType: 'ext4',
    readOnly: false,
  });
  fill(at(volume, 'scaleIO'), { storageMode: 'ThinProvisioned', fsType: 'xfs' });
}

function defaultFile(file: Fields): void {
  fill(at(file, 'fieldRef'), { apiVersion: 'v1' });
  fill(at(file, 'resourceFieldRef'), { divisor: '0' });
}
