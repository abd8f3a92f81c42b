import { isDeepStrictEqual } from 'node:util';
import { forbidden, invalid, type Problem } from '../problem.ts';
import type { ResourceInfo } from '../resource-info.ts';
import { isSet, items, text, type Values, values } from '../value.ts';

type Check = (old: Values, updated: Values) => Problem[];

/** What a built-in kind does not let change. */
export function checkSpecUpdate(old: Values, updated: Values, info: ResourceInfo): Problem[] {
  return CHECKS[`${info.kind.group}/${info.kind.plural}`]?.(old, updated) ?? [];
}

/** Paths like `spec.selector` whose values stay as they were made. */
function fixed(...paths: string[]): Check {
  return (old, updated) =>
    paths.flatMap(path => {
      const [before, after] = [at(old, path), at(updated, path)];
      return isDeepStrictEqual(before, after) ? [] : [invalid(path, after ?? null, 'field is immutable')];
    });
}

function at(object: Values, path: string): unknown {
  const names = path.split('.');
  return values(object, ...names.slice(0, -1))[names.at(-1) ?? ''];
}

const POD =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function checkPod(old: Values, updated: Values): Problem[] {
  const [before, after] = [fixedPart(old), fixedPart(updated)];
  return isDeepStrictEqual(before, after) ? [] : [forbidden('spec', POD)];
}

/** A pod's spec without what may change: images, deadline, tolerations, gates. A node comes by `pods/binding`. */
function fixedPart(pod: Values): Values {
  const {
    activeDeadlineSeconds: _deadline,
    tolerations: _tolerations,
    schedulingGates: _gates,
    ephemeralContainers: _ephemeral,
    ...rest
  } = values(pod, 'spec');
  const without = (list: unknown): Values[] =>
    items(list).map(({ image: _image, resources: _resources, ...container }) => container);
  return { ...rest, containers: without(rest.containers), initContainers: without(rest.initContainers) };
}

const STATEFUL_SET =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

function checkStatefulSet(old: Values, updated: Values): Problem[] {
  const fixedOf = (object: Values): Values => {
    const {
      replicas: _replicas,
      ordinals: _ordinals,
      template: _template,
      updateStrategy: _strategy,
      revisionHistoryLimit: _limit,
      persistentVolumeClaimRetentionPolicy: _policy,
      minReadySeconds: _ready,
      ...rest
    } = values(object, 'spec');
    return { ...rest, volumeClaimTemplates: items(rest.volumeClaimTemplates).map(claim => claim.spec) };
  };
  return isDeepStrictEqual(fixedOf(old), fixedOf(updated)) ? [] : [forbidden('spec', STATEFUL_SET)];
}

/** A Job's pods stay as they are; only while it is suspended may scheduling hints change. */
function checkJob(old: Values, updated: Values): Problem[] {
  const spec = values(updated, 'spec');
  const indexed = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  const paths = ['spec.selector', 'spec.completionMode', 'spec.podFailurePolicy'];
  const suspended = values(old, 'spec').suspend === true;
  return fixed(
    ...(indexed ? [] : ['spec.completions']),
    ...paths,
    ...(suspended ? [] : ['spec.template']),
  )(old, updated);
}

function checkService(old: Values, updated: Values): Problem[] {
  const [before, after] = [values(old, 'spec'), values(updated, 'spec')];
  const was = text(before.clusterIP);
  const is = text(after.clusterIP);
  const external = before.type === 'ExternalName' || after.type === 'ExternalName';
  if (external || was === '' || was === is) return [];
  return [invalid('spec.clusterIPs[0]', after.clusterIPs ?? [is], 'may not change once set')];
}

function checkImmutableData(old: Values, updated: Values): Problem[] {
  if (old.immutable !== true) return [];
  const detail = 'field is immutable when `immutable` is set';
  const names = ['immutable', 'data', 'binaryData'];
  return names
    .filter(name => !isDeepStrictEqual(old[name], updated[name]))
    .map(name => forbidden(name, detail));
}

function checkSecret(old: Values, updated: Values): Problem[] {
  return [...fixed('type')(old, updated), ...checkImmutableData(old, updated)];
}

function checkBinding(old: Values, updated: Values): Problem[] {
  const { apiGroup, kind, name } = values(updated, 'roleRef');
  if (isDeepStrictEqual(old.roleRef, updated.roleRef)) return [];
  return [invalid('roleRef', { APIGroup: apiGroup, Kind: kind, Name: name }, 'cannot change roleRef')];
}

const CLAIM =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

function checkClaim(old: Values, updated: Values): Problem[] {
  const fixedOf = (object: Values): Values => {
    const {
      resources: _resources,
      volumeAttributesClassName: _class,
      volumeName,
      ...rest
    } = values(object, 'spec');
    return isSet(values(old, 'spec').volumeName) ? { ...rest, volumeName } : rest;
  };
  return isDeepStrictEqual(fixedOf(old), fixedOf(updated)) ? [] : [forbidden('spec', CLAIM)];
}

function checkPriorityClass(old: Values, updated: Values): Problem[] {
  return old.value === updated.value ? [] : [forbidden('value', 'may not be changed in an update.')];
}

const CHECKS: Record<string, Check> = {
  '/configmaps': checkImmutableData,
  '/persistentvolumeclaims': checkClaim,
  '/pods': checkPod,
  '/secrets': checkSecret,
  '/services': checkService,
  'apps/daemonsets': fixed('spec.selector'),
  'apps/deployments': fixed('spec.selector'),
  'apps/replicasets': fixed('spec.selector'),
  'apps/statefulsets': checkStatefulSet,
  'batch/jobs': checkJob,
  'networking.k8s.io/ingressclasses': fixed('spec.controller'),
  'rbac.authorization.k8s.io/clusterrolebindings': checkBinding,
  'rbac.authorization.k8s.io/rolebindings': checkBinding,
  'scheduling.k8s.io/priorityclasses': checkPriorityClass,
  'storage.k8s.io/storageclasses': fixed('provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'),
};
