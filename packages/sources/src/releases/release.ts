import type { Chart, Hook as RenderedHook, ValueMap } from '@slipway/render';

export type ReleaseStatus =
  | 'unknown'
  | 'deployed'
  | 'uninstalled'
  | 'superseded'
  | 'failed'
  | 'uninstalling'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback';

/** How a hook ran last. Times are RFC 3339. */
export interface HookRun {
  started_at?: string;
  completed_at?: string;
  /** '' when it never ran. */
  phase: '' | 'Unknown' | 'Running' | 'Succeeded' | 'Failed';
}

/** A hook as a release keeps it. */
export interface Hook {
  name: string;
  kind: string;
  /** The template it comes from. */
  path: string;
  manifest: string;
  events: string[];
  last_run: HookRun;
  weight?: number;
  delete_policies?: string[];
  output_log_policies?: string[];
}

export interface ReleaseInfo {
  first_deployed?: string;
  last_deployed?: string;
  deleted?: string;
  description?: string;
  status: ReleaseStatus;
  notes?: string;
}

/** A chart as Helm's storage holds it; files are base64. */
export interface StoredChart {
  metadata: { name?: string; version?: string; appVersion?: string; [field: string]: unknown } | null;
  lock: unknown;
  templates: StoredFile[] | null;
  values: ValueMap | null;
  schema: string | null;
  files: StoredFile[] | null;
  [field: string]: unknown;
}

export interface StoredFile {
  name: string;
  data: string | null;
  modtime?: string;
}

/** One revision of a release, field by field as Helm writes it (pkg/release/v1). */
export interface Release {
  name: string;
  info: ReleaseInfo;
  chart: StoredChart;
  config?: ValueMap;
  manifest: string;
  hooks?: Hook[];
  /** Its revision, from 1. */
  version: number;
  namespace: string;
  apply_method?: 'ssa' | 'csa';
  /** Not a part of the record: labels of its Secret beside Helm's own. */
  labels?: Record<string, string>;
}

const NEVER = '0001-01-01T00:00:00Z';

/** A rendered chart as a release keeps it. Subcharts are not kept, as in Helm: the manifest has what they gave. */
export function storedChart({ metadata, lock, templates, values, schema, files }: Chart): StoredChart {
  const stored = ({ name, data }: { name: string; data: Uint8Array }): StoredFile => ({
    name,
    data: Buffer.from(data).toString('base64'),
  });
  return {
    metadata: withoutEmpty(metadata as unknown as Record<string, unknown>),
    lock: lock ? { ...lock, dependencies: lock.dependencies.map(namedFields) } : null,
    templates: templates.map(stored),
    values: values ?? null,
    schema: schema ? Buffer.from(schema).toString('base64') : null,
    schemamodtime: NEVER,
    files: files.map(stored),
  };
}

/** Go leaves out what is empty. */
function withoutEmpty(fields: Record<string, unknown>): Record<string, unknown> {
  const isEmpty = (value: unknown) =>
    value === undefined ||
    value === '' ||
    value === false ||
    value === null ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  const kept = Object.entries(fields).filter(([, value]) => !isEmpty(value));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, Array.isArray(value) ? value.map(each => namedFields(each)) : value]),
  );
}

/** `importValues` is `import-values` in a record. */
function namedFields(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { importValues, repository, name, ...rest } = value as Record<string, unknown>;
  if (importValues === undefined) return withoutEmpty(value as Record<string, unknown>);
  return { name, repository, ...withoutEmpty({ ...rest, 'import-values': importValues }) };
}

export function storedHook({ name, kind, source, content, ...hook }: RenderedHook): Hook {
  return {
    name,
    kind,
    path: source,
    manifest: content,
    events: hook.events,
    last_run: { phase: '' },
    ...(hook.weight === 0 ? {} : { weight: hook.weight }),
    ...(hook.deletePolicies.length === 0 ? {} : { delete_policies: hook.deletePolicies }),
    ...(hook.outputLogPolicies.length === 0 ? {} : { output_log_policies: hook.outputLogPolicies }),
  };
}

export function isPending({ info }: Release): boolean {
  return info.status.startsWith('pending-');
}

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** True for a name that Helm takes: a DNS name of at most 53 characters. */
export function isReleaseName(name: string): boolean {
  return name.length <= 53 && NAME.test(name);
}
