import type { Controller } from '@slipway/runtime';
import { clusterRoleController } from './cluster-role/reconcile.ts';
import { cronJobController } from './cronjob/reconcile.ts';
import { daemonSetController } from './daemonset/reconcile.ts';
import { deploymentController } from './deployment/reconcile.ts';
import { disruptionController } from './disruption/reconcile.ts';
import { endpointsController } from './endpoints/reconcile.ts';
import { eventTtlController } from './event-ttl/reconcile.ts';
import { jobOrphanController } from './job/orphan-pods.ts';
import { jobController } from './job/reconcile.ts';
import { namespaceController } from './namespace/reconcile.ts';
import { podGcController } from './pod-gc/reconcile.ts';
import { quotaController } from './quota/reconcile.ts';
import { replicaSetController, replicationController } from './replicaset/reconcile.ts';
import { rootCaController } from './root-ca/reconcile.ts';
import { schedulerController } from './scheduler/reconcile.ts';
import { serviceAccountController } from './service-account/reconcile.ts';
import { statefulSetController } from './statefulset/reconcile.ts';
import { tokenSecretController } from './token-secret/reconcile.ts';

export interface ControlplaneOptions {
  /** PEM text of the CA that pods trust the API by; without it no `kube-root-ca.crt` is made. */
  rootCa?: string;
}

/** Everything the control plane reconciles; garbage collection comes with `startControlplane`. */
export function controllers({ rootCa }: ControlplaneOptions = {}): Controller[] {
  return [
    serviceAccountController,
    ...(rootCa ? [rootCaController(rootCa)] : []),
    namespaceController,
    schedulerController(),
    replicaSetController,
    replicationController,
    deploymentController,
    statefulSetController,
    daemonSetController,
    jobController,
    jobOrphanController,
    cronJobController,
    endpointsController,
    quotaController,
    disruptionController,
    podGcController(),
    clusterRoleController,
    eventTtlController,
    tokenSecretController(rootCa),
  ];
}
