import { gunzipSync } from 'node:zlib';
import { messageOf, SlipwayError } from '@slipway/api';
import { type ChartFile, folderReader, type SourceReader, tarEntries } from '@slipway/render';
import {
  type ChartCache,
  fetchOci,
  isVersion,
  newestOf,
  ociClient,
  ociReference,
  ociTags,
} from '@slipway/sources';
import { type AccessContext, chartRepositoryOf } from './source-access.ts';

const MOST_BYTES = 100 * 1024 * 1024;
const MOST_FILES = 20_000;

/** The digest that a tag, a digest or a range of versions means in a registry now. */
export async function resolveOci(
  repoURL: string,
  wanted: string,
  access: AccessContext,
  signal: AbortSignal,
): Promise<string> {
  const repository = await chartRepositoryOf(repoURL, false, access);
  const client = ociClient(repository);
  const digestOf = async (version: string) =>
    (await client.manifest(ociReference(repoURL, '', version), signal)).descriptor.digest;
  try {
    return await digestOf(wanted).catch(async error => {
      if (isVersion(wanted)) throw error;
      const found = rangeIn(await ociTags(client, ociReference(repoURL, ''), { signal }), wanted);
      if (found === undefined) throw error;
      return digestOf(found);
    });
  } catch (error) {
    signal.throwIfAborted();
    const { code = 'SourceUnreachable' } = error as SlipwayError;
    throw new SlipwayError(
      code,
      `failed to resolve revision ${JSON.stringify(wanted)}: cannot get digest for revision ${wanted}: ${messageOf(error)}`,
    );
  } finally {
    client.close();
  }
}

function rangeIn(tags: string[], wanted: string): string | undefined {
  try {
    return newestOf(tags, wanted);
  } catch {
    return undefined;
  }
}

/** Files of an artifact, without the top folder when it is a chart. */
export async function ociFiles(
  repoURL: string,
  digest: string,
  { access, cache, signal }: { access: AccessContext; cache: ChartCache; signal: AbortSignal },
): Promise<{ files: ChartFile[]; reader: SourceReader }> {
  const reference = JSON.stringify([repoURL, access.project, digest]);
  const known = await cache.known(reference);
  const kept = known === undefined ? undefined : await cache.read(known);
  const bytes = kept ?? (await download(repoURL, digest, { access, signal }));
  if (!kept) await cache.keep(reference, bytes);
  const files = unpack(bytes.subarray(1), bytes[0] === 1, repoURL);
  return { files, reader: folderReader(files) };
}

/** The archive behind a byte that says whether it is a chart's. */
async function download(
  repoURL: string,
  digest: string,
  { access, signal }: { access: AccessContext; signal: AbortSignal },
): Promise<Buffer> {
  const client = ociClient(await chartRepositoryOf(repoURL, false, access));
  try {
    const { bytes, isChart } = await fetchOci(client, ociReference(repoURL, '', digest), { signal });
    return Buffer.concat([Buffer.of(isChart ? 1 : 0), bytes]);
  } finally {
    client.close();
  }
}

function unpack(bytes: Uint8Array, isChart: boolean, repoURL: string): ChartFile[] {
  const refuse = (why: string) => new SlipwayError('ArtifactInvalid', `${repoURL}: ${why}`);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const tar = isPacked ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
  const files: ChartFile[] = [];
  for (const { name, type, data } of tarEntries(tar)) {
    if (type === '1' || type === '2') throw refuse(`${name}: is a link; put the file itself there`);
    if (type === '5') continue;
    const parts = name.split('/').filter(part => part !== '' && part !== '.');
    if (parts.includes('..')) throw refuse(`${name}: leads out of the archive`);
    files.push({ name: (isChart ? parts.slice(1) : parts).join('/'), data });
    if (files.length > MOST_FILES) throw refuse(`more than ${MOST_FILES} files`);
  }
  return files;
}
