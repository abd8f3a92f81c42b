import { type AnyObject, parseApiVersion } from '@slipway/api';
import { analysisRun, rollout } from './argo-rollouts.ts';
import { argoWorkflow } from './argo-workflow.ts';
import { autoscaler } from './autoscaler.ts';
import { backendTlsPolicy } from './backend-tls-policy.ts';
import { CANARIES } from './canaries.ts';
import { certificate } from './certificate.ts';
import { CLUSTER_API } from './cluster-api.ts';
import { CONTOUR } from './contour.ts';
import { cronJob } from './cron-job.ts';
import { crossplane, crossplaneAws } from './crossplane.ts';
import { CUSTOM_RESOURCES } from './custom-resources.ts';
import { DATA_JOBS } from './data-jobs.ts';
import { DATABASES } from './databases.ts';
import { clusterExternalSecret } from './external-secrets.ts';
import { FLEETS } from './fleets.ts';
import { flux, fluxImage } from './flux.ts';
import { gatewayClass } from './gateway-class.ts';
import { GRAFANA, grafanaOrganization } from './grafana.ts';
import { httpRoute } from './http-route.ts';
import { issuer } from './issuer.ts';
import { job } from './job.ts';
import { KRUISE_GAME } from './kruise-game.ts';
import { KUBEVIRT } from './kubevirt.ts';
import { ingress, service } from './network.ts';
import { NUMAPROJ } from './numaproj.ts';
import { OPENSHIFT } from './openshift.ts';
import { awsController, OPERATORS, victoriaMetrics } from './operators.ts';
import { pod } from './pod.ts';
import { podDisruptionBudget } from './policy.ts';
import { PROMOTER } from './promoter.ts';
import { SERVING } from './serving.ts';
import { SOLO } from './solo.ts';
import { STORAGE } from './storage.ts';
import { THREE_SCALE } from './three-scale.ts';
import type { Health, HealthRule } from './types.ts';
import { volumeClaim } from './volume-claim.ts';
import { daemonSet, deployment, replicaSet, statefulSet } from './workloads.ts';

export type { Health } from './types.ts';

export type HealthStatus = Health['status'];

/** Rules by `group/kind`. A kind without one has no health of its own, as with Argo CD. */
const RULES: Record<string, HealthRule> = {
  ...CUSTOM_RESOURCES,
  ...CANARIES,
  ...CLUSTER_API,
  ...CONTOUR,
  ...DATABASES,
  ...DATA_JOBS,
  ...FLEETS,
  ...GRAFANA,
  ...KRUISE_GAME,
  ...KUBEVIRT,
  ...NUMAPROJ,
  ...OPENSHIFT,
  ...OPERATORS,
  ...PROMOTER,
  ...SERVING,
  ...SOLO,
  ...STORAGE,
  ...THREE_SCALE,
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
  'gateway.networking.k8s.io/BackendTLSPolicy': backendTlsPolicy,
  'cert-manager.io/Certificate': certificate,
  'cert-manager.io/Issuer': issuer,
  'cert-manager.io/ClusterIssuer': issuer,
  'argoproj.io/Workflow': argoWorkflow,
  'argoproj.io/Rollout': rollout,
  'argoproj.io/AnalysisRun': analysisRun,
  'policy/PodDisruptionBudget': podDisruptionBudget,
  'external-secrets.io/ClusterExternalSecret': clusterExternalSecret,
  'kustomize.toolkit.fluxcd.io/Kustomization': flux(),
  'image.toolkit.fluxcd.io/ImagePolicy': fluxImage({
    working: ['NewGeneration', 'AccessingRepository', 'ApplyingPolicy'],
    notYet: 'False',
  }),
  'image.toolkit.fluxcd.io/ImageRepository': fluxImage({
    working: ['NewGeneration', 'Scanning'],
    notYet: 'False',
  }),
  'image.toolkit.fluxcd.io/ImageUpdateAutomation': fluxImage({ notYet: 'Unknown' }),
  ...Object.fromEntries(
    ['Bucket', 'GitRepository', 'HelmChart', 'OCIRepository'].map(kind => [
      `source.toolkit.fluxcd.io/${kind}`,
      flux({ artifact: true }),
    ]),
  ),
  'cloudfront.aws.crossplane.io/Distribution': crossplaneAws('distribution'),
  'iam.aws.crossplane.io/Policy': crossplaneAws('Policy'),
  'iam.aws.crossplane.io/RolePolicyAttachment': crossplaneAws('RolePolicyAttachment'),
  'rds.aws.crossplane.io/DBCluster': crossplaneAws('DBCluster'),
  'rds.aws.crossplane.io/DBInstance': crossplaneAws('DBInstance'),
  // The word is upstream's.
  'route53.aws.crossplane.io/ResourceRecordSet': crossplaneAws('resourcrecordset'),
  's3.aws.crossplane.io/Bucket': crossplaneAws('Bucket'),
};

/** Rules for every kind of a family of groups, where there is none of its own. */
const FAMILIES: [RegExp, HealthRule][] = [
  [
    /(^|\.)crossplane\.io$/,
    crossplane(['Ready', 'Healthy', 'Offered', 'Established', 'ValidPipeline', 'RevisionHealthy']),
  ],
  [/(^|\.)upbound\.io$/, crossplane(['Ready'])],
  [/\.services\.k8s\.aws$/, awsController],
  [/^grafana-org-operator\.kubitus-project\.gitlab\.io$/, grafanaOrganization],
  [/^operator\.victoriametrics\.com$/, victoriaMetrics],
];

/** Health of a live object; undefined when its kind has none. What is being deleted is Progressing. */
export function healthOf(object: AnyObject): Health | undefined {
  if (object.metadata.deletionTimestamp) return { status: 'Progressing', message: 'Pending deletion' };
  const { group } = parseApiVersion(object.apiVersion);
  const family = FAMILIES.find(([groups]) => groups.test(group))?.[1];
  return (RULES[`${group}/${object.kind}`] ?? family)?.(object);
}

const WORST_FIRST: HealthStatus[] = ['Unknown', 'Degraded', 'Missing', 'Progressing', 'Suspended', 'Healthy'];

/** The worst of several; Healthy when there is none. */
export function worst(statuses: HealthStatus[]): HealthStatus {
  return WORST_FIRST.find(status => statuses.includes(status)) ?? 'Healthy';
}
