import type { Descriptor, Digest } from '@slipway/oci';
import { type Journal, openJournal } from './journal.ts';

/** What the registry knows of one manifest; its bytes are a blob. */
export interface ManifestRecord {
  digest: Digest;
  mediaType: string;
  size: number;
  /** Blobs and manifests it cannot do without. */
  needs: Digest[];
  subject?: Digest;
  artifactType?: string;
  annotations?: Record<string, string>;
}

export interface RepositoryRecord {
  /** Blobs that were pushed or mounted here, with their size and when (ms since 1970). */
  blobs: Map<Digest, { size: number; at: number }>;
  manifests: Map<Digest, ManifestRecord>;
  tags: Map<string, Digest>;
}

/** One line of the journal. */
export type Change =
  | { op: 'blob'; repository: string; digest: Digest; size: number; at: number }
  | { op: 'unblob'; repository: string; digest: Digest }
  | { op: 'manifest'; repository: string; manifest: ManifestRecord }
  | { op: 'unmanifest'; repository: string; digest: Digest }
  | { op: 'tag'; repository: string; tag: string; digest: Digest }
  | { op: 'untag'; repository: string; tag: string }
  /** No repository names this blob since `at`; it may be deleted when it is old enough. */
  | { op: 'orphan'; digest: Digest; at: number }
  | { op: 'gone'; digest: Digest };

/**
 * Which repository has which blobs, manifests and tags: held in memory, kept in a journal. A change is seen by readers
 * at once and acknowledged when it is synced.
 */
export interface Catalog {
  repositories(): string[];
  repository(name: string): RepositoryRecord | undefined;
  referrers(name: string, subject: Digest): Descriptor[];
  orphans(): ReadonlyMap<Digest, number>;
  /** True while some repository names it. */
  isNamed(digest: Digest): boolean;
  /** All or nothing, in this order. */
  change(changes: Change[]): Promise<void>;
  close(): Promise<void>;
}

/** The journal is rewritten when it holds this many times more lines than are needed. */
const WORTH_REWRITING = 4;
const SMALL_JOURNAL = 10_000;

export async function openCatalog(path: string): Promise<Catalog> {
  const state: State = { repositories: new Map(), orphans: new Map(), names: new Map(), lines: 0 };
  const journal = await openJournal<Change[]>(path, changes => {
    for (const change of changes) apply(state, change);
    state.lines++;
  });
  await compact(state, journal);
  return {
    repositories: () => [...state.repositories.keys()].sort(),
    repository: name => state.repositories.get(name),
    referrers: (name, subject) => referrersIn(state.repositories.get(name), subject),
    orphans: () => state.orphans,
    isNamed: digest => (state.names.get(digest) ?? 0) > 0,
    change: async changes => {
      for (const change of changes) apply(state, change);
      state.lines++;
      await journal.append([changes]);
    },
    close: () => journal.close(),
  };
}

interface State {
  repositories: Map<string, RepositoryRecord>;
  orphans: Map<Digest, number>;
  /** How many repositories name a digest, as blob or as manifest. */
  names: Map<Digest, number>;
  lines: number;
}

function apply(state: State, change: Change): void {
  switch (change.op) {
    case 'orphan':
      state.orphans.set(change.digest, change.at);
      return;
    case 'gone':
      state.orphans.delete(change.digest);
      return;
    default:
      applyTo(state, recordOf(state, change.repository), change);
      if (isEmpty(recordOf(state, change.repository))) state.repositories.delete(change.repository);
  }
}

function applyTo(
  state: State,
  record: RepositoryRecord,
  change: Exclude<Change, { op: 'orphan' | 'gone' }>,
): void {
  switch (change.op) {
    case 'blob':
      if (!record.blobs.has(change.digest)) name(state, change.digest);
      record.blobs.set(change.digest, { size: change.size, at: change.at });
      return;
    case 'unblob':
      if (record.blobs.delete(change.digest)) unname(state, change.digest);
      return;
    case 'manifest':
      if (!record.manifests.has(change.manifest.digest)) name(state, change.manifest.digest);
      record.manifests.set(change.manifest.digest, change.manifest);
      return;
    case 'unmanifest':
      if (record.manifests.delete(change.digest)) unname(state, change.digest);
      for (const [tag, digest] of record.tags) if (digest === change.digest) record.tags.delete(tag);
      return;
    case 'tag':
      record.tags.set(change.tag, change.digest);
      return;
    case 'untag':
      record.tags.delete(change.tag);
  }
}

function name(state: State, digest: Digest): void {
  state.names.set(digest, (state.names.get(digest) ?? 0) + 1);
  state.orphans.delete(digest);
}

function unname(state: State, digest: Digest): void {
  const left = (state.names.get(digest) ?? 0) - 1;
  if (left > 0) {
    state.names.set(digest, left);
    return;
  }
  state.names.delete(digest);
}

function recordOf(state: State, repository: string): RepositoryRecord {
  const known = state.repositories.get(repository);
  if (known) return known;
  const made: RepositoryRecord = { blobs: new Map(), manifests: new Map(), tags: new Map() };
  state.repositories.set(repository, made);
  return made;
}

function isEmpty(record: RepositoryRecord): boolean {
  return record.blobs.size + record.manifests.size + record.tags.size === 0;
}

function referrersIn(record: RepositoryRecord | undefined, subject: Digest): Descriptor[] {
  return [...(record?.manifests.values() ?? [])]
    .filter(manifest => manifest.subject === subject)
    .map(({ digest, mediaType, size, artifactType, annotations }) => ({
      mediaType,
      digest,
      size,
      ...(artifactType ? { artifactType } : {}),
      ...(annotations ? { annotations } : {}),
    }));
}

async function compact(state: State, journal: Journal<Change[]>): Promise<void> {
  const needed = [...changesFor(state)];
  if (state.lines < SMALL_JOURNAL || state.lines < needed.length * WORTH_REWRITING) return;
  await journal.rewrite(needed);
  state.lines = needed.length;
}

function* changesFor(state: State): Iterable<Change[]> {
  for (const [repository, record] of state.repositories) {
    for (const [digest, blob] of record.blobs) yield [{ op: 'blob', repository, digest, ...blob }];
    for (const manifest of record.manifests.values()) yield [{ op: 'manifest', repository, manifest }];
    for (const [tag, digest] of record.tags) yield [{ op: 'tag', repository, tag, digest }];
  }
  for (const [digest, at] of state.orphans) yield [{ op: 'orphan', digest, at }];
}
