/** Keys of `argocd-cm` that this engine reads; a `*` at the end stands for any. */
const CONFIG = [
  'application.instanceLabelKey',
  'application.resourceTrackingMethod',
  'application.sync.impersonation.enabled',
  'cluster.inClusterEnabled',
  'globalProjects',
  'helm.enable',
  'helm.valuesFileSchemes',
  'installationID',
  'jsonnet.enable',
  'kustomize.buildOptions',
  'kustomize.enable',
  'resource.compareoptions',
  'resource.customizations',
  'resource.customizations.*',
  'resource.exclusions',
  'resource.ignoreResourceUpdatesEnabled',
  'resource.inclusions',
  'resource.sensitive.mask.annotations',
  'timeout.hard.reconciliation',
  'timeout.reconciliation',
  'timeout.reconciliation.jitter',
];

/** Keys of `argocd-cmd-params-cm` that this engine reads. */
const PARAMS = [
  'application.namespaces',
  'applicationsetcontroller.enable.new.git.file.globbing',
  'applicationsetcontroller.enable.policy.override',
  'applicationsetcontroller.enable.progressive.syncs',
  'applicationsetcontroller.global.preserved.annotations',
  'applicationsetcontroller.global.preserved.labels',
  'applicationsetcontroller.namespaces',
  'applicationsetcontroller.policy',
  'applicationsetcontroller.requeue.after',
  'applicationsetcontroller.status.max.resources.count',
  'controller.diff.server.side',
  'controller.self.heal.backoff.cap.seconds',
  'controller.self.heal.backoff.cooldown.seconds',
  'controller.self.heal.backoff.factor',
  'controller.self.heal.backoff.timeout.seconds',
  'controller.self.heal.timeout.seconds',
  'controller.sync.timeout.seconds',
];

const READ: Record<string, string[]> = { 'argocd-cm': CONFIG, 'argocd-cmd-params-cm': PARAMS };

type Data = Record<string, string>;

/** Values that would have to keep something from happening: with them nothing is applied rather than too much. */
const HEEDED: Record<string, { value: string; instead: string }> = {
  'application.sync.impersonation.enforced': {
    value: 'true',
    instead: 'set application.sync.impersonation.enabled',
  },
  'application.sync.requireOverridePrivilegeForRevisionSync': {
    value: 'true',
    instead: 'grant `update` on Applications only to those who may sync another revision',
  },
  'applicationsetcontroller.dryrun': {
    value: 'true',
    instead: 'look at what a set would make with `argocd appset generate` or its policy create-only',
  },
  'applicationsetcontroller.enable.git.submodule': {
    value: 'false',
    instead: 'take the submodules out of the repository',
  },
  'reposerver.enable.git.submodule': { value: 'false', instead: 'take the submodules out of the repository' },
};

/** Keys of one of Argo CD's ConfigMaps that nobody reads here, in order. */
export function unreadSettings(name: string, data: Data): string[] {
  const read = READ[name];
  if (!read) return [];
  return Object.keys(data)
    .filter(
      key => !read.some(each => (each.endsWith('*') ? key.startsWith(each.slice(0, -1)) : key === each)),
    )
    .sort();
}

/** What is asked for that cannot be ignored without harm. */
export function unheededSettings(config: Data, params: Data): string[] {
  return Object.entries(HEEDED).flatMap(([key, { value, instead }]) => {
    const given = config[key] ?? params[key];
    return given === value ? [`${key}: ${given} is not supported by this engine; ${instead}`] : [];
  });
}
