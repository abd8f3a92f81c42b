import type { KubeObject } from '@slipway/api';
import type { Problem } from '../problem.ts';
import type { ResourceInfo } from '../resource-info.ts';
import type { Values } from '../value.ts';
import { checkClusterRole, checkClusterRoleBinding, checkRole, checkRoleBinding } from './access.ts';
import { checkCronJob, checkJob } from './batch.ts';
import { checkConfigMap, checkSecret } from './config.ts';
import { checkEndpointSlice, checkIngress, checkNetworkPolicy } from './network.ts';
import { checkPod } from './pod.ts';
import {
  checkAutoscaler,
  checkClaim,
  checkDisruptionBudget,
  checkLease,
  checkStorageClass,
} from './scaling.ts';
import { checkService } from './service.ts';
import {
  checkDaemonSet,
  checkDeployment,
  checkReplicaSet,
  checkReplicationController,
  checkStatefulSet,
} from './workload.ts';

/** What is wrong with a built-in kind's object beyond its types. */
export function checkBuiltIn(object: KubeObject, info: ResourceInfo): Problem[] {
  return CHECKS[`${info.kind.group}/${info.kind.plural}`]?.(object as unknown as Values) ?? [];
}

const CHECKS: Record<string, (object: Values) => Problem[]> = {
  '/configmaps': checkConfigMap,
  '/persistentvolumeclaims': checkClaim,
  '/pods': checkPod,
  '/replicationcontrollers': checkReplicationController,
  '/secrets': checkSecret,
  '/services': checkService,
  'apps/daemonsets': checkDaemonSet,
  'apps/deployments': checkDeployment,
  'apps/replicasets': checkReplicaSet,
  'apps/statefulsets': checkStatefulSet,
  'autoscaling/horizontalpodautoscalers': checkAutoscaler,
  'batch/cronjobs': checkCronJob,
  'batch/jobs': checkJob,
  'coordination.k8s.io/leases': checkLease,
  'discovery.k8s.io/endpointslices': checkEndpointSlice,
  'networking.k8s.io/ingresses': checkIngress,
  'networking.k8s.io/networkpolicies': checkNetworkPolicy,
  'policy/poddisruptionbudgets': checkDisruptionBudget,
  'rbac.authorization.k8s.io/clusterrolebindings': checkClusterRoleBinding,
  'rbac.authorization.k8s.io/clusterroles': checkClusterRole,
  'rbac.authorization.k8s.io/rolebindings': checkRoleBinding,
  'rbac.authorization.k8s.io/roles': checkRole,
  'storage.k8s.io/storageclasses': checkStorageClass,
};
