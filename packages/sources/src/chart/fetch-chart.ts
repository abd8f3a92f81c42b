import { SlipwayError } from '@slipway/api';
import { shownUrl } from '../http/fetch-http.ts';
import { type ChartCache, sha256 } from './chart-cache.ts';
import { isVersion, newestOf } from './chart-index.ts';
import { type ChartRepository, isOci } from './chart-repository.ts';
import { type FetchChartOptions, fetchHttpChart, indexEntries } from './http-charts.ts';
import { fetchOci, ociClient, ociReference, ociTags } from './oci-charts.ts';

export interface ChartRequest {
  repository: ChartRepository;
  /** Its name; behind a registry's address it is a part of the repository. */
  chart: string;
}

export interface FetchedChart {
  version: string;
  /** SHA-256 of the archive in hex. */
  digest: string;
  /** The packed chart (`.tgz`). */
  bytes: Buffer;
}

/**
 * The version that a constraint means now: the newest in the repository that it allows. What names one version is
 * believed, as Argo CD believes it.
 * @throws SlipwayError ChartUnknown, RevisionUnknown, and what the server's refusal is
 */
export async function resolveChart(
  { repository, chart }: ChartRequest,
  wanted: string,
  options: FetchChartOptions = {},
): Promise<string> {
  if (isVersion(wanted)) return wanted;
  const versions = await versionsOf({ repository, chart }, options);
  const place = `chart ${JSON.stringify(chart)} of ${shownUrl(repository.url)}`;
  const found = choose(versions, wanted, place);
  if (found !== undefined) return found;
  throw new SlipwayError(
    'RevisionUnknown',
    `invalid revision: version matching constraint ${JSON.stringify(wanted)} not found in ${versions.length} versions of ${place}`,
  );
}

function choose(versions: string[], wanted: string, place: string): string | undefined {
  try {
    return newestOf(versions, wanted);
  } catch (error) {
    // A tag that is no version may still be one by its name.
    if (versions.includes(wanted)) return wanted;
    const why = error instanceof Error ? error.message : String(error);
    throw new SlipwayError(
      'RevisionUnknown',
      `invalid revision: ${place}: failed to determine semver constraint: ${why}`,
    );
  }
}

async function versionsOf(
  { repository, chart }: ChartRequest,
  options: FetchChartOptions,
): Promise<string[]> {
  if (!isOci(repository.url))
    return (await indexEntries(repository, chart, options)).map(({ version }) => version);
  const client = ociClient(repository);
  try {
    return await ociTags(client, ociReference(repository.url, chart), options);
  } finally {
    client.close();
  }
}

/**
 * One version of a chart, from the cache when it is there. `digest` (SHA-256 in hex) pins it: other bytes are refused.
 * @throws SlipwayError DigestMismatch, and as `resolveChart`
 */
export async function fetchChart(
  { repository, chart }: ChartRequest,
  version: string,
  options: FetchChartOptions & { cache: ChartCache; digest?: string; fresh?: boolean },
): Promise<FetchedChart> {
  const { cache, fresh = false } = options;
  const reference = JSON.stringify([repository.url, repository.scope ?? '', chart, version]);
  const known = fresh ? undefined : await cache.known(reference);
  const kept = known === undefined ? undefined : await cache.read(known);
  const bytes = kept ?? (await download({ repository, chart }, version, options));
  const digest = kept ? (known ?? '') : sha256(bytes);
  if (options.digest !== undefined && options.digest !== digest)
    throw new SlipwayError(
      'DigestMismatch',
      `chart ${JSON.stringify(chart)} version ${JSON.stringify(version)} of ${shownUrl(repository.url)}: its archive has sha256 ${digest}, not ${options.digest} as it is pinned`,
    );
  if (!kept) await cache.keep(reference, bytes);
  return { version, digest, bytes };
}

async function download(
  { repository, chart }: ChartRequest,
  version: string,
  options: FetchChartOptions,
): Promise<Buffer> {
  if (!isOci(repository.url)) return fetchHttpChart(repository, chart, version, options);
  const client = ociClient(repository);
  try {
    return (await fetchOci(client, ociReference(repository.url, chart, version), options)).bytes;
  } finally {
    client.close();
  }
}
