import { createReadStream } from 'node:fs';
import {
  constants,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Random } from '@slipway/api';
import {
  algorithmOf,
  type BlobStore,
  type BlobWriter,
  blobWriter,
  type Digest,
  groupSync,
} from '@slipway/oci';
import { Failure } from './failure.ts';
import { refusing } from './refusing.ts';

/** One blob on its way in. Its bytes are synced before a request that brought them is answered. */
export interface Upload {
  readonly id: string;
  readonly repository: string;
  /** Bytes held. */
  readonly size: number;
}

/**
 * Uploads that go on over several requests. Those that hold bytes survive a crash: what was acknowledged is there and
 * the client goes on behind it.
 */
export interface Uploads {
  begin(repository: string): Upload;
  find(repository: string, id: string): Upload;
  append(upload: Upload, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** The rest of the bytes, then the blob goes to the store. Rejects with DIGEST_INVALID and keeps nothing. */
  finish(upload: Upload, content: AsyncIterable<Uint8Array>, expected: Digest): Promise<Written>;
  cancel(upload: Upload): Promise<void>;
  /** Forgets what nobody touched since `before` (ms since 1970). */
  expire(before: number): Promise<void>;
  close(): Promise<void>;
}

export interface Written {
  digest: Digest;
  size: number;
}

interface Session extends Upload {
  size: number;
  touched: number;
  busy: boolean;
  file?: FileHandle;
  /** Absent after a crash or a broken request: then the file is hashed again at the end. */
  writer?: BlobWriter;
}

export interface UploadsOptions {
  folder: string;
  blobs: BlobStore;
  clock: Clock;
  random: Random;
  /** Bytes of one blob. */
  limit: number;
}

const MOST_SESSIONS = 10_000;
const READ_CHUNK_BYTES = 1 << 20;

export async function openUploads(options: UploadsOptions): Promise<Uploads> {
  const { folder, blobs, clock, limit } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const sessions = await restored(folder, clock.now());
  const parts: Parts = { ...options, sessions, syncFolder: groupSync(folder) };
  return {
    begin: repository => begin(parts, repository),
    append: (upload, content) => alone(parts, upload, session => append(parts, session, content)),
    cancel: upload => alone(parts, upload, session => drop(parts, session)),
    finish: (upload, content, expected) =>
      alone(parts, upload, async session => {
        if (session.size > 0 || session.file) {
          await append(parts, session, content);
          return settle(parts, session, expected).finally(() => drop(parts, session));
        }
        const written = await refusing(() => blobs.write(content, expected, { limit }));
        sessions.delete(session.id);
        return written;
      }),
    find: (repository, id) => {
      const session = sessions.get(id);
      if (session?.repository === repository) return session;
      throw unknownUpload({ id, repository });
    },
    expire: async before => {
      const old = [...sessions.values()].filter(({ touched, busy }) => touched < before && !busy);
      await Promise.all(old.map(session => drop(parts, session)));
    },
    close: async () => {
      await Promise.all([...sessions.values()].map(({ file }) => file?.close()));
    },
  };
}

interface Parts extends UploadsOptions {
  sessions: Map<string, Session>;
  syncFolder(): Promise<void>;
}

function begin({ sessions, random, clock }: Parts, repository: string): Upload {
  if (sessions.size >= MOST_SESSIONS) {
    throw new Failure(
      'TOOMANYREQUESTS',
      `more than ${MOST_SESSIONS} uploads are open; finish or cancel some`,
    );
  }
  const session: Session = { id: random.uuid(), repository, size: 0, busy: false, touched: clock.now() };
  sessions.set(session.id, session);
  return session;
}

/** One request at a time for each upload. */
async function alone<T>(
  { sessions, clock }: Parts,
  upload: Upload,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = sessions.get(upload.id);
  if (!session) throw unknownUpload(upload);
  if (session.busy)
    throw new Failure('BLOB_UPLOAD_INVALID', `upload ${upload.id}: another request writes to it`);
  session.busy = true;
  session.touched = clock.now();
  try {
    return await work(session);
  } finally {
    session.busy = false;
  }
}

async function append(parts: Parts, session: Session, content: AsyncIterable<Uint8Array>): Promise<void> {
  const isFresh = session.size === 0;
  session.file ??= await openFile(parts, session);
  const writer = session.writer ?? blobWriter(session.file, { position: session.size, limit: parts.limit });
  try {
    await refusing(() => writer.append(content));
    await writer.sync();
    if (isFresh) session.writer = writer;
  } catch (error) {
    // Its hash may be ahead of the file.
    delete session.writer;
    await session.file.truncate(writer.size);
    throw error;
  } finally {
    session.size = writer.size;
  }
}

async function openFile({ folder, syncFolder }: Parts, { id, repository }: Session): Promise<FileHandle> {
  const path = join(folder, id);
  await writeFile(`${path}.json`, JSON.stringify({ repository }), { flush: true, mode: 0o600 });
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  await syncFolder();
  return file;
}

async function settle({ folder, blobs }: Parts, { id, writer }: Session, expected: Digest): Promise<Written> {
  const path = join(folder, id);
  // What was not hashed on its way, or by another hash than the client names, is read once more.
  if (writer?.algorithm !== algorithmOf(expected)) {
    const bytes = createReadStream(path, { highWaterMark: READ_CHUNK_BYTES });
    return refusing(() => blobs.write(bytes, expected));
  }
  const written = await writer.finish();
  if (written.digest !== expected) throw otherDigest(expected, written.digest);
  await blobs.adopt(path, written);
  return written;
}

async function drop({ folder, sessions }: Parts, session: Session): Promise<void> {
  sessions.delete(session.id);
  await session.file?.close();
  await rm(join(folder, session.id), { force: true });
  await rm(join(folder, `${session.id}.json`), { force: true });
}

function unknownUpload({ id, repository }: Pick<Upload, 'id' | 'repository'>): Failure {
  return new Failure(
    'BLOB_UPLOAD_UNKNOWN',
    `upload ${JSON.stringify(id)} is not known in ${repository}; begin again`,
  );
}

function otherDigest(expected: Digest, found: Digest): Failure {
  return new Failure('DIGEST_INVALID', `upload: the bytes have ${found}, not ${expected}; nothing was kept`);
}

/** Sessions whose bytes an earlier process synced. */
async function restored(folder: string, now: number): Promise<Map<string, Session>> {
  const sessions = new Map<string, Session>();
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.json')) continue;
    const id = name.slice(0, -'.json'.length);
    const file = await stat(join(folder, id)).catch(() => undefined);
    const repository = ownerIn(await readFile(join(folder, name), 'utf8'));
    if (file && repository) sessions.set(id, { id, repository, size: file.size, touched: now, busy: false });
    if (!file || !repository) await rm(join(folder, name), { force: true });
  }
  return sessions;
}

function ownerIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { repository?: string }).repository;
  } catch {
    return undefined;
  }
}
