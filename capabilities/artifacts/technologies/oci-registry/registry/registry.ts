import { type Clock, SlipwayError } from '@slipway/api';
import {
  algorithmOf,
  type BlobStore,
  type Descriptor,
  type Digest,
  digestOf,
  isDigest,
  type Manifest,
  parseManifest,
  referencesOf,
} from '@slipway/oci';
import type { Catalog, Change, ManifestRecord, RepositoryRecord } from './catalog.ts';
import { Failure } from './failure.ts';
import { withDependents } from './goes-with-subject.ts';

export interface StoredManifest {
  record: ManifestRecord;
  bytes: Buffer;
}

/**
 * What every door of the registry does, HTTP and the builder alike: it checks and stores, and knows nothing of rights.
 * Each method rejects with a Failure. What resolved is synced.
 */
export interface Registry {
  readonly blobs: BlobStore;
  /** Bytes of a blob that the repository has; undefined otherwise. */
  blob(repository: string, digest: Digest): { size: number } | undefined;
  /** The repository has a blob of the store from now on. */
  link(repository: string, blobs: { digest: Digest; size: number }[]): Promise<void>;
  /** Some repositories that have this blob. */
  holders(digest: Digest): string[];
  /** Gives a repository what another has; false when it does not have it. */
  mount(digest: Digest, repositories: { from: string; to: string }): Promise<boolean>;
  unlink(repository: string, digest: Digest): Promise<void>;
  manifest(repository: string, reference: string): Promise<StoredManifest>;
  putManifest(
    repository: string,
    put: { reference: string; mediaType: string; bytes: Buffer },
  ): Promise<ManifestRecord>;
  /** A tag loses its name; a digest goes with all its tags, and with what was made to go with it. */
  deleteManifest(repository: string, reference: string): Promise<void>;
  tags(repository: string): string[];
  repositories(): string[];
  referrers(repository: string, subject: Digest): Descriptor[];
  /** Runs `work` while nothing deletes this blob. */
  guarded<T>(digest: Digest, work: () => Promise<T>): Promise<T>;
}

interface Parts {
  blobs: BlobStore;
  catalog: Catalog;
  clock: Clock;
  guarded: Registry['guarded'];
}

export function makeRegistry(blobs: BlobStore, catalog: Catalog, clock: Clock): Registry {
  const parts: Parts = { blobs, catalog, clock, guarded: guards() };
  return {
    blobs,
    guarded: parts.guarded,
    blob: (repository, digest) => blobIn(parts, repository, digest),
    link: (repository, added) => link(parts, repository, added),
    unlink: (repository, digest) => unlink(parts, repository, digest),
    holders: digest => holders(parts, digest),
    mount: (digest, repositories) => mount(parts, digest, repositories),
    putManifest: (repository, put) => putManifest(parts, repository, put),
    deleteManifest: (repository, reference) => deleteManifest(parts, repository, reference),
    manifest: async (repository, reference) => {
      const record = findManifest(parts, repository, reference);
      return { record, bytes: await bytesOf(blobs, record) };
    },
    tags: repository => [...known(parts, repository).tags.keys()],
    repositories: () => catalog.repositories(),
    referrers: (repository, subject) => catalog.referrers(repository, subject),
  };
}

function known({ catalog }: Parts, repository: string): RepositoryRecord {
  const record = catalog.repository(repository);
  if (record) return record;
  throw new Failure('NAME_UNKNOWN', `repository ${JSON.stringify(repository)} is not known`, {
    detail: { name: repository },
  });
}

function findManifest(parts: Parts, repository: string, reference: string): ManifestRecord {
  const record = known(parts, repository);
  const digest = isDigest(reference) ? reference : record.tags.get(reference);
  const manifest = digest && record.manifests.get(digest);
  if (manifest) return manifest;
  throw new Failure('MANIFEST_UNKNOWN', `manifest ${JSON.stringify(reference)} is not in ${repository}`, {
    detail: { name: repository, reference },
  });
}

function blobIn({ catalog }: Parts, repository: string, digest: Digest): { size: number } | undefined {
  return catalog.repository(repository)?.blobs.get(digest);
}

async function link(
  { catalog, clock }: Parts,
  repository: string,
  added: { digest: Digest; size: number }[],
): Promise<void> {
  const at = clock.now();
  await catalog.change(added.map(({ digest, size }) => ({ op: 'blob', repository, digest, size, at })));
}

const MOST_HOLDERS = 16;

function holders(parts: Parts, digest: Digest): string[] {
  if (!parts.catalog.isNamed(digest)) return [];
  const all = parts.catalog.repositories();
  return all.filter(repository => blobIn(parts, repository, digest)).slice(0, MOST_HOLDERS);
}

async function mount(
  parts: Parts,
  digest: Digest,
  { from, to }: { from: string; to: string },
): Promise<boolean> {
  return parts.guarded(digest, async () => {
    const source = blobIn(parts, from, digest);
    if (!source) return false;
    await link(parts, to, [{ digest, size: source.size }]);
    return true;
  });
}

