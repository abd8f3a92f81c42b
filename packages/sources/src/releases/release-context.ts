import { type Clock, hasReason, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import type {
  ChartFile,
  LookupKey,
  RenderTaskInput,
  RenderTaskResult,
  ValueMap,
  ValueSources,
} from '@slipway/render';
import { isReleaseName, type Release } from './release.ts';
import { type ReleaseStore, releaseStore } from './release-store.ts';
import type { WaitOptions } from './wait.ts';

/** Renders a chart, in this thread or another; what templates look up is asked of `lookup`. */
export type RenderRelease = (
  input: Omit<RenderTaskInput, 'lookups'> & { lookup?: (key: LookupKey) => Promise<ValueMap> },
) => Promise<RenderTaskResult>;

/** What every operation on releases of a namespace needs. */
export interface ReleaseContext {
  client: Client;
  namespace: string;
  clock: Clock;
  render: RenderRelease;
  /** Told what goes on, a line at a time. */
  say?: (line: string) => void;
  signal?: AbortSignal;
}

/** Options that installing, upgrading and rolling back have in common. */
export interface ChangeOptions {
  /** For each thing that is waited for; default 300,000. */
  timeoutMs?: number;
  /** Until everything is as it should be, not only hooks. */
  wait?: boolean;
  /** Jobs of the chart have to complete, too. */
  waitForJobs?: boolean;
  noHooks?: boolean;
  /** Fields that others manage are taken. */
  forceConflicts?: boolean;
  description?: string;
  /** Revisions that are kept; 0: all. Default 10. */
  historyMax?: number;
}

export interface ChartInput {
  /** Files as `readChartFiles` or `archiveFiles` gives them. */
  chart: ChartFile[];
  values: ValueSources;
  skipSchemaValidation?: boolean;
  subNotes?: boolean;
}

const TIMEOUT_MS = 300_000;

export function storeOf({ client, namespace, clock }: ReleaseContext): ReleaseStore {
  return releaseStore(client, namespace, clock);
}

export function waitOptions(
  { client, clock, signal }: ReleaseContext,
  { timeoutMs = TIMEOUT_MS }: Pick<ChangeOptions, 'timeoutMs'>,
): WaitOptions {
  return { client, clock, timeoutMs, ...(signal ? { signal } : {}) };
}

export function nowText({ clock }: ReleaseContext): string {
  return new Date(clock.now()).toISOString();
}

/** @throws SlipwayError ReleaseNameInvalid */
export function checkName(name: string): void {
  if (isReleaseName(name)) return;
  throw new SlipwayError(
    'ReleaseNameInvalid',
    `release name ${JSON.stringify(name)}: invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53`,
  );
}

/** The newest revision. @throws SlipwayError ReleaseUnknown */
export function newestOf(history: Release[], name: string): Release {
  const last = history.at(-1);
  if (last) return last;
  throw new SlipwayError(
    'ReleaseUnknown',
    `release: not found: no release ${JSON.stringify(name)} in this namespace; slipway release list shows those there are`,
  );
}

/** Renders for the cluster as it is now. */
export async function renderFor(
  context: ReleaseContext,
  input: ChartInput,
  release: { name: string; revision: number; isUpgrade: boolean; baseValues?: ValueMap },
): Promise<RenderTaskResult> {
  const { client, namespace } = context;
  const [version, apiVersions] = await Promise.all([client.read('/version'), client.apiVersions()]);
  const { baseValues, ...rest } = release;
  return context.render({
    ...input,
    ...(baseValues ? { baseValues } : {}),
    release: { ...rest, namespace },
    capabilities: {
      kubeVersion: String((version as { gitVersion?: string }).gitVersion ?? ''),
      apiVersions,
      onlyApiVersions: true,
    },
    wantsChart: true,
    lookup: key => lookUp(client, key),
  });
}

/** `lookup` of templates: an object or a list, nothing when it is not there. */
async function lookUp(
  client: Client,
  { apiVersion, kind: name, namespace, name: object }: LookupKey,
): Promise<ValueMap> {
  const kind = await client.discover(apiVersion, name);
  if (!kind) return {};
  const place = kind.namespaced && namespace ? { namespace } : {};
  try {
    const found = object
      ? await client.get(kind, { ...place, name: object })
      : await client.list(kind, place);
    return found as unknown as ValueMap;
  } catch (error) {
    if (hasReason(error, 'NotFound')) return {};
    throw error;
  }
}
