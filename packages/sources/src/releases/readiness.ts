import type { AnyObject } from '@slipway/api';

/** How far an object is, in kstatus's words (what Helm 4 waits by). */
export interface Readiness {
  status: 'InProgress' | 'Current' | 'Failed' | 'Terminating';
  message: string;
}

type Fields = Record<string, unknown>;
type Rule = (object: AnyObject) => Readiness;

const current = (message: string): Readiness => ({ status: 'Current', message });
const inProgress = (message: string): Readiness => ({ status: 'InProgress', message });
const failed = (message: string): Readiness => ({ status: 'Failed', message });

/** `jobs`: a Job counts when it has completed, not when it runs. */
export function readinessOf(object: AnyObject, { jobs = false } = {}): Readiness {
  const { deletionTimestamp, generation } = object.metadata;
  if (deletionTimestamp) return { status: 'Terminating', message: 'Resource scheduled for deletion' };
  const observed = numberAt(object.status, 'observedGeneration', -1);
  if (generation !== undefined && observed >= 0 && observed !== generation)
    return inProgress(
      `${object.kind} generation is ${generation}, but latest observed generation is ${observed}`,
    );
  const reconciling = conditionOf(object, 'Reconciling');
  if (reconciling?.status === 'True') return inProgress(reconciling.message ?? '');
  const stalled = conditionOf(object, 'Stalled');
  if (stalled?.status === 'True') return failed(stalled.message ?? '');
  const group = object.apiVersion.includes('/') ? `${object.apiVersion.split('/')[0]}/` : '';
  const rule = jobs && object.kind === 'Job' ? jobDone : RULES[`${group}${object.kind}`];
  return rule ? rule(object) : generic(object);
}

/** What a hook has to reach: Jobs and Pods end, all others are as they should be when they are there. */
export function hookReadiness(object: AnyObject): Readiness {
  if (object.kind === 'Job') return jobDone(object);
  if (object.kind !== 'Pod') return current('Resource is current');
  const { phase } = (object.status ?? {}) as { phase?: string };
  const { name } = object.metadata;
  if (phase === 'Succeeded') return current(`pod ${name} succeeded`);
  return phase === 'Failed' ? failed(`pod ${name} failed`) : inProgress('Pod in progress');
}

const RULES: Record<string, Rule> = {
  'apps/Deployment': deployment,
  'apps/StatefulSet': statefulSet,
  'apps/ReplicaSet': replicaSet,
  'apps/DaemonSet': daemonSet,
  'batch/Job': job,
  Pod: pod,
  PersistentVolumeClaim: ({ status }) => {
    const phase = String(status?.phase ?? 'unknown');
    return phase === 'Bound' ? current('PVC is Bound') : inProgress(`PVC is not Bound. phase: ${phase}`);
  },
  Service: ({ spec }) =>
    spec?.type === 'LoadBalancer' && !spec.clusterIP
      ? inProgress('ClusterIP not set. Service type: LoadBalancer')
      : current('Service is ready'),
  'apiextensions.k8s.io/CustomResourceDefinition': definition,
};

function generic(object: AnyObject): Readiness {
  const ready = conditionOf(object, 'Ready');
  if (!ready || ready.status === 'True') return current('Resource is current');
  return inProgress(ready.message ?? 'Resource is not Ready');
}

