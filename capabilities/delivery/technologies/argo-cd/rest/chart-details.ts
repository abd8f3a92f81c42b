import { join } from 'node:path';
import { GrpcError } from '@slipway/gateway';
import { archiveReader, parseYaml } from '@slipway/render';
import { chartCache, fetchChart } from '@slipway/sources';
import { chartOptions } from '../application/source/bring-chart.ts';
import { readSources } from '../application/source/read-source.ts';
import { chartRepositoryOf } from '../application/source/source-access.ts';
import { applicationOf, projectOf } from './application-access.ts';
import { type Exchange, send } from './exchange.ts';

interface ChartFile {
  description?: string;
  home?: string;
  maintainers?: { name?: string; email?: string }[];
}

/** What a chart says of itself at a version (`sourceIndex` for one of several sources). */
export async function chartDetails(exchange: Exchange, [name = '', version = '']: string[]): Promise<void> {
  const { ports, settings, signal } = exchange.state.desk;
  const application = await applicationOf(exchange, name);
  const sources = readSources(application.spec ?? {});
  const source = sources[Number(exchange.query.get('sourceIndex') ?? 0)];
  if (!source?.chart) throw new GrpcError('InvalidArgument', `no chart found for application: ${name}`);
  const { credentialsFor } = settings;
  const context = { ports, credentialsFor, project: projectOf(application) };
  const repository = await chartRepositoryOf(source.repoURL, source.helm?.passCredentials ?? false, context);
  const options = { ...chartOptions(ports, signal), cache: chartCache(join(ports.data.path, 'charts')) };
  const { bytes } = await fetchChart({ repository, chart: source.chart }, version, options);
  const file = (await archiveReader(bytes).read('Chart.yaml')) ?? new Uint8Array();
  const chart = parseYaml(new TextDecoder().decode(file), 'Chart.yaml')[0]?.value as ChartFile | undefined;
  const { description, home, maintainers = [] } = chart ?? {};
  send(exchange, {
    ...(description ? { description } : {}),
    ...(home ? { home } : {}),
    ...(maintainers.length > 0 ? { maintainers: maintainers.map(shown) } : {}),
  });
}

function shown({ name = '', email = '' }: { name?: string; email?: string }): string {
  return email === '' ? name : `${name} <${email}>`.trim();
}
