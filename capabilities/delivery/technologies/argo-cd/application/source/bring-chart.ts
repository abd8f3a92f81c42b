import type { Ports } from '@slipway/definition';
import { type FetchChartOptions, fetchChart, parseIndexIn, resolveChart } from '@slipway/sources';
import type { RenderContext } from './render-context.ts';
import { chartRepositoryOf, refuseForeign } from './source-access.ts';

/** Large indexes of chart repositories are read in a thread. */
export function chartOptions(ports: Ports, signal: AbortSignal): FetchChartOptions {
  return { signal, parse: parseIndexIn(work => ports.pool.run(work)) };
}

/** A packed chart that a source's own files name; `version` may be a range. */
export async function bringChart(
  { url, name, version }: { url: string; name: string; version: string },
  { access, charts, ports, request, source }: RenderContext,
): Promise<Uint8Array> {
  refuseForeign(url, source.repoURL);
  const repository = await chartRepositoryOf(url, source.helm?.passCredentials ?? false, access);
  const wanted = { repository, chart: name };
  const options = chartOptions(ports, request.signal);
  const exact = await resolveChart(wanted, version || '*', options);
  return (await fetchChart(wanted, exact, { ...options, cache: charts })).bytes;
}