async function putManifest(
  parts: Parts,
  repository: string,
  put: { reference: string; mediaType: string; bytes: Buffer },
): Promise<ManifestRecord> {
  const { blobs, catalog } = parts;
  const { reference } = put;
  const digest = digestOf(put.bytes, isDigest(reference) ? algorithmOf(reference) : 'sha256');
  if (isDigest(reference) && reference !== digest) {
    throw new Failure('DIGEST_INVALID', `manifest: the body has ${digest}, not ${reference}`, {
      detail: { reference, digest },
    });
  }
  const parsed = parsedManifest(put.bytes, put.mediaType);
  checkComplete(parts, repository, parsed);
  const manifest = recordOf(parsed, { digest, size: put.bytes.length });
  await parts.guarded(digest, async () => {
    if (!(await blobs.has(digest))) await blobs.write(single(put.bytes), digest);
    // Again, for the collector may have run; between this and the change nothing can.
    checkComplete(parts, repository, parsed);
    const changes: Change[] = [{ op: 'manifest', repository, manifest }];
    if (!isDigest(reference)) changes.push({ op: 'tag', repository, tag: reference, digest });
    await catalog.change(changes);
  });
  return manifest;
}

async function deleteManifest(parts: Parts, repository: string, reference: string): Promise<void> {
  const { digest } = findManifest(parts, repository, reference);
  if (!isDigest(reference)) return parts.catalog.change([{ op: 'untag', repository, tag: reference }]);
  const gone = withDependents(parts.catalog.repository(repository), digest);
  await parts.catalog.change(gone.map((each): Change => ({ op: 'unmanifest', repository, digest: each })));
  for (const each of gone) await orphaned(parts.catalog, parts.clock, each);
}

async function unlink(parts: Parts, repository: string, digest: Digest): Promise<void> {
  const { catalog, clock } = parts;
  if (!blobIn(parts, repository, digest)) {
    throw new Failure('BLOB_UNKNOWN', `blob ${digest} is not in ${repository}`, { detail: { digest } });
  }
  const manifests = [...(catalog.repository(repository)?.manifests.values() ?? [])];
  const user = manifests.find(({ needs }) => needs.includes(digest));
  if (user) {
    throw new Failure('UNSUPPORTED', `blob ${digest} is part of manifest ${user.digest}; delete that first`);
  }
  await catalog.change([{ op: 'unblob', repository, digest }]);
  await orphaned(catalog, clock, digest);
}

/** Notes since when nobody names a blob; the collector takes it from there. */
export async function orphaned(catalog: Catalog, clock: Clock, digest: Digest): Promise<void> {
  if (catalog.isNamed(digest)) return;
  await catalog.change([{ op: 'orphan', digest, at: clock.now() }]);
}

function parsedManifest(bytes: Buffer, mediaType: string): Manifest {
  try {
    return parseManifest(bytes, mediaType);
  } catch (error) {
    if (error instanceof SlipwayError) throw new Failure('MANIFEST_INVALID', error.message);
    throw error;
  }
}

function checkComplete(parts: Parts, repository: string, manifest: Manifest): void {
  const { blobs, manifests } = referencesOf(manifest);
  const held = parts.catalog.repository(repository)?.manifests;
  const missing = [
    ...blobs.filter(({ digest, mediaType }) => !blobIn(parts, repository, digest) && !isForeign(mediaType)),
    ...manifests.filter(({ digest }) => !held?.has(digest)),
  ];
  const first = missing[0];
  if (!first) return;
  throw new Failure(
    'MANIFEST_BLOB_UNKNOWN',
    `manifest: ${first.digest} is not in ${repository}; push it first`,
    { detail: { digests: missing.map(({ digest }) => digest) } },
  );
}

/** Layers that their licence keeps elsewhere (image-spec, "Non-Distributable Layers"). */
function isForeign(mediaType: string): boolean {
  return /\.(nondistributable|foreign)\./.test(mediaType);
}

function recordOf(manifest: Manifest, at: { digest: Digest; size: number }): ManifestRecord {
  const { blobs, manifests } = referencesOf(manifest);
  const { subject, annotations, artifactType } = manifest.value;
  const kind = artifactType ?? (manifest.kind === 'image' ? manifest.value.config.mediaType : undefined);
  return {
    ...at,
    mediaType: manifest.mediaType,
    needs: [...blobs, ...manifests].map(({ digest }) => digest),
    ...(subject ? { subject: subject.digest } : {}),
    ...(kind && subject ? { artifactType: kind } : {}),
    ...(annotations && subject ? { annotations } : {}),
  };
}

async function bytesOf(blobs: BlobStore, { digest }: ManifestRecord): Promise<Buffer> {
  return Buffer.concat(await blobs.read(digest).toArray());
}

async function* single(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

/** One at a time for each digest. */
function guards(): Registry['guarded'] {
  const last = new Map<Digest, Promise<unknown>>();
  return async (digest, work) => {
    const before = last.get(digest) ?? Promise.resolve();
    const running = before.then(work, work);
    last.set(digest, running);
    try {
      return await running;
    } finally {
      if (last.get(digest) === running) last.delete(digest);
    }
  };
}
