import { createHash, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { messageOf, SlipwayError } from '@slipway/api';
import { extract, type Header } from 'tar-stream';
import {
  type ArchiveManifest,
  type ArchivePart,
  checkPartName,
  damaged,
  MANIFEST,
  MOST_MANIFEST_BYTES,
  parseManifest,
} from './manifest.ts';

const MOST_SMALL_BYTES = 64 * 1024 * 1024;

type Entry = AsyncIterable<Uint8Array> & { header: Header; resume(): unknown };

/**
 * Reads a whole archive and checks every part against its manifest; nothing is written.
 * @throws SlipwayError ArchiveUnreadable, ArchiveDamaged, ArchivePath, ArchiveFormat for another format than asked for
 */
export async function checkArchive(file: string, format: string): Promise<ArchiveManifest> {
  const found = new Map<string, { size: number; sha256: string }>();
  let manifest: ArchiveManifest | undefined;
  for await (const { name, content } of membersOf(file)) {
    if (manifest) throw damaged(file, `${name} stands behind its manifest`);
    if (found.has(name)) throw damaged(file, `${name} is there twice`);
    if (name === MANIFEST)
      manifest = parseManifest((await smallPart(content, name, file, MOST_MANIFEST_BYTES)).toString(), file);
    else found.set(name, await sumOf(content));
  }
  if (!manifest) throw damaged(file, 'it ends before its manifest: it was cut off');
  if (manifest.format !== format) throw otherFormat(file, manifest.format, format);
  for (const part of manifest.parts) {
    const real = found.get(part.name);
    found.delete(part.name);
    if (!real) throw damaged(file, `${part.name} is missing`);
    if (real.size === part.size && real.sha256 === part.sha256) continue;
    throw damaged(file, `${part.name} has sha256 ${real.sha256}, not ${part.sha256}`);
  }
  const [extra] = found.keys();
  if (extra) throw damaged(file, `${extra} is not in its manifest`);
  return manifest;
}

/** Whether the manifest is the one that a holder of the key wrote. */
export function hasMac(manifest: ArchiveManifest, mac: (text: string) => string): boolean {
  const { mac: given, ...rest } = manifest;
  const wanted = Buffer.from(mac(JSON.stringify(rest)));
  const found = Buffer.from(given ?? '');
  return found.length === wanted.length && timingSafeEqual(found, wanted);
}

/**
 * Gives each part with its content, which must be read to its end; a content that is no longer what `checkArchive`
 * saw ends with an error.
 * @example
 * for await (const { part, content } of readParts(file, await checkArchive(file, FORMAT))) await write(part.name, content);
 */
export async function* readParts(
  file: string,
  manifest: ArchiveManifest,
): AsyncIterable<{ part: ArchivePart; content: AsyncIterable<Uint8Array> }> {
  const parts = new Map(manifest.parts.map(part => [part.name, part]));
  for await (const { name, content } of membersOf(file)) {
    const part = parts.get(name);
    if (!part) continue;
    yield { part, content: same(content, part, file) };
  }
}

/** The bytes of one small part; undefined when there is none. */
export async function readPart(
  file: string,
  manifest: ArchiveManifest,
  name: string,
): Promise<Buffer | undefined> {
  for await (const { part, content } of readParts(file, manifest)) {
    if (part.name !== name) continue;
    return smallPart(content, name, file);
  }
  return undefined;
}

async function* membersOf(file: string): AsyncIterable<{ name: string; content: AsyncIterable<Uint8Array> }> {
  const members = extract();
  pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), members, () => {});
  try {
    for await (const entry of members as AsyncIterable<Entry>) {
      const { name, type } = entry.header;
      checkPartName(name);
      if (type !== 'file') throw damaged(file, `${name} is a ${type}; archives hold files only`);
      yield { name, content: contentOf(entry, file) };
      entry.resume();
    }
  } catch (error) {
    throw readable(error, file);
  } finally {
    members.destroy();
  }
}

async function* contentOf(entry: Entry, file: string): AsyncIterable<Uint8Array> {
  try {
    yield* entry;
  } catch (error) {
    throw readable(error, file);
  }
}

function readable(error: unknown, file: string): unknown {
  if (error instanceof SlipwayError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR' || code === 'EIO') {
    return new SlipwayError('ArchiveUnreadable', `archive: cannot be read: "${file}": ${messageOf(error)}`);
  }
  return damaged(file, messageOf(error));
}

async function* same(
  content: AsyncIterable<Uint8Array>,
  part: ArchivePart,
  file: string,
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  for await (const piece of content) {
    hash.update(piece);
    yield piece;
  }
  if (hash.digest('hex') !== part.sha256) throw damaged(file, `${part.name} changed while it was read`);
}

async function sumOf(content: AsyncIterable<Uint8Array>): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of content) {
    hash.update(piece);
    size += piece.length;
  }
  return { size, sha256: hash.digest('hex') };
}

/** The bytes of a part that has to fit into memory. @throws SlipwayError ArchiveDamaged beyond `most` bytes */
export async function smallPart(
  content: AsyncIterable<Uint8Array>,
  name: string,
  file: string,
  most: number = MOST_SMALL_BYTES,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of content) {
    size += piece.length;
    if (size > most) throw damaged(file, `${name} is larger than ${most} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function otherFormat(file: string, found: string, wanted: string): SlipwayError {
  const [kind, version] = found.split('/');
  const [wantedKind, newest] = wanted.split('/');
  if (kind === wantedKind && Number(version) > Number(newest)) {
    return new SlipwayError(
      'ArchiveFormat',
      `archive: "${file}" is of format ${found}, newer than ${wanted}; use the program that wrote it, or a newer one`,
    );
  }
  return new SlipwayError(
    'ArchiveFormat',
    `archive: "${file}" is a ${JSON.stringify(found)}, not a ${wanted}`,
  );
}
