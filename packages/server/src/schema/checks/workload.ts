import { matchesLabels, requirementsOf } from '@slipway/api';
import { forbidden, invalid, type Problem, required, unsupported } from '../problem.ts';
import { isSet, items, text, type Values, values } from '../value.ts';
import { checkSelector } from './metadata.ts';
import { notNegative, numberOrPercent } from './number.ts';
import { checkTemplate } from './pod.ts';

/** Selector and template must agree, or the workload would never find its pods. */
function checkSelected(spec: Values, kind: string): Problem[] {
  const labels = values(spec, 'template', 'metadata').labels;
  const mismatch = invalid(
    'spec.template.metadata.labels',
    labels ?? null,
    '`selector` does not match template `labels`',
  );
  if (!isSet(spec.selector)) return [required('spec.selector'), mismatch];
  const selector = values(spec, 'selector');
  const problems = checkSelector(selector, 'spec.selector');
  if (problems.length > 0) return [...problems, invalid('spec.selector', selector, 'invalid label selector')];
  const empty =
    Object.keys(values(selector, 'matchLabels')).length + items(selector.matchExpressions).length === 0;
  if (empty) return [invalid('spec.selector', selector, `empty selector is invalid for ${kind}`)];
  const matches = matchesLabels(requirementsOf(selector), (labels ?? {}) as Record<string, string>);
  return matches ? [] : [mismatch];
}

function checkAlways(spec: Values): Problem[] {
  const policy = values(spec, 'template', 'spec').restartPolicy;
  if (policy === undefined || policy === 'Always') return [];
  return [unsupported('spec.template.spec.restartPolicy', policy, ['Always'])];
}

function checkReplicated(spec: Values, kind: string): Problem[] {
  return [
    ...notNegative(spec.replicas, 'spec.replicas'),
    ...notNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...checkSelected(spec, kind),
    ...checkTemplate(values(spec, 'template'), 'spec.template'),
    ...checkAlways(spec),
  ];
}

export function checkDeployment(object: Values): Problem[] {
  const spec = values(object, 'spec');
  return [
    ...checkReplicated(spec, 'deployment'),
    ...checkStrategy(values(spec, 'strategy')),
    ...notNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ...checkProgress(spec),
  ];
}

function checkStrategy(strategy: Values): Problem[] {
  const type = text(strategy.type);
  const field = 'spec.strategy.rollingUpdate';
  if (type === 'Recreate' && isSet(strategy.rollingUpdate)) {
    return [forbidden(field, "may not be specified when strategy `type` is 'Recreate'")];
  }
  if (type !== 'RollingUpdate' && type !== 'Recreate') {
    const shown = { Type: type, RollingUpdate: strategy.rollingUpdate ?? null };
    return [unsupported('spec.strategy', shown, ['Recreate', 'RollingUpdate'])];
  }
  const { maxUnavailable, maxSurge } = values(strategy, 'rollingUpdate');
  const problems = [
    ...numberOrPercent(maxUnavailable, `${field}.maxUnavailable`),
    ...numberOrPercent(maxSurge, `${field}.maxSurge`),
  ];
  if (problems.length > 0 || !isZero(maxUnavailable) || !isZero(maxSurge)) return problems;
  return [invalid(`${field}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')];
}

function isZero(value: unknown): boolean {
  return value === 0 || value === '0%';
}

function checkProgress({ progressDeadlineSeconds, minReadySeconds }: Values): Problem[] {
  const least = typeof minReadySeconds === 'number' ? minReadySeconds : 0;
  if (typeof progressDeadlineSeconds !== 'number' || progressDeadlineSeconds > least) return [];
  return [
    invalid('spec.progressDeadlineSeconds', progressDeadlineSeconds, 'must be greater than minReadySeconds'),
  ];
}

export function checkReplicaSet(object: Values): Problem[] {
  return checkReplicated(values(object, 'spec'), 'replicaset');
}

export function checkDaemonSet(object: Values): Problem[] {
  const spec = values(object, 'spec');
  return [
    ...checkSelected(spec, 'daemonset'),
    ...checkTemplate(values(spec, 'template'), 'spec.template'),
    ...checkAlways(spec),
  ];
}

export function checkStatefulSet(object: Values): Problem[] {
  const spec = values(object, 'spec');
  const policy = spec.podManagementPolicy;
  const strategy = values(spec, 'updateStrategy');
  const shown = { Type: strategy.type ?? '', RollingUpdate: strategy.rollingUpdate ?? null };
  return [
    ...(policy === 'OrderedReady' || policy === 'Parallel'
      ? []
      : [invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'")]),
    ...(strategy.type === 'RollingUpdate' || strategy.type === 'OnDelete'
      ? []
      : [invalid('spec.updateStrategy', shown, "must be 'RollingUpdate' or 'OnDelete'")]),
    ...checkReplicated(withClaims(spec), 'statefulset'),
  ];
}

/** A claim of a StatefulSet is a volume of each of its pods, in place of one of that name. */
function withClaims(spec: Values): Values {
  const template = values(spec, 'template');
  const pod = values(template, 'spec');
  const volumes = items(pod.volumes);
  const claimed = items(spec.volumeClaimTemplates).flatMap(claim => {
    const { name } = values(claim, 'metadata');
    if (volumes.some(volume => volume.name === name)) return [];
    return [{ name, persistentVolumeClaim: { claimName: name } }];
  });
  if (claimed.length === 0) return spec;
  return { ...spec, template: { ...template, spec: { ...pod, volumes: [...volumes, ...claimed] } } };
}

export function checkReplicationController(object: Values): Problem[] {
  const spec = values(object, 'spec');
  const empty = Object.keys(values(spec, 'selector')).length === 0;
  return [
    ...(empty ? [required('spec.selector')] : []),
    ...notNegative(spec.replicas, 'spec.replicas'),
    ...checkTemplate(values(spec, 'template'), 'spec.template'),
    ...checkAlways(spec),
  ];
}
