import type { AnyObject } from '@slipway/api';
import type { DaemonSetStatus, Health } from './types.ts';

interface Counted {
  generation: number;
  replicas: number;
  status: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    readyReplicas?: number;
    updateRevision?: string;
    currentRevision?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
  };
}

function read(object: AnyObject): Counted {
  const spec = (object.spec ?? {}) as { replicas?: number };
  return {
    generation: object.metadata.generation ?? 0,
    replicas: spec.replicas ?? 1,
    status: (object.status ?? {}) as Counted['status'],
  };
}

const observing: Health = {
  status: 'Progressing',
  message: 'Waiting for rollout to finish: observed deployment generation less than desired generation',
};

export function deployment(object: AnyObject): Health {
  const { generation, replicas, status } = read(object);
  if ((object.spec as { paused?: boolean }).paused)
    return { status: 'Suspended', message: 'Deployment is paused' };
  if (generation > (status.observedGeneration ?? 0)) return observing;
  const progressing = status.conditions?.find(each => each.type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return {
      status: 'Degraded',
      message: `Deployment "${object.metadata.name}" exceeded its progress deadline`,
    };
  }
  const updated = status.updatedReplicas ?? 0;
  if (updated < replicas) return waiting(`${updated} out of ${replicas} new replicas have been updated`);
  const old = (status.replicas ?? 0) - updated;
  if (old > 0) return waiting(`${old} old replicas are pending termination`);
  const available = status.availableReplicas ?? 0;
  if (available < updated) return waiting(`${available} of ${updated} updated replicas are available`);
  return { status: 'Healthy' };
}

export function replicaSet(object: AnyObject): Health {
  const { generation, replicas, status } = read(object);
  if (generation > (status.observedGeneration ?? 0)) return observing;
  const failure = status.conditions?.find(each => each.type === 'ReplicaFailure' && each.status === 'True');
  if (failure) return { status: 'Degraded', message: failure.message ?? '' };
  const available = status.availableReplicas ?? 0;
  if (available < replicas) return waiting(`${available} out of ${replicas} new replicas are available`);
  return { status: 'Healthy' };
}

export function statefulSet(object: AnyObject): Health {
  const { generation, replicas, status } = read(object);
  if (generation > (status.observedGeneration ?? 0))
    return { status: 'Progressing', message: 'Waiting for statefulset spec update to be observed...' };
  const ready = status.readyReplicas ?? 0;
  if (ready < replicas)
    return { status: 'Progressing', message: `Waiting for ${replicas - ready} pods to be ready...` };
  const strategy = (object.spec as { updateStrategy?: { type?: string } }).updateStrategy?.type;
  if (strategy === 'OnDelete') return { status: 'Healthy', message: `statefulset has ${ready} ready pods` };
  if (status.updateRevision !== status.currentRevision) {
    return {
      status: 'Progressing',
      message: `waiting for statefulset rolling update to complete ${status.updatedReplicas ?? 0} pods at revision ${status.updateRevision}...`,
    };
  }
  return {
    status: 'Healthy',
    message: `statefulset rolling update complete ${status.replicas ?? 0} pods at revision ${status.currentRevision}...`,
  };
}

export function daemonSet(object: AnyObject): Health {
  const status = (object.status ?? {}) as DaemonSetStatus;
  if ((object.metadata.generation ?? 0) > (status.observedGeneration ?? 0)) return observing;
  const desired = status.desiredNumberScheduled ?? 0;
  const updated = status.updatedNumberScheduled ?? 0;
  if (updated < desired)
    return {
      status: 'Progressing',
      message: `Waiting for daemon set "${object.metadata.name}" rollout to finish: ${updated} out of ${desired} new pods have been updated...`,
    };
  const available = status.numberAvailable ?? 0;
  if (available < desired)
    return {
      status: 'Progressing',
      message: `Waiting for daemon set "${object.metadata.name}" rollout to finish: ${available} of ${desired} updated pods are available...`,
    };
  return { status: 'Healthy', message: `daemon set "${object.metadata.name}" successfully rolled out` };
}

function waiting(what: string): Health {
  return { status: 'Progressing', message: `Waiting for rollout to finish: ${what}...` };
}
