import type { AnyObject } from '@slipway/api';
import { type IgnoreRule, ignoreRule } from './diff/ignore-differences.ts';
import type { RetryStrategy } from './operation.ts';
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
  syncOptions: string[];
  retry?: RetryStrategy;
  managedNamespaceMetadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  ignoreDifferences: IgnoreRule[];
  revisionHistoryLimit: number;
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
const POLICY_FIELDS = ['automated', 'syncOptions', 'retry', 'managedNamespaceMetadata'];
const AUTOMATED_FIELDS = ['prune', 'selfHeal', 'allowEmpty', 'enabled'];

/**
 * Reads a spec; what this engine does not do is named by its field, never ignored.
 */
export function readSpec(application: AnyObject): {
  spec?: ApplicationSpec;
  problems: ApplicationCondition[];
} {
  const raw = (application.spec ?? {}) as Record<string, unknown>;
  const policy = (raw.syncPolicy ?? {}) as Record<string, unknown>;
  const problems = [
    ...unsupported(raw, SPEC_FIELDS, 'spec'),
    ...unsupported(policy, POLICY_FIELDS, 'spec.syncPolicy'),
    ...unsupported(policy.automated ?? {}, AUTOMATED_FIELDS, 'spec.syncPolicy.automated'),
    ...sourcesProblems(raw),
  ].map(message => ({ type: INVALID, message }));
  if (problems.length > 0) return { problems };
  return { problems: [], spec: read(raw, policy) };
}

function read(raw: Record<string, unknown>, policy: Record<string, unknown>): ApplicationSpec {
  const sources = readSources(raw);
  const [source = readSource({})] = sources;
  const automated = policy.automated as Record<string, unknown> | undefined;
  const isAutomated = automated && automated.enabled !== false;
  const managed = policy.managedNamespaceMetadata as ApplicationSpec['managedNamespaceMetadata'];
  const destination = (raw.destination ?? {}) as ApplicationSpec['destination'];
  return {
    project: (raw.project as string) || 'default',
    source,
    sources,
    destination: { ...destination, namespace: destination.namespace ?? '' },
    ...(isAutomated
      ? {
          automated: {
            prune: automated.prune === true,
            selfHeal: automated.selfHeal === true,
            allowEmpty: automated.allowEmpty === true,
          },
        }
      : {}),
    syncOptions: (policy.syncOptions ?? []) as string[],
    ...(policy.retry ? { retry: policy.retry as RetryStrategy } : {}),
    ...(managed ? { managedNamespaceMetadata: managed } : {}),
    ignoreDifferences: ((raw.ignoreDifferences ?? []) as Partial<IgnoreRule>[]).map(ignoreRule),
    revisionHistoryLimit: (raw.revisionHistoryLimit as number | undefined) ?? 10,
  };
}
