import type { ValueMap } from './chart.ts';
import { ChartError } from './chart-error.ts';
import {
  type LookupKey,
  lookupKey,
  type RenderOrAskResult,
  type RenderTaskInput,
  type RenderTaskResult,
} from './render-chart-task.ts';

/** Runs a worker file's export off the main thread; `ports.pool.run` is one. */
type Run = <T>(work: { module: URL; task: string; input: unknown; timeoutMs: number }) => Promise<T>;

export interface PooledRender extends Omit<RenderTaskInput, 'lookups'> {
  run: Run;
  /** Of one rendering; a chart that looks things up is rendered a few times. */
  timeoutMs: number;
  /** Finds what templates look up; `{}` when it is not there. Absent: nothing is ever found, as in `helm template`. */
  lookup?: (key: LookupKey) => Promise<ValueMap>;
}

const module = new URL('./render-chart-worker.ts', import.meta.url);

/** What is looked up may depend on what was found before; this deep, it does not. */
const MOST_ROUNDS = 20;

/**
 * Renders a chart in a thread. A thread cannot wait for the cluster's answers: what templates look up is fetched, and the
 * chart rendered again, until nothing new is asked.
 * @throws SlipwayError with the codes of ChartError, or WorkTimeout
 */
export async function renderChartInPool({
  run,
  timeoutMs,
  lookup,
  ...input
}: PooledRender): Promise<RenderTaskResult> {
  if (!lookup) return run<RenderTaskResult>({ module, task: 'renderChartTask', input, timeoutMs });
  const lookups = new Map<string, ValueMap>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { rendered, unanswered } = await run<RenderOrAskResult>({
      module,
      task: 'renderOrAskTask',
      input: { ...input, lookups },
      timeoutMs,
    });
    if (rendered && unanswered.length === 0) return rendered;
    for (const key of unanswered) lookups.set(lookupKey(key), await lookup(key));
  }
  throw new ChartError('ChartLimit', 'lookup', `templates look up new things ${MOST_ROUNDS} times over`);
}
