import { at, each, type Fields, fill, made } from './fields.ts';
import { defaultPodSpec } from './pod-spec.ts';

/** apps/v1 (pkg/apis/apps/v1/defaults.go). */
export function defaultDeployment(object: Fields): void {
  const spec = made(object, 'spec');
  if (!spec) return;
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  const strategy = made(spec, 'strategy');
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy?.type === 'RollingUpdate') {
    fill(made(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
  }
  defaultPodSpec(at(spec, 'template', 'spec'));
}

export function defaultReplicaSet(object: Fields): void {
  const spec = made(object, 'spec');
  fill(spec, { replicas: 1 });
  defaultPodSpec(at(spec, 'template', 'spec'));
}

export function defaultStatefulSet(object: Fields): void {
  const spec = made(object, 'spec');
  if (!spec) return;
  fill(spec, {
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  });
  fill(at(spec, 'persistentVolumeClaimRetentionPolicy'), { whenDeleted: 'Retain', whenScaled: 'Retain' });
  const strategy = made(spec, 'updateStrategy');
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy?.type === 'RollingUpdate') fill(made(strategy, 'rollingUpdate'), { partition: 0 });
  for (const claim of each(spec.volumeClaimTemplates)) {
    fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: {} });
    fill(at(claim, 'spec'), { volumeMode: 'Filesystem' });
    fill(at(claim, 'status'), { phase: 'Pending' });
  }
  defaultPodSpec(at(spec, 'template', 'spec'));
}

export function defaultDaemonSet(object: Fields): void {
  const spec = made(object, 'spec');
  if (!spec) return;
  fill(spec, { revisionHistoryLimit: 10 });
  const strategy = made(spec, 'updateStrategy');
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy?.type === 'RollingUpdate') {
    fill(made(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
  }
  const metadata = made(object, 'metadata');
  // The number of a template stood in the spec once; clients of old versions read it here.
  if (metadata) fill(made(metadata, 'annotations'), { 'deprecated.daemonset.template.generation': '1' });
  defaultPodSpec(at(spec, 'template', 'spec'));
}

export function defaultReplicationController(object: Fields): void {
  const spec = made(object, 'spec');
  const labels = at(spec, 'template', 'metadata', 'labels');
  fill(spec, { replicas: 1, ...(labels ? { selector: labels } : {}) });
  const metadata = made(object, 'metadata');
  if (labels) fill(metadata, { labels });
  defaultPodSpec(at(spec, 'template', 'spec'));
}

/** batch/v1 (pkg/apis/batch/v1/defaults.go; labels and selector: its strategy's PrepareForCreate). */
export function defaultJob(object: Fields): void {
  const spec = made(object, 'spec');
  if (!spec) return;
  defaultJobSpec(spec);
  selectOwnPods(object, spec);
}

function defaultJobSpec(spec: Fields): void {
  if (spec.completions === undefined && spec.parallelism === undefined) fill(spec, { completions: 1 });
  fill(spec, {
    parallelism: 1,
    backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : 2147483647,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed',
  });
  for (const rule of each(at(spec, 'podFailurePolicy')?.rules)) {
    for (const pattern of each(rule.onPodConditions)) fill(pattern, { status: 'True' });
  }
  defaultPodSpec(at(spec, 'template', 'spec'));
}

function selectOwnPods(object: Fields, spec: Fields): void {
  const uid = at(object, 'metadata')?.uid;
  const name = at(object, 'metadata')?.name ?? '';
  if (typeof uid !== 'string' || spec.manualSelector === true || spec.selector !== undefined) return;
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  const metadata = made(object, 'metadata');
  // A Job without labels has its template's.
  const template = at(spec, 'template');
  const podMetadata = template && made(template, 'metadata');
  if (podMetadata) Object.assign(made(podMetadata, 'labels') ?? {}, labels);
  if (metadata) fill(metadata, { labels: at(podMetadata, 'labels') ?? labels });
}

export function defaultCronJob(object: Fields): void {
  const spec = made(object, 'spec');
  fill(spec, {
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  });
  defaultPodSpec(at(spec, 'jobTemplate', 'spec', 'template', 'spec'));
}

export function defaultPodTemplate(object: Fields): void {
  defaultPodSpec(at(object, 'template', 'spec'));
}
