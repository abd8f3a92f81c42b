import type { Chart, ChartFile, ValueMap } from './chart.ts';
import { loadChartArchive, loadChartFiles } from './load/load-chart.ts';
import { renderChart } from './render-chart.ts';
import type { RenderedChart, RenderOptions } from './render-options.ts';

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
  /** Answers to lookups, found before, by `lookupKey(…)`. */
  lookups?: Map<string, ValueMap>;
  /** Gives the chart back, too: a release stores it. */
  wantsChart?: boolean;
}

export interface RenderTaskResult extends Omit<RenderedChart, 'chart'> {
  /** Lookups without an answer among `lookups`: they were answered with nothing. */
  unanswered: LookupKey[];
  chart?: Chart;
}

/** A lookup's place in `lookups`. */
export function lookupKey({ apiVersion, kind, namespace, name }: LookupKey): string {
  return [apiVersion, kind, namespace, name].join('\n');
}

/**
 * Renders a chart within a thread.
 * @throws ChartError
 */
export function renderChartTask(input: RenderTaskInput): RenderTaskResult {
  return render(input, new Map());
}

/** What a chart asks for before it can be rendered, or the rendering. */
export interface RenderOrAskResult {
  rendered?: RenderTaskResult;
  unanswered: LookupKey[];
}

/**
 * As `renderChartTask`, for who can answer lookups: a chart that fails for want of an answer has asked, not failed.
 * @throws ChartError
 */
export function renderOrAskTask(input: RenderTaskInput): RenderOrAskResult {
  const unanswered = new Map<string, LookupKey>();
  try {
    const rendered = render(input, unanswered);
    return { rendered, unanswered: rendered.unanswered };
  } catch (error) {
    if (unanswered.size === 0) throw error;
    return { unanswered: [...unanswered.values()] };
  }
}

function render(
  { chart: files, lookups, wantsChart, ...options }: RenderTaskInput,
  unanswered: Map<string, LookupKey>,
): RenderTaskResult {
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const loaded =
    files instanceof Uint8Array ? loadChartArchive(files, { warn }) : loadChartFiles(files, { warn });
  const { chart, ...rendered } = renderChart({
    ...options,
    chart: loaded,
    lookup: (apiVersion, kind, namespace, name) => {
      const asked = { apiVersion, kind, namespace, name };
      const key = lookupKey(asked);
      const answer = lookups?.get(key);
      if (!answer) unanswered.set(key, asked);
      return answer ?? {};
    },
  });
  return {
    ...rendered,
    warnings: [...warnings, ...rendered.warnings],
    unanswered: [...unanswered.values()],
    ...(wantsChart ? { chart } : {}),
  };
}
