import { type LabelSelector, messageOf } from '@slipway/api';
import { goDurationMs } from './go-duration.ts';
import { type FilteredResource, readFiltered } from './resource-filter.ts';
import { type ResourceOverride, readOverrides, yamlOf } from './resource-override.ts';
import { unheededSettings } from './unread-settings.ts';

export type TrackingMethod = 'annotation' | 'annotation+label' | 'label';

/** What `argocd-cm` and `argocd-cmd-params-cm` say, with Argo CD's defaults; times in milliseconds. */
export interface ArgoCdConfig {
  /** What could not be read: each stops what depends on it, with these words. */
  problems: string[];
  trackingMethod: TrackingMethod;
  instanceLabelKey: string;
  installationId: string;
  resourceOverrides: Record<string, ResourceOverride>;
  compare: {
    ignoreAggregatedRoles: boolean;
    ignoreResourceStatusField: 'all' | 'crd' | 'none';
    ignoreDifferencesOnResourceUpdates: boolean;
  };
  filter: { exclusions: FilteredResource[]; inclusions: FilteredResource[] };
  /** `resource.customizations.ignoreResourceUpdates.*` counts. */
  ignoresUpdates: boolean;
  /** Annotations of Secrets that nobody is shown. */
  maskedAnnotations: string[];
  globalProjects: { projectName: string; labelSelector: LabelSelector }[];
  inClusterEnabled: boolean;
  impersonationEnabled: boolean;
  kustomizeBuildOptions: string;
  helmValuesFileSchemes: string[];
  /** Kinds of source that are switched off (`kustomize.enable: "false"`). */
  disabledSources: ('Kustomize' | 'Helm' | 'Directory')[];
  /** How often a source is asked again; 0: never. */
  reconciliationMs: number;
  reconciliationJitterMs: number;
  hardReconciliationMs: number;
  syncTimeoutMs: number;
  selfHeal: { timeoutMs: number; backoffMs: number; factor: number; capMs: number; cooldownMs: number };
  serverSideDiff: boolean;
  /** Namespaces of Applications besides the engine's own; undefined: nobody says, projects decide. */
  applicationNamespaces: string[] | undefined;
  applicationSet: {
    progressiveSyncs: boolean;
    policy: string;
    policyOverride: boolean;
    namespaces: string[] | undefined;
    preservedAnnotations: string[];
    preservedLabels: string[];
    newGitFileGlobbing: boolean;
    requeueMs: number;
    maxResources: number;
  };
}

type Data = Record<string, string>;

/** Reads both ConfigMaps; what is wrong in one key leaves the others as they are. */
export function readConfig(config: Data, params: Data): ArgoCdConfig {
  const problems = unheededSettings(config, params);
  const attempt = <T>(key: string, fallback: T, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      problems.push(`argocd-cm: ${key}: ${messageOf(error)}`);
      return fallback;
    }
  };
  const duration = (from: Data, key: string, fallbackMs: number) =>
    attempt(key, fallbackMs, () => (from[key] ? goDurationMs(from[key]) : fallbackMs));
  const seconds = (key: string, fallback: number) =>
    attempt(key, fallback * 1_000, () => numberOf(params[key], fallback) * 1_000);
  const truth = (from: Data, key: string, fallback: boolean) =>
    attempt(key, fallback, () => truthOf(from[key], fallback));
  return {
    problems,
    trackingMethod: attempt<TrackingMethod>('application.resourceTrackingMethod', 'annotation', () =>
      trackingOf(config['application.resourceTrackingMethod']),
    ),
    instanceLabelKey: config['application.instanceLabelKey'] || 'app.kubernetes.io/instance',
    installationId: config.installationID ?? '',
    resourceOverrides: attempt('resource.customizations', {}, () => readOverrides(config)),
    compare: attempt('resource.compareoptions', compareOf(undefined), () =>
      compareOf(yamlOf(config['resource.compareoptions'], 'resource.compareoptions')),
    ),
    filter: {
      exclusions: attempt('resource.exclusions', [], () => filterOf(config, 'resource.exclusions')),
      inclusions: attempt('resource.inclusions', [], () => filterOf(config, 'resource.inclusions')),
    },
    ignoresUpdates: truth(config, 'resource.ignoreResourceUpdatesEnabled', true),
    maskedAnnotations: listOf(config['resource.sensitive.mask.annotations']) ?? [],
    globalProjects: attempt('globalProjects', [], () => globalsOf(config.globalProjects)),
    inClusterEnabled: truth(config, 'cluster.inClusterEnabled', true),
    impersonationEnabled: truth(config, 'application.sync.impersonation.enabled', false),
    kustomizeBuildOptions: config['kustomize.buildOptions'] ?? '',
    helmValuesFileSchemes: listOf(config['helm.valuesFileSchemes']) ?? ['https', 'http'],
    disabledSources: disabledOf(config),
    reconciliationMs: duration(config, 'timeout.reconciliation', 120_000),
    reconciliationJitterMs: duration(config, 'timeout.reconciliation.jitter', 60_000),
    hardReconciliationMs: duration(config, 'timeout.hard.reconciliation', 0),
    syncTimeoutMs: seconds('controller.sync.timeout.seconds', 0),
    selfHeal: {
      timeoutMs: seconds('controller.self.heal.timeout.seconds', 0),
      backoffMs: seconds('controller.self.heal.backoff.timeout.seconds', 2),
      factor: seconds('controller.self.heal.backoff.factor', 3) / 1_000,
      capMs: seconds('controller.self.heal.backoff.cap.seconds', 300),
      cooldownMs: seconds('controller.self.heal.backoff.cooldown.seconds', 330),
    },
    serverSideDiff: truth(params, 'controller.diff.server.side', false),
    applicationNamespaces: listOf(params['application.namespaces']),
    applicationSet: applicationSetOf(params, { attempt, duration, truth }),
  };
}

