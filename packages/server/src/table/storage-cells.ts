import { age, type Cells, type CellsOf, get, list, name, text, truth } from './cell.ts';

const MODES: Record<string, string> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

function modes(object: unknown, path: string): string {
  const found = new Set(list(object, path).map(String));
  return Object.entries(MODES)
    .filter(([mode]) => found.has(mode))
    .map(([, short]) => short)
    .join(',');
}

function phase(object: unknown): string {
  return get(object, 'metadata.deletionTimestamp') === undefined
    ? text(object, 'status.phase')
    : 'Terminating';
}

const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';

function storageClass(object: unknown): string {
  const annotations = (get(object, 'metadata.annotations') ?? {}) as Record<string, string>;
  return annotations[OLD_CLASS] ?? text(object, 'spec.storageClassName');
}

function volumeCells(object: unknown, now: number): Cells {
  const claim = get(object, 'spec.claimRef');
  return [
    name(object),
    text(object, 'spec.capacity.storage', '0'),
    modes(object, 'spec.accessModes'),
    text(object, 'spec.persistentVolumeReclaimPolicy'),
    phase(object),
    claim === undefined ? '' : `${text(claim, 'namespace')}/${text(claim, 'name')}`,
    storageClass(object),
    text(object, 'spec.volumeAttributesClassName', '<unset>'),
    text(object, 'status.reason'),
    age(object, now),
    text(object, 'spec.volumeMode', '<unset>'),
  ];
}

function claimCells(object: unknown, now: number): Cells {
  const volume = text(object, 'spec.volumeName');
  return [
    name(object),
    phase(object),
    volume,
    volume ? text(object, 'status.capacity.storage', '0') : '',
    volume ? modes(object, 'status.accessModes') : '',
    storageClass(object),
    text(object, 'spec.volumeAttributesClassName', '<unset>'),
    age(object, now),
    text(object, 'spec.volumeMode', '<unset>'),
  ];
}

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** Marks the class that is taken when none is named. */
export function nameWithDefault(object: unknown, annotations: string[]): string {
  const found = (get(object, 'metadata.annotations') ?? {}) as Record<string, string>;
  return annotations.some(key => found[key] === 'true') ? `${name(object)} (default)` : name(object);
}

function storageClassCells(object: unknown, now: number): Cells {
  return [
    nameWithDefault(object, DEFAULT_CLASS),
    text(object, 'provisioner'),
    text(object, 'reclaimPolicy', 'Delete'),
    text(object, 'volumeBindingMode', 'Immediate'),
    truth(object, 'allowVolumeExpansion'),
    age(object, now),
  ];
}

function driverCells(object: unknown, now: number): Cells {
  const tokens = get(object, 'spec.tokenRequests');
  return [
    name(object),
    truth(object, 'spec.attachRequired', true),
    truth(object, 'spec.podInfoOnMount'),
    truth(object, 'spec.storageCapacity'),
    tokens === undefined
      ? '<unset>'
      : list(object, 'spec.tokenRequests')
          .map(each => text(each, 'audience'))
          .join(','),
    truth(object, 'spec.requiresRepublish'),
    list(object, 'spec.volumeLifecycleModes').join(',') || '<none>',
    age(object, now),
  ];
}

/** Cells of storage kinds. */
export const STORAGE_CELLS: Record<string, CellsOf> = {
  '/persistentvolumeclaims': claimCells,
  '/persistentvolumes': volumeCells,
  'storage.k8s.io/csidrivers': driverCells,
  'storage.k8s.io/csinodes': (object, now) => [
    name(object),
    list(object, 'spec.drivers').length,
    age(object, now),
  ],
  'storage.k8s.io/storageclasses': storageClassCells,
  'storage.k8s.io/volumeattachments': (object, now) => [
    name(object),
    text(object, 'spec.attacher'),
    text(object, 'spec.source.persistentVolumeName'),
    text(object, 'spec.nodeName'),
    truth(object, 'status.attached'),
    age(object, now),
  ],
  'storage.k8s.io/volumeattributesclasses': (object, now) => [
    name(object),
    text(object, 'driverName'),
    age(object, now),
  ],
};
