import { type AnyObject, parseApiVersion } from '@slipway/api';
import { argoWorkflow } from './argo-workflow.ts';
import { certificate } from './certificate.ts';
import { httpRoute } from './http-route.ts';
import { job } from './job.ts';
import { ingress, service } from './network.ts';
import { pod } from './pod.ts';
import type { Health } from './types.ts';
import { daemonSet, deployment, replicaSet, statefulSet } from './workloads.ts';

export type { Health } from './types.ts';

export type HealthStatus = Health['status'];

export type HealthRule = (object: AnyObject) => Health;

/** Rules by `group/kind`. A kind without one has no health of its own, as with Argo CD. */
const RULES: Record<string, HealthRule> = {
  'apps/Deployment': deployment,
  'apps/ReplicaSet': replicaSet,
  'apps/StatefulSet': statefulSet,
  'apps/DaemonSet': daemonSet,
  'batch/Job': job,
  '/Pod': pod,
  '/Service': service,
  'networking.k8s.io/Ingress': ingress,
  'gateway.networking.k8s.io/HTTPRoute': httpRoute,
  'cert-manager.io/Certificate': certificate,
  'argoproj.io/Workflow': argoWorkflow,
};

/** Health of a live object; undefined when its kind has none. What is being deleted is Progressing. */
export function healthOf(object: AnyObject): Health | undefined {
  if (object.metadata.deletionTimestamp) return { status: 'Progressing', message: 'Pending deletion' };
  const { group } = parseApiVersion(object.apiVersion);
  return RULES[`${group}/${object.kind}`]?.(object);
}

const WORST_FIRST: HealthStatus[] = ['Unknown', 'Missing', 'Degraded', 'Suspended', 'Progressing', 'Healthy'];

/** The worst of several; Healthy when there is none. */
export function worst(statuses: HealthStatus[]): HealthStatus {
  return WORST_FIRST.find(status => statuses.includes(status)) ?? 'Healthy';
}
