import type { AnyObject } from '@slipway/api';
import { readSource, readSources } from './source/read-source.ts';
import { sourcesProblems, unsupported } from './source/source-problems.ts';
import type { SourceSpec } from './source/spec.ts';

/** What this engine does of an Application's spec, with Argo CD's defaults filled in. */
export interface ApplicationSpec {
  project: string;
  /** The first of `sources`. */
  source: SourceSpec;
  sources: SourceSpec[];
  destination: { server?: string; name?: string; namespace: string };
  automated?: { prune: boolean; selfHeal: boolean; allowEmpty: boolean };
  syncOptions: SyncOptions;
  retry: { limit: number; backoff: { durationMs: number; factor: number; maxMs: number } };
  ignoreDifferences: IgnoreRule[];
  revisionHistoryLimit: number;
}

export interface SyncOptions {
  createNamespace: boolean;
  applyOutOfSyncOnly: boolean;
  pruneLast: boolean;
  replace: boolean;
  validate: boolean;
  prunePropagation: 'Foreground' | 'Background' | 'Orphan';
}

export interface IgnoreRule {
  group: string;
  kind: string;
  name?: string;
  namespace?: string;
  jsonPointers: string[];
}

export interface ApplicationCondition {
  type: string;
  message: string;
}

/** `status.conditions` types of Argo CD. */
const INVALID = 'InvalidSpecError';

const SPEC_FIELDS = [
  'project',
  'source',
  'sources',
  'destination',
  'syncPolicy',
  'ignoreDifferences',
  'info',
  'revisionHistoryLimit',
];
const POLICY_FIELDS = ['automated', 'syncOptions', 'retry'];
const AUTOMATED_FIELDS = ['prune', 'selfHeal', 'allowEmpty', 'enabled'];
/** Options whose effect this engine has anyway: it always applies on the server. */
const NEUTRAL_OPTIONS = [
  'ServerSideApply=true',
  'ServerSideApply=false',
  'SkipDryRunOnMissingResource=false',
  'RespectIgnoreDifferences=false',
  'FailOnSharedResource=false',
];
const IN_CLUSTER = 'https://kubernetes.default.svc';

/**
 * Reads a spec; what this engine does not do is named by its field, never ignored.
 */
export function readSpec(application: AnyObject): {
  spec?: ApplicationSpec;
  problems: ApplicationCondition[];
} {
  const raw = (application.spec ?? {}) as Record<string, unknown>;
  const policy = (raw.syncPolicy ?? {}) as Record<string, unknown>;
  const options = readOptions((policy.syncOptions ?? []) as string[]);
  const problems = [
    ...unsupported(raw, SPEC_FIELDS, 'spec'),
    ...unsupported(policy, POLICY_FIELDS, 'spec.syncPolicy'),
    ...unsupported(policy.automated ?? {}, AUTOMATED_FIELDS, 'spec.syncPolicy.automated'),
    ...sourcesProblems(raw),
    ...destinationProblems((raw.destination ?? {}) as Record<string, unknown>),
    ...ignoreProblems((raw.ignoreDifferences ?? []) as Record<string, unknown>[]),
    ...options.problems,
  ].map(message => ({ type: INVALID, message }));
  if (problems.length > 0) return { problems };
  const sources = readSources(raw);
  const [source = readSource({})] = sources;
  const automated = policy.automated as Record<string, unknown> | undefined;
  return {
    problems: [],
    spec: {
      project: (raw.project as string) || 'default',
      source,
      sources,
      destination: raw.destination as ApplicationSpec['destination'],
      ...(automated && automated.enabled !== false
        ? {
            automated: {
              prune: automated.prune === true,
              selfHeal: automated.selfHeal === true,
              allowEmpty: automated.allowEmpty === true,
            },
          }
        : {}),
      syncOptions: options.options,
      retry: readRetry(policy.retry as Record<string, unknown> | undefined),
      ignoreDifferences: ((raw.ignoreDifferences ?? []) as Partial<IgnoreRule>[]).map(rule => ({
        group: '',
        kind: '',
        jsonPointers: [],
        ...rule,
      })),
      revisionHistoryLimit: (raw.revisionHistoryLimit as number | undefined) ?? 10,
    },
  };
}

function destinationProblems({ server, name, namespace }: Record<string, unknown>): string[] {
  if (server && name) return ['spec.destination: either server or name is allowed, not both'];
  if (!server && !name) return ['spec.destination: server or name is required'];
  const known = server ? server === IN_CLUSTER : name === 'in-cluster';
  const found = String(server ?? name);
  const unknown = known
    ? []
    : [
        `spec.destination: cluster ${JSON.stringify(found)} is not known; allowed: in-cluster (${IN_CLUSTER})`,
      ];
  return namespace === undefined || typeof namespace === 'string'
    ? unknown
    : [...unknown, 'spec.destination.namespace is not a name'];
}

function ignoreProblems(rules: Record<string, unknown>[]): string[] {
  return rules.flatMap((rule, index) =>
    ['jqPathExpressions', 'managedFieldsManagers']
      .filter(field => ((rule[field] as unknown[] | undefined)?.length ?? 0) > 0)
      .map(
        field =>
          `spec.ignoreDifferences[${index}].${field} is not supported by this engine; allowed: jsonPointers`,
      ),
  );
}

function readOptions(given: string[]): { options: SyncOptions; problems: string[] } {
  const options: SyncOptions = {
    createNamespace: given.includes('CreateNamespace=true'),
    applyOutOfSyncOnly: given.includes('ApplyOutOfSyncOnly=true'),
    pruneLast: given.includes('PruneLast=true'),
    replace: given.includes('Replace=true'),
    validate: !given.includes('Validate=false'),
    prunePropagation: 'Foreground',
  };
  const problems: string[] = [];
  const known = ['CreateNamespace', 'ApplyOutOfSyncOnly', 'PruneLast', 'Replace', 'Validate'];
  for (const option of given) {
    const [key = '', value = ''] = option.split('=');
    if (NEUTRAL_OPTIONS.includes(option) || (known.includes(key) && /^(true|false)$/.test(value))) continue;
    const policy = { foreground: 'Foreground', background: 'Background', orphan: 'Orphan' } as const;
    if (key === 'PrunePropagationPolicy' && value in policy) {
      options.prunePropagation = policy[value as keyof typeof policy];
      continue;
    }
    problems.push(`spec.syncPolicy.syncOptions: ${JSON.stringify(option)} is not supported by this engine`);
  }
  return { options, problems };
}

function readRetry(retry: Record<string, unknown> | undefined): ApplicationSpec['retry'] {
  const backoff = (retry?.backoff ?? {}) as { duration?: string; factor?: number; maxDuration?: string };
  return {
    limit: (retry?.limit as number | undefined) ?? 5,
    backoff: {
      durationMs: durationMs(backoff.duration ?? '5s'),
      factor: backoff.factor ?? 2,
      maxMs: durationMs(backoff.maxDuration ?? '3m'),
    },
  };
}

/** Go's duration text (`1h30m`, `5s`); a bare number is seconds, as Argo CD reads it. */
export function durationMs(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, value, unit]) => sum + Number(value) * (units[unit ?? 's'] ?? 0), 0);
}
