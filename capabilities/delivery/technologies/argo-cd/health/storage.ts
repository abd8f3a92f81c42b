import type { AnyObject } from '@slipway/api';
import { byConditions, conditionsOf } from './by-conditions.ts';
import { byField, fieldOf } from './by-field.ts';
import type { Health, HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

function snapshot(object: AnyObject): Health {
  if (fieldOf(object, 'status.readyToUse') === true) return { status: 'Healthy', message: 'Ready to use' };
  const error = fieldOf(object, 'status.error.message');
  if (error !== undefined) return { status: 'Degraded', message: String(error) };
  return progressing('Waiting for status');
}

function tridentBackend(object: AnyObject): Health {
  const { phase, lastOperationStatus, message = '' } = (object.status ?? {}) as Record<string, string>;
  if (phase === 'Bound' && lastOperationStatus === 'Success') return { status: 'Healthy', message };
  if (lastOperationStatus === 'Failed') return { status: 'Degraded', message };
  return progressing('Waiting for backend creation');
}

function bucketClaim(object: AnyObject): Health {
  if (!object.status) return progressing('Waiting for status to be reported');
  return byField(
    'status.phase',
    [
      ['Bound', 'Healthy', 'Object bucket claim phase is {status.phase}'],
      ['Failed', 'Degraded', 'Object bucket claim phase is {status.phase}'],
    ],
    progressing('Object bucket claim phase is {status.phase}'),
    progressing('Waiting for phase to be reported'),
  )(object);
}

/** The worst of its conditions, whatever their order. */
function storageCluster(object: AnyObject): Health {
  const words: [string, Health['status']][] = [
    ['Degraded', 'Degraded'],
    ['Progressing', 'Progressing'],
    ['Available', 'Healthy'],
  ];
  for (const [type, status] of words) {
    const told = conditionsOf(object)?.findLast(each => each.type === type && each.status === 'True');
    if (told) return { status, message: told.message ?? '' };
  }
  return { status: 'Unknown', message: 'StorageCluster is in an unknown state.' };
}

interface CephStatus {
  ceph?: { health?: string; details?: Record<string, { message?: string }> };
  state?: string;
  message?: string;
}

/** Ceph's own health first; the cluster's state counts where that is good. */
function cephCluster(object: AnyObject): Health {
  if (!object.status) return progressing('Waiting for status to be reported');
  const { ceph, state, message } = object.status as CephStatus;
  const health = cephHealth(ceph?.health);
  const parts = ceph?.health ? [`Ceph health is ${ceph.health}${detailsOf(ceph.details)}`] : [];
  const isStated = health === 'Healthy' && state !== undefined;
  if (isStated) parts.push(`Ceph cluster state is ${state}`);
  if (message) parts.push(message);
  return { status: isStated ? stateHealth(state) : health, message: parts.join(' - ') };
}

function cephHealth(health = ''): Health['status'] {
  if (health === 'HEALTH_OK') return 'Healthy';
  return health === 'HEALTH_ERR' || health === 'HEALTH_WARN' ? 'Degraded' : 'Progressing';
}

function stateHealth(state: string): Health['status'] {
  if (state === 'Created' || state === 'Connected') return 'Healthy';
  return state === 'Error' ? 'Degraded' : 'Progressing';
}

function detailsOf(details: Record<string, { message?: string }> = {}): string {
  const told = Object.keys(details)
    .sort()
    .flatMap(type => details[type]?.message ?? []);
  return told.length > 0 ? ` (${told.join('; ')})` : '';
}

function cassandra(object: AnyObject): Health {
  const racks = fieldOf(object, 'status.racks') as
    | Record<string, { members?: number; readyMembers?: number }>
    | undefined;
  const waits = Object.values(racks ?? {}).some(
    ({ members, readyMembers }) =>
      members !== undefined && readyMembers !== undefined && members !== readyMembers,
  );
  return racks && !waits ? { status: 'Healthy' } : progressing('Waiting for Cassandra Cluster');
}

const MINIO_BAD = [
  'Statefulset not controlled by operator',
  'Another MinIO Tenant already exists in the namespace',
  'Tenant credentials are not set properly',
  'Different versions across MinIO Pools',
  'Pool Decommissioning Not Allowed',
];

function appVault(object: AnyObject): Health {
  const state = String(fieldOf(object, 'status.state') ?? '').toLowerCase();
  if (state === 'available') return { status: 'Healthy', message: `${object.kind} Available` };
  if (state === 'failed') return { status: 'Degraded', message: `${object.kind} Failed` };
  return progressing('No status available');
}

function schedule(object: AnyObject): Health {
  const last = fieldOf(object, 'status.lastScheduleTime');
  const message = last ? `Protection policy lastScheduleTime: ${last}` : 'Protection policy not yet executed';
  return { status: 'Healthy', message };
}

/** Kinds of storage: snapshots, Rook, NetApp, MinIO, OpenShift Data Foundation. */
export const STORAGE: Record<string, HealthRule> = {
  'snapshot.storage.k8s.io/VolumeSnapshot': snapshot,
  'snapshot.storage.k8s.io/VolumeSnapshotContent': snapshot,
  'trident.netapp.io/TridentBackendConfig': tridentBackend,
  'trident.netapp.io/TridentOrchestrator': byField(
    'status.status',
    [
      ['Installed', 'Healthy', '{status.message}'],
      ['Failed', 'Degraded', '{status.message}'],
      ['Error', 'Degraded', '{status.message}'],
    ],
    progressing('Waiting for trident installation'),
  ),
  'astra.netapp.io/AppVault': appVault,
  'astra.netapp.io/Application': byConditions(
    [
      {
        type: 'Ready',
        status: 'True',
        health: 'Healthy',
        message: 'Astra Application Ready, protectionState: {status.protectionState}',
      },
      {
        type: 'Ready',
        status: 'False',
        health: 'Degraded',
        message: 'Astra Application Degraded, message: {message}',
      },
    ],
    progressing('No status available'),
  ),
  'astra.netapp.io/Schedule': schedule,
  'objectbucket.io/ObjectBucketClaim': bucketClaim,
  'ocs.openshift.io/StorageCluster': storageCluster,
  'ceph.rook.io/CephCluster': cephCluster,
  'cassandra.rook.io/Cluster': cassandra,
  'minio.min.io/Tenant': byField(
    'status.currentState',
    [
      ['Initialized', 'Healthy', '{status.currentState}'],
      ...MINIO_BAD.map((state): [string, Health['status'], string] => [state, 'Degraded', state]),
    ],
    progressing('{status.currentState}'),
    progressing('No status info available'),
  ),
};
