import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, link, open, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, SlipwayError } from '@slipway/api';
import { padding, TAR_END, tarHeader } from '../tar-header.ts';
import { syncFolder } from '../write-whole.ts';
import { type ArchiveManifest, type ArchivePart, checkPartName, MANIFEST } from './manifest.ts';

/** An archive that is being written: a tar file whose last part lists the others. */
export interface ArchiveWriter {
  readonly parts: readonly ArchivePart[];
  /** Bytes so far. */
  readonly size: number;
  add(name: string, content: Uint8Array | { file: string }, facts?: Record<string, string>): Promise<void>;
  /** Writes the manifest, syncs, and gives the file its name: before this there is no archive. */
  finish(whole: Omit<ArchiveManifest, 'parts' | 'mac'>, mac?: (text: string) => string): Promise<void>;
  /** Leaves nothing behind; after `finish` it does nothing. */
  abandon(): Promise<void>;
}

/**
 * Starts an archive of mode 0600 beside its final name. What an earlier one left that was killed is removed.
 * @throws SlipwayError ArchiveExists, ArchiveUnwritable
 */
export async function createArchive(
  file: string,
  options: { pid: number; clock: { now(): number } },
): Promise<ArchiveWriter> {
  if (await stat(file).catch(() => undefined)) throw taken(file);
  const draft = draftOf(file, options.pid);
  try {
    await removeLeftDrafts(file);
    const handle = await open(draft, 'wx', 0o600);
    return writerOf({ file, draft, handle, time: Math.floor(options.clock.now() / 1000) });
  } catch (error) {
    throw unwritable(file, error);
  }
}

interface Writing {
  file: string;
  draft: string;
  handle: FileHandle;
  /** Seconds since 1970. */
  time: number;
}

function writerOf({ file, draft, handle, time }: Writing): ArchiveWriter {
  const parts: ArchivePart[] = [];
  let size = 0;
  let open = true;
  const put = async (bytes: Uint8Array) => {
    await handle.writeFile(bytes);
    size += bytes.length;
  };
  const member = async (name: string, length: number, content: AsyncIterable<Uint8Array>) => {
    await put(tarHeader({ name, type: 'file', mode: 0o600, uid: 0, gid: 0, size: length, time }));
    const hash = createHash('sha256');
    let written = 0;
    for await (const piece of content) {
      hash.update(piece);
      written += piece.length;
      if (written <= length) await put(piece);
    }
    if (written !== length) throw changed(name, length, written);
    await put(Buffer.alloc(padding(length)));
    return hash.digest('hex');
  };
  const close = async () => {
    if (open) await handle.close();
    open = false;
  };
  return {
    parts,
    get size() {
      return size;
    },
    add: (name, content, facts) =>
      guarded(file, async () => {
        const { length, bytes } = await contentOf(content);
        const sha256 = await member(checkPartName(name), length, bytes);
        parts.push({ name, size: length, sha256, ...(facts ? { facts } : {}) });
      }),
    finish: (whole, mac) =>
      guarded(file, async () => {
        const manifest: ArchiveManifest = { ...whole, parts };
        const signed = mac ? { ...manifest, mac: mac(JSON.stringify(manifest)) } : manifest;
        const text = Buffer.from(JSON.stringify(signed));
        await member(MANIFEST, text.length, pieces(text));
        await put(TAR_END);
        await handle.sync();
        await close();
        // A link, unlike a rename, never replaces what somebody else put there meanwhile.
        await link(draft, file);
        await rm(draft);
        await syncFolder(dirname(file));
      }),
    abandon: async () => {
      await close();
      await rm(draft, { force: true });
    },
  };
}

async function contentOf(
  content: Uint8Array | { file: string },
): Promise<{ length: number; bytes: AsyncIterable<Uint8Array> }> {
  if (content instanceof Uint8Array) return { length: content.length, bytes: pieces(content) };
  const { size } = await stat(content.file);
  return { length: size, bytes: createReadStream(content.file, { highWaterMark: 1 << 20 }) };
}

async function* pieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

function draftOf(file: string, pid: number): string {
  return join(dirname(file), `.${basename(file)}.${pid}.partial`);
}

/** Drafts carry the process that writes them: one that no longer lives finishes nothing. */
async function removeLeftDrafts(file: string): Promise<void> {
  const prefix = `.${basename(file)}.`;
  for (const name of await readdir(dirname(file))) {
    const pid = name.startsWith(prefix) ? /^(\d+)\.partial$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid && !isAlive(Number(pid))) await rm(join(dirname(file), name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function guarded(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof SlipwayError) throw error;
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? taken(file) : unwritable(file, error);
  }
}

function taken(file: string): SlipwayError {
  return new SlipwayError('ArchiveExists', `archive: "${file}" is there already; give another name`);
}

function changed(name: string, expected: number, found: number): SlipwayError {
  return new SlipwayError(
    'ArchiveUnwritable',
    `archive: ${name} changed while it was read: ${expected} bytes, then ${found}; try again`,
  );
}

function unwritable(file: string, error: unknown): SlipwayError {
  const full = ['ENOSPC', 'EDQUOT'].includes(String((error as NodeJS.ErrnoException).code));
  const cause = full ? 'the disk is full; free space or write elsewhere' : messageOf(error);
  return new SlipwayError('ArchiveUnwritable', `archive: cannot be written: "${file}": ${cause}`, {
    cause: error,
  });
}