function deployment(object: AnyObject): Readiness {
  const { spec, status } = object;
  const progressing = conditionOf(object, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return failed('Progress deadline exceeded');
  const wanted = numberAt(spec, 'replicas', 1);
  const count = (field: string) => numberAt(status, field, 0);
  const [replicas, updated, available, ready] = [
    count('replicas'),
    count('updatedReplicas'),
    count('availableReplicas'),
    count('readyReplicas'),
  ];
  if (wanted > replicas) return inProgress(`Replicas: ${replicas}/${wanted}`);
  if (wanted > updated) return inProgress(`Updated: ${updated}/${wanted}`);
  if (replicas > wanted) return inProgress(`Pending termination: ${replicas - wanted}`);
  if (updated > available) return inProgress(`Available: ${available}/${updated}`);
  if (wanted > ready) return inProgress(`Ready: ${ready}/${wanted}`);
  const unlimited = numberAt(spec, 'progressDeadlineSeconds', 2 ** 31 - 1) === 2 ** 31 - 1;
  const done = progressing?.status === 'True' && progressing.reason === 'NewReplicaSetAvailable';
  if (!unlimited && !done) return inProgress('ReplicaSet not Available');
  if (conditionOf(object, 'Available')?.status !== 'True') return inProgress('Deployment not Available');
  return current(`Deployment is available. Replicas: ${replicas}`);
}

function statefulSet({ spec, status }: AnyObject): Readiness {
  const strategy = (spec?.updateStrategy ?? {}) as { type?: string; rollingUpdate?: Fields };
  if (strategy.type === 'OnDelete') return current('StatefulSet is using the ondelete update strategy');
  const wanted = numberAt(spec, 'replicas', 1);
  const count = (field: string) => numberAt(status, field, 0);
  const partition = numberAt(strategy.rollingUpdate, 'partition', -1);
  const replicas = count('replicas');
  if (wanted > replicas) return inProgress(`Replicas: ${replicas}/${wanted}`);
  if (wanted > count('readyReplicas')) return inProgress(`Ready: ${count('readyReplicas')}/${wanted}`);
  if (replicas > wanted) return inProgress(`Pending termination: ${replicas - wanted}`);
  const updated = count('updatedReplicas');
  if (partition !== -1)
    return updated < wanted - partition
      ? inProgress(`updated: ${updated}/${wanted - partition}`)
      : current(`Partition rollout complete. updated: ${updated}`);
  if (wanted > count('currentReplicas')) return inProgress(`current: ${count('currentReplicas')}/${wanted}`);
  if ((status?.currentRevision ?? '') !== (status?.updateRevision ?? ''))
    return inProgress('Waiting for updated revision to match current');
  return current(`All replicas scheduled as expected. Replicas: ${replicas}`);
}

function replicaSet(object: AnyObject): Readiness {
  const { spec, status } = object;
  if (conditionOf(object, 'ReplicaFailure')?.status === 'True')
    return inProgress('Replica Failure condition. Check Pods');
  const wanted = numberAt(spec, 'replicas', 1);
  const count = (field: string) => numberAt(status, field, 0);
  if (wanted > count('fullyLabeledReplicas'))
    return inProgress(`Labelled: ${count('fullyLabeledReplicas')}/${wanted}`);
  if (wanted > count('availableReplicas'))
    return inProgress(`Available: ${count('availableReplicas')}/${wanted}`);
  if (wanted > count('readyReplicas')) return inProgress(`Ready: ${count('readyReplicas')}/${wanted}`);
  if (count('replicas') > wanted) return inProgress(`Pending termination: ${count('replicas') - wanted}`);
  return current(`ReplicaSet is available. Replicas: ${count('replicas')}`);
}

function daemonSet({ status }: AnyObject): Readiness {
  const wanted = numberAt(status, 'desiredNumberScheduled', -1);
  if (numberAt(status, 'observedGeneration', -1) < 0)
    return inProgress('DaemonSet status.observedGeneration not found');
  if (wanted < 0) return inProgress('Missing .status.desiredNumberScheduled');
  const steps: [string, string][] = [
    ['Current', 'currentNumberScheduled'],
    ['Updated', 'updatedNumberScheduled'],
    ['Available', 'numberAvailable'],
    ['Ready', 'numberReady'],
  ];
  for (const [name, field] of steps) {
    const count = numberAt(status, field, 0);
    if (wanted > count) return inProgress(`${name}: ${count}/${wanted}`);
  }
  return current(`All replicas scheduled as expected. Replicas: ${wanted}`);
}

function job(object: AnyObject): Readiness {
  const ended = jobDone(object);
  if (ended.status !== 'InProgress') return ended;
  return object.status?.startTime ? current('Job in progress') : inProgress('Job not started');
}

function jobDone(object: AnyObject): Readiness {
  const { spec, status } = object;
  const completions = numberAt(spec, 'completions', numberAt(spec, 'parallelism', 1));
  if (conditionOf(object, 'Complete')?.status === 'True')
    return current(`Job Completed. succeeded: ${numberAt(status, 'succeeded', 0)}/${completions}`);
  if (conditionOf(object, 'Failed')?.status === 'True')
    return failed(`Job Failed. failed: ${numberAt(status, 'failed', 0)}/${completions}`);
  return inProgress('Job in progress');
}

function pod(object: AnyObject): Readiness {
  const phase = String(object.status?.phase ?? '');
  if (phase === 'Succeeded') return current('Pod has completed successfully');
  if (phase === 'Failed') return current('Pod has completed, but not successfully');
  if (phase === 'Pending') return inProgress('Pod is in the Pending phase');
  if (phase !== 'Running') return inProgress('Pod phase not available');
  if (conditionOf(object, 'Ready')?.status === 'True') return current('Pod is Ready');
  const statuses = (object.status?.containerStatuses ?? []) as {
    name: string;
    state?: { waiting?: { reason?: string } };
  }[];
  const looping = statuses.filter(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff');
  if (looping.length === 0) return inProgress('Pod is running but is not Ready');
  return failed(`Containers in CrashLoop state: ${looping.map(({ name }) => name).join(',')}`);
}

function definition(object: AnyObject): Readiness {
  const names = conditionOf(object, 'NamesAccepted');
  if (names?.status === 'False') return failed(names.message ?? 'names are not accepted');
  const established = conditionOf(object, 'Established');
  if (established?.status === 'True') return current('CRD is established');
  if (established?.status === 'False' && established.reason !== 'Installing')
    return failed(established.message ?? 'not established');
  return inProgress('Install in progress');
}

interface ConditionLike {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

function conditionOf({ status }: AnyObject, type: string): ConditionLike | undefined {
  const conditions = status?.conditions;
  return Array.isArray(conditions)
    ? (conditions as ConditionLike[]).find(each => each.type === type)
    : undefined;
}

function numberAt(fields: Fields | undefined, field: string, otherwise: number): number {
  const value = fields?.[field];
  return typeof value === 'number' ? value : otherwise;
}
