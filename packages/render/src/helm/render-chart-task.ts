import type { SourceReader } from '../source-reader.ts';
import type { ChartFile, ValueMap } from './chart.ts';
import type { RenderedChart, RenderOptions } from './render-options.ts';

/** Runs a worker file's export off the main thread; `ports.pool.run` is one. */
type Run = <T>(work: { module: URL; task: string; input: unknown; timeoutMs: number }) => Promise<T>;

/** One object or list that a template asked the cluster for. */
export interface LookupKey {
  apiVersion: string;
  kind: string;
  /** Empty for all namespaces, or none. */
  namespace: string;
  /** Empty for a list. */
  name: string;
}

/** What a thread is given: a chart's files (or its packed form), and options that can be copied between threads. */
export interface RenderTaskInput extends Omit<RenderOptions, 'chart' | 'lookup' | 'clock' | 'random'> {
  /** Files by path inside the chart, as `readChartFiles` gives them, or the bytes of a `.tgz`. */
  chart: ChartFile[] | Uint8Array;
  /** Answers to lookups, found before; a `Map` from `lookupKey(…)`. */
  lookups?: Map<string, ValueMap>;
}

export interface RenderTaskResult extends Omit<RenderedChart, 'chart'> {
  /** Lookups without an answer among `lookups`: they were answered with nothing. */
  unanswered: LookupKey[];
}

/** A lookup's place in `lookups`. */
export function lookupKey({ apiVersion, kind, namespace, name }: LookupKey): string {
  return [apiVersion, kind, namespace, name].join('\n');
}

export interface PooledRender extends Omit<RenderTaskInput, 'lookups'> {
  run: Run;
  timeoutMs: number;
  /** Asked for what templates look up; rendering is repeated until all of it is known. Absent: nothing is found. */
  lookup?: (key: LookupKey) => Promise<ValueMap>;
}

export type { SourceReader };
