import { SlipwayError } from '@slipway/api';
import { fetchHttp, shownUrl } from '../http/fetch-http.ts';
import { sha256 } from './chart-cache.ts';
import { type ChartIndex, chooseEntry, type IndexEntry, parseIndex } from './chart-index.ts';
import type { ChartRepository } from './chart-repository.ts';

export interface FetchChartOptions {
  signal?: AbortSignal;
  /** Of the packed chart; default 64 MiB. */
  maxBytes?: number;
  /** Parses an index elsewhere than on this thread. */
  parse?: (text: string, repoURL: string) => Promise<ChartIndex>;
}

const INDEX_BYTES = 64 * 1024 * 1024;
/** An index this small is read at once; a larger one takes too long for the one thread. */
const SMALL_INDEX_CHARACTERS = 128 * 1024;
const MOST_INDEXES = 20;

/** The last index of each repository, by the digest of its text: most answers are the same bytes again. */
const indexes = new Map<string, { digest: string; index: ChartIndex }>();

/**
 * All versions of one chart in a repository's index, the newest first.
 * @throws SlipwayError ChartUnknown, IndexInvalid, RepositoryFailed, and what `fetchHttp` throws
 */
export async function indexEntries(
  { url, access, passCredentials }: ChartRepository,
  chart: string,
  options: FetchChartOptions,
): Promise<IndexEntry[]> {
  const address = resolveReference(url, 'index.yaml');
  const { status, body } = await fetchHttp(address, {
    access,
    credentialsFor: url,
    maxBytes: INDEX_BYTES,
    ...(passCredentials ? { passCredentials } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  if (status !== 200) throw failed(url, `index.yaml: status ${status}${hintOf(status)}`);
  const index = await indexOf(url, body, options);
  const entries = index.get(chart);
  if (entries && entries.length > 0) return entries;
  throw new SlipwayError(
    'ChartUnknown',
    `chart ${JSON.stringify(chart)} not found in ${shownUrl(url)} repository; it has ${namesOf(index)}`,
  );
}

async function indexOf(url: string, body: Buffer, { parse }: FetchChartOptions): Promise<ChartIndex> {
  const digest = sha256(body);
  const known = indexes.get(url);
  if (known?.digest === digest) return known.index;
  const text = body.toString('utf8');
  const index =
    parse && text.length > SMALL_INDEX_CHARACTERS
      ? await parse(text, shownUrl(url))
      : parseIndex(text, shownUrl(url));
  indexes.delete(url);
  indexes.set(url, { digest, index });
  const [oldest] = indexes.keys();
  if (indexes.size > MOST_INDEXES && oldest !== undefined) indexes.delete(oldest);
  return index;
}

/**
 * The packed chart of one version; a digest that the index names has to be the archive's.
 * @throws SlipwayError ChartUnknown, DigestMismatch, RepositoryFailed
 */
export async function fetchHttpChart(
  repository: ChartRepository,
  chart: string,
  version: string,
  options: FetchChartOptions,
): Promise<Buffer> {
  const entry = chooseEntry(await indexEntries(repository, chart, options), version);
  const what = `chart ${JSON.stringify(chart)} version ${JSON.stringify(version)}`;
  const where = shownUrl(repository.url);
  if (!entry) throw new SlipwayError('ChartUnknown', `${what} not found in ${where} repository`);
  const [file] = entry.urls;
  if (file === undefined)
    throw new SlipwayError('ChartUnknown', `${what} has no downloadable URLs in ${where}`);
  const { status, body } = await fetchHttp(resolveReference(repository.url, file), {
    access: repository.access,
    credentialsFor: repository.url,
    maxBytes: options.maxBytes ?? 64 * 1024 * 1024,
    ...(repository.passCredentials ? { passCredentials: true } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  if (status !== 200) throw failed(repository.url, `${what}: status ${status}${hintOf(status)}`);
  const digest = entry.digest.replace(/^sha256:/, '');
  if (digest !== '' && digest !== sha256(body))
    throw new SlipwayError(
      'DigestMismatch',
      `${what} of ${where}: its archive has sha256 ${sha256(body)}, the index says ${digest}; nothing was kept`,
    );
  return body;
}

/** An address relative to the repository's; its query goes along, as Helm does it. */
export function resolveReference(base: string, reference: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(reference)) return reference;
  const url = new URL(base);
  const { search } = url;
  url.search = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  const resolved = new URL(reference, url);
  resolved.search = search;
  return resolved.href;
}

function failed(url: string, why: string): SlipwayError {
  return new SlipwayError(
    'RepositoryFailed',
    `looks like ${JSON.stringify(shownUrl(url))} is not a valid chart repository or cannot be reached: ${why}`,
  );
}

function hintOf(status: number): string {
  if (status === 401 || status === 403) return '; check the credentials of the repository';
  return status === 404 ? '; check the address' : '';
}

function namesOf(index: ChartIndex): string {
  const names = [...index.keys()].sort();
  if (names.length === 0) return 'no charts';
  const more = names.length > 10 ? ` and ${names.length - 10} more` : '';
  return `${names.slice(0, 10).join(', ')}${more}`;
}
