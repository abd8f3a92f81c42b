import type { ChartIndex } from './chart-index.ts';

/** Runs a worker file's export off the main thread; `ports.pool.run` is one. */
type Run = <T>(work: { module: URL; task: string; input: unknown; timeoutMs: number }) => Promise<T>;

const module = new URL('./chart-index-worker.ts', import.meta.url);
const PARSE_MS = 60_000;

/** `parse` of `FetchChartOptions`, in a thread. */
export function parseIndexIn(run: Run): (text: string, repoURL: string) => Promise<ChartIndex> {
  return (text, repoURL) =>
    run<ChartIndex>({ module, task: 'parseIndexTask', input: { text, repoURL }, timeoutMs: PARSE_MS });
}
