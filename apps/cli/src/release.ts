import { systemClock } from '@slipway/api';
import { renderChartInPool } from '@slipway/render';
import { type Release, type ReleaseContext, type ReleaseStore, releaseStore } from '@slipway/sources';
import { actAs } from './actor.ts';
import { connect } from './connection.ts';
import type { GlobalOptions } from './global-options.ts';
import { CommandError, columns, say } from './output.ts';

export interface ReleaseOptions extends GlobalOptions {
  namespace: string;
  tokenFile?: string;
}

/** Longest rendering of a chart. */
const RENDER_MS = 120_000;

/** Releases of a namespace, as whoever decides. */
export async function releases(options: ReleaseOptions) {
  const connection = await connect(options);
  const client = await actAs(connection, options);
  const { namespace } = options;
  const context: ReleaseContext = {
    client,
    namespace,
    clock: systemClock,
    render: input => renderChartInPool({ ...input, run: runHere, timeoutMs: RENDER_MS }),
    say,
  };
  return { connection, context, store: releaseStore(client, namespace, systemClock) };
}

/** One command renders one chart: this thread has nothing else to do. */
async function runHere<T>({
  module,
  task,
  input,
}: {
  module: URL;
  task: string;
  input: unknown;
}): Promise<T> {
  const exported = (await import(module.href)) as Record<string, ((value: unknown) => T) | undefined>;
  const work = exported[task];
  if (!work) throw new Error(`${task}: not exported by ${module.href}`);
  return work(input);
}

/** One revision, or the newest. @throws CommandError when there is none */
export async function revisionOf(store: ReleaseStore, name: string, revision?: number): Promise<Release> {
  const history = await store.history(name);
  const found = revision ? history.find(({ version }) => version === revision) : history.at(-1);
  if (found) return found;
  const why = history.length > 0 ? `it has no revision ${revision}` : 'not found in this namespace';
  throw new CommandError(`release ${JSON.stringify(name)}: ${why}`, {
    next: history.length > 0 ? `slipway release history ${name}` : 'slipway release list --all-namespaces',
  });
}

/** What JSON and YAML say of a release; a chart's files are not among it. */
export function reportOf({ name, namespace, version, info, chart, hooks = [] }: Release) {
  return {
    name,
    namespace,
    revision: version,
    status: info.status,
    chart: chartText(chart),
    appVersion: chart.metadata?.appVersion ?? '',
    updated: info.last_deployed ?? '',
    description: info.description ?? '',
    ...(info.notes ? { notes: info.notes } : {}),
    tests: hooks
      .filter(({ events }) => events.includes('test'))
      .map(hook => ({ name: hook.name, phase: hook.last_run.phase || 'Unknown' })),
  };
}

export function chartText({ metadata }: Release['chart']): string {
  return `${metadata?.name ?? 'MISSING'}-${metadata?.version ?? ''}`;
}

/** What people see after something was done with a release. */
export function summary(release: Release): string {
  const { name, namespace, revision, status, description, notes, tests } = reportOf(release);
  const rows = [
    ['RELEASE', 'NAMESPACE', 'REVISION', 'STATUS', 'DESCRIPTION'],
    [name, namespace, String(revision), status, description],
  ];
  const ran = tests
    .filter(({ phase }) => phase !== 'Unknown')
    .map(test => `test ${test.name}: ${test.phase}`);
  return [columns(rows), ...ran, ...(notes ? [`\n${notes}`] : [])].join('\n');
}
