import type { AnyObject } from '@slipway/api';
import { conditionsOf } from './by-conditions.ts';
import type { Health, HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

interface ClusterStatus {
  phase?: string;
  observedGeneration?: number;
  failureMessage?: string;
  ready?: boolean;
  currentHealthy?: number;
  expectedMachines?: number;
}

function statusOf(object: AnyObject): ClusterStatus {
  return (object.status ?? {}) as ClusterStatus;
}

function cluster(object: AnyObject): Health {
  if (object.spec?.paused) return { status: 'Suspended', message: 'Cluster is paused' };
  const bad = conditionsOf(object)?.find(
    each => each.type === 'Ready' && each.status === 'False' && each.severity !== 'Info',
  );
  if (bad) return { status: 'Degraded', message: bad.message ?? '' };
  const { phase } = statusOf(object);
  if (phase === 'Provisioned') return { status: 'Healthy', message: 'Cluster is running' };
  return phase === 'Failed' ? { status: 'Degraded', message: '' } : progressing('Waiting for clusters');
}

function machine(object: AnyObject): Health {
  const { phase } = statusOf(object);
  if (phase === 'Running') return { status: 'Healthy', message: 'Machine is running' };
  const notReady = conditionsOf(object)?.find(each => each.type === 'Ready' && each.status === 'False');
  const message = notReady ? (notReady.message ?? '') : 'Condition is unknown';
  return { status: phase === 'Failed' ? 'Degraded' : 'Progressing', message };
}

function machineHealthCheck(object: AnyObject): Health {
  const { currentHealthy, expectedMachines } = statusOf(object);
  if (currentHealthy === undefined) return progressing('');
  return { status: currentHealthy === expectedMachines ? 'Healthy' : 'Degraded', message: '' };
}

const POOL_PHASES: Record<string, Health['status']> = {
  Running: 'Healthy',
  Scaling: 'Healthy',
  Failed: 'Degraded',
  Unknown: 'Degraded',
};

function machinePool(object: AnyObject): Health {
  const { phase } = statusOf(object);
  const bad = (conditionsOf(object) ?? [])
    .filter(each => each.status === 'False')
    .map(({ type, reason }) => `Not ${type}${reason === undefined ? '' : ` (${reason})`}`);
  const message = `${phase ? `MachinePool is ${phase}` : ''}${bad.length > 0 ? `: ${bad.join(', ')}` : ''}`;
  return { status: POOL_PHASES[phase ?? ''] ?? 'Progressing', message };
}

/** EKS control planes. */
function awsControlPlane(object: AnyObject): Health {
  const { observedGeneration, failureMessage, ready } = statusOf(object);
  if (observedGeneration !== undefined && observedGeneration !== object.metadata.generation)
    return progressing('Waiting for the control plane spec to be reconciled');
  if (failureMessage) return { status: 'Degraded', message: failureMessage };
  const conditions = conditionsOf(object);
  if (!conditions) return progressing('Provisioning...');
  const isTrue = (type: string) => conditions.some(each => each.type === type && each.status === 'True');
  if (isTrue('EKSControlPlaneUpdating')) return progressing('EKS control plane is updating');
  if (isTrue('Ready')) return { status: 'Healthy', message: 'Control plane is ready' };
  const errors = conditions.filter(each => each.status === 'False' && each.severity === 'Error');
  if (errors.length > 0)
    return { status: 'Degraded', message: errors.map(each => `${each.message ?? ''} `).join('') };
  const why = ready === false ? ' (.status.ready is false)' : '';
  return progressing(`Control plane is not ready${why}`);
}

export const CLUSTER_API: Record<string, HealthRule> = {
  'cluster.x-k8s.io/Cluster': cluster,
  'cluster.x-k8s.io/Machine': machine,
  'cluster.x-k8s.io/MachineHealthCheck': machineHealthCheck,
  'cluster.x-k8s.io/MachinePool': machinePool,
  'controlplane.cluster.x-k8s.io/AWSManagedControlPlane': awsControlPlane,
};
