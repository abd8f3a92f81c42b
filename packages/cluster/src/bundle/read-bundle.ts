import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { filesDigest, keepFiles, unpackFiles } from '@slipway/definition';
import {
  type ArchiveManifest,
  type BlobStore,
  checkArchive,
  type Descriptor,
  type Digest,
  readParts,
} from '@slipway/oci';
import {
  BLOBS_FOLDER,
  BUNDLE_FORMAT,
  DEFINITION_PART,
  FILES_FOLDER,
  INDEX_PART,
  LOCK_PART,
} from './write-bundle.ts';

export interface ReadBundle {
  platform: string;
  definition: string;
  lock: string;
  /** What its images are called, and which manifest each is. */
  images: { reference: string; descriptor: Descriptor }[];
  /** How many releases and packages are in the cache now. */
  sources: number;
}

/**
 * Checks every part of a bundle against its digest, then puts what it holds where a platform looks for it. Nothing is
 * written when a part is not what it was.
 * @throws SlipwayError ArchiveDamaged naming the part, ArchiveFormat, BundleInvalid
 */
export async function readBundle(
  file: string,
  { cacheFolder, blobs }: { cacheFolder: string; blobs?: BlobStore },
): Promise<ReadBundle> {
  const manifest = await checkArchive(file, BUNDLE_FORMAT);
  await checkSources(file, manifest);
  const texts = new Map<string, string>();
  let sources = 0;
  for await (const { part, content } of readParts(file, manifest)) {
    const { name, facts } = part;
    if (name.startsWith(`${FILES_FOLDER}/`)) {
      const folder = facts?.kind === 'package' ? join(cacheFolder, 'packages') : cacheFolder;
      await keepFiles(facts?.digest ?? '', unpackFiles(await whole(content)), { cacheFolder: folder });
      sources += 1;
    }
    if (name.startsWith(`${BLOBS_FOLDER}/`) && blobs)
      await blobs.write(content, `sha256:${name.slice(BLOBS_FOLDER.length + 1)}` as Digest);
    if ([DEFINITION_PART, LOCK_PART, INDEX_PART].includes(name))
      texts.set(name, String(await whole(content)));
  }
  const [definition, lock] = [texts.get(DEFINITION_PART), texts.get(LOCK_PART)];
  if (definition === undefined || lock === undefined)
    throw invalid(file, `${definition === undefined ? DEFINITION_PART : LOCK_PART} is missing`);
  const platform = String(manifest.about.platform);
  return { platform, definition, lock, images: imagesOf(texts.get(INDEX_PART)), sources };
}

/** The archive's digests are of the packed files; what is pinned is the digest of the files themselves. */
async function checkSources(file: string, manifest: ArchiveManifest): Promise<void> {
  for await (const { part, content } of readParts(file, manifest)) {
    if (!part.name.startsWith(`${FILES_FOLDER}/`)) continue;
    const found = filesDigest(unpackFiles(await whole(content)));
    if (found === part.facts?.digest) continue;
    throw invalid(file, `${part.name} (${part.facts?.of}) has files of ${found}, not ${part.facts?.digest}`);
  }
}

async function whole(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}

function imagesOf(index: string | undefined): ReadBundle['images'] {
  if (index === undefined) return [];
  const { manifests } = JSON.parse(index) as { manifests: Descriptor[] };
  return manifests.map(({ annotations, ...descriptor }) => ({
    reference: annotations?.['org.opencontainers.image.ref.name'] ?? '',
    descriptor,
  }));
}

function invalid(file: string, problem: string): SlipwayError {
  return new SlipwayError(
    'BundleInvalid',
    `bundle "${file}": ${problem}; nothing was written; take another copy of it`,
  );
}

/**
 * Writes a bundle's definition and lock into a folder, where `slipway apply -f` finds them from then on. Files that say
 * something else are not overwritten.
 * @throws SlipwayError BundleInTheWay naming the file
 */
export async function unpackDefinition({ definition, lock }: ReadBundle, folder: string): Promise<string> {
  const file = join(folder, 'platform.yaml');
  await mkdir(folder, { recursive: true });
  await writeOnce(file, definition);
  await writeOnce(join(folder, 'slipway.lock'), lock);
  return file;
}

async function writeOnce(file: string, text: string): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === text) return;
  if (before !== undefined)
    throw new SlipwayError(
      'BundleInTheWay',
      `bundle: ${file} is there and says something else; name another folder with --into, or move ${dirname(file)} away`,
    );
  await writeFile(file, text, { flag: 'wx' });
}
