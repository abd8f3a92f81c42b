import { type AnyObject, parseApiVersion } from '@slipway/api';
import { argoWorkflow } from './argo-workflow.ts';
import { autoscaler } from './autoscaler.ts';
import { certificate } from './certificate.ts';
import { cronJob } from './cron-job.ts';
import { gatewayClass } from './gateway-class.ts';
import { httpRoute } from './http-route.ts';
import { issuer } from './issuer.ts';
import { job } from './job.ts';
import { ingress, service } from './network.ts';
import { pod } from './pod.ts';
import type { Health } from './types.ts';
import { volumeClaim } from './volume-claim.ts';
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
  '/PersistentVolumeClaim': volumeClaim,
  'autoscaling/HorizontalPodAutoscaler': autoscaler,
  'batch/CronJob': cronJob,
  'networking.k8s.io/Ingress': ingress,
  'gateway.networking.k8s.io/HTTPRoute': httpRoute,
  'gateway.networking.k8s.io/GatewayClass': gatewayClass,
  'cert-manager.io/Certificate': certificate,
  'cert-manager.io/Issuer': issuer,
  'cert-manager.io/ClusterIssuer': issuer,
  'argoproj.io/Workflow': argoWorkflow,
};

/** Health of a live object; undefined when its kind has none. What is being deleted is Progressing. */
export function healthOf(object: AnyObject): Health | undefined {
  if (object.metadata.deletionTimestamp) return { status: 'Progressing', message: 'Pending deletion' };
  const { group } = parseApiVersion(object.apiVersion);
  return RULES[`${group}/${object.kind}`]?.(object);
}

const WORST_FIRST: HealthStatus[] = ['Unknown', 'Degraded', 'Missing', 'Progressing', 'Suspended', 'Healthy'];

/** The worst of several; Healthy when there is none. */
export function worst(statuses: HealthStatus[]): HealthStatus {
  return WORST_FIRST.find(status => statuses.includes(status)) ?? 'Healthy';
}
