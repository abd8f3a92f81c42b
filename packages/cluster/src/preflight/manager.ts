import type { ObjectMeta } from '@slipway/api';

/** Field managers that every object has, or that say nothing of who wants it. */
const NOBODY = new Set([
  'kube-controller-manager',
  'kube-apiserver',
  'kubelet',
  'kube-scheduler',
  'before-first-apply',
]);

/** Who keeps an object as it is, in words that people know; from what the tools write on what they manage. */
export function managerOf({
  labels = {},
  annotations = {},
  ownerReferences,
  managedFields,
}: ObjectMeta): string {
  const release = annotations['meta.helm.sh/release-name'];
  if (release)
    return `Helm release ${release} in ${annotations['meta.helm.sh/release-namespace'] ?? 'default'}`;
  const tracked =
    annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance'];
  if (tracked) return `Argo CD application ${tracked}`;
  const fluxRelease = labels['helm.toolkit.fluxcd.io/name'];
  if (fluxRelease)
    return `Flux HelmRelease ${labels['helm.toolkit.fluxcd.io/namespace'] ?? ''}/${fluxRelease}`;
  const flux = labels['kustomize.toolkit.fluxcd.io/name'];
  if (flux) return `Flux Kustomization ${labels['kustomize.toolkit.fluxcd.io/namespace'] ?? ''}/${flux}`;
  const subscription = labels['olm.owner'];
  if (subscription) return `Operator Lifecycle Manager (${subscription})`;
  const controller = ownerReferences?.find(each => each.controller) ?? ownerReferences?.[0];
  if (controller) return `${controller.kind} ${controller.name}`;
  const by = labels['app.kubernetes.io/managed-by'];
  if (by) return by;
  const managers = (managedFields ?? [])
    .filter(({ subresource }) => !subresource)
    .map(({ manager = '' }) => manager)
    .filter(manager => manager !== '' && !NOBODY.has(manager));
  return managers.length > 0 ? [...new Set(managers)].sort().join(' and ') : 'nobody that says so';
}