interface Reading {
  attempt<T>(key: string, fallback: T, read: () => T): T;
  duration(from: Data, key: string, fallbackMs: number): number;
  truth(from: Data, key: string, fallback: boolean): boolean;
}

function applicationSetOf(
  params: Data,
  { attempt, duration, truth }: Reading,
): ArgoCdConfig['applicationSet'] {
  return {
    // Upstream’s default is false, and then `strategy` is read and nothing is done: who writes it means it.
    progressiveSyncs: truth(params, 'applicationsetcontroller.enable.progressive.syncs', true),
    policy: params['applicationsetcontroller.policy'] ?? '',
    policyOverride: truth(
      params,
      'applicationsetcontroller.enable.policy.override',
      !params['applicationsetcontroller.policy'],
    ),
    namespaces: listOf(params['applicationsetcontroller.namespaces']),
    preservedAnnotations: listOf(params['applicationsetcontroller.global.preserved.annotations']) ?? [],
    preservedLabels: listOf(params['applicationsetcontroller.global.preserved.labels']) ?? [],
    newGitFileGlobbing: truth(params, 'applicationsetcontroller.enable.new.git.file.globbing', false),
    requeueMs: duration(params, 'applicationsetcontroller.requeue.after', 180_000),
    maxResources: attempt('applicationsetcontroller.status.max.resources.count', 5_000, () =>
      numberOf(params['applicationsetcontroller.status.max.resources.count'], 5_000),
    ),
  };
}

function listOf(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  return text
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '');
}

function numberOf(text: string | undefined, fallback: number): number {
  if (!text) return fallback;
  if (!/^\d+$/.test(text)) throw new Error(`${JSON.stringify(text)} is not a number`);
  return Number(text);
}

function truthOf(text: string | undefined, fallback: boolean): boolean {
  if (!text) return fallback;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new Error(`${JSON.stringify(text)} is neither true nor false`);
}

function trackingOf(text: string | undefined): TrackingMethod {
  if (!text) return 'annotation';
  if (text === 'annotation' || text === 'annotation+label' || text === 'label') return text;
  throw new Error(`${JSON.stringify(text)} is not known; allowed: annotation, annotation+label, label`);
}

function compareOf(value: unknown): ArgoCdConfig['compare'] {
  const given = (value ?? {}) as Record<string, unknown>;
  const field = String(given.ignoreResourceStatusField ?? 'all');
  const status = ['none', 'off', 'false'].includes(field) ? 'none' : field === 'crd' ? 'crd' : 'all';
  return {
    ignoreAggregatedRoles: given.ignoreAggregatedRoles === true,
    ignoreResourceStatusField: status,
    ignoreDifferencesOnResourceUpdates: given.ignoreDifferencesOnResourceUpdates !== false,
  };
}

function filterOf(config: Data, key: string): FilteredResource[] {
  return readFiltered(yamlOf(config[key], key));
}

function globalsOf(text: string | undefined): ArgoCdConfig['globalProjects'] {
  const value = yamlOf(text, 'globalProjects') ?? [];
  if (!Array.isArray(value)) throw new Error('a list of projectName and labelSelector is expected');
  return value.map(each => ({
    projectName: String(each?.projectName ?? ''),
    labelSelector: (each?.labelSelector ?? {}) as LabelSelector,
  }));
}

function disabledOf(config: Data): ArgoCdConfig['disabledSources'] {
  const switches = [
    ['kustomize.enable', 'Kustomize'],
    ['helm.enable', 'Helm'],
    ['jsonnet.enable', 'Directory'],
  ] as const;
  return switches.flatMap(([key, type]) => (config[key] && config[key] !== 'true' ? [type] : []));
}
