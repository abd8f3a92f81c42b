import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { SlipwayError } from '@slipway/api';
import { extract, type Header } from 'tar-stream';
import type { Algorithm, Digest } from './blobs.ts';
import { guardedPath, OPAQUE, segmentsOf, unsafe, WHITEOUT } from './layer-path.ts';
import type { Compression } from './media-type.ts';
import { TAR_END, tarHeader } from './tar-header.ts';

export interface UnpackInput {
  /** The layer's file. */
  file: string;
  compression: Compression;
  /** An empty or missing folder. */
  target: string;
  /** Unpacked layers below, lowest first: an opaque folder hides what they hold. */
  lowers: string[];
  limits: { bytes: number; entries: number };
  /** Gives files the layer's owners; only root can. */
  owners: boolean;
  /** Hash of the digest that is promised for its content. */
  algorithm: Algorithm;
}

export interface Unpacked {
  /** Digest of the tar itself. */
  diffId: Digest;
  entries: number;
  bytes: number;
}

/** One member of the archive; its bytes must be read or skipped before the next comes. */
type Entry = AsyncIterable<Uint8Array> & { header: Header; resume(): unknown };

interface Unpacking {
  input: UnpackInput;
  pathOf: (entry: string, segments: string[]) => string;
  folders: Set<string>;
  /** Modes and times of folders are set last: a read-only one must still take its files. */
  folderHeaders: Map<string, Header>;
  whiteouts: Set<string>;
  opaque: Set<string>;
  /** All that this layer itself has, by path without leading slash. */
  own: Set<string>;
}

/**
 * Unpacks one layer, in a form that overlayfs understands: whiteouts become character devices 0/0, an opaque folder
 * becomes whiteouts of all it hides.
 * @throws SlipwayError `LayerUnsafe`, `LayerTooLarge`
 */
export async function unpackLayer(input: UnpackInput): Promise<Unpacked> {
  fs.mkdirSync(input.target, { recursive: true });
  const folders = new Set<string>([input.target]);
  const unpacking: Unpacking = {
    input,
    folders,
    pathOf: guardedPath(input.target, folders),
    folderHeaders: new Map(),
    whiteouts: new Set(),
    opaque: new Set(),
    own: new Set(),
  };
  const meter = measure(input.limits.bytes, input.algorithm);
  const tar = extract();
  const reading = pipeline(
    fs.createReadStream(input.file, { highWaterMark: 1 << 20 }),
    ...decompress(input),
    meter.through,
    tar,
  );
  reading.catch(() => {});
  let entries = 0;
  for await (const entry of tar) {
    entries++;
    if (entries > input.limits.entries) throw tooLarge(`${input.limits.entries} entries`);
    await place(unpacking, entry as unknown as Entry);
    entry.resume();
  }
  await reading;
  hideOpaque(unpacking);
  makeWhiteouts(unpacking);
  for (const [path, header] of [...unpacking.folderHeaders].reverse())
    setAttributes(path, header, input.owners);
  return { diffId: `${input.algorithm}:${meter.hash.digest('hex')}`, entries, bytes: meter.bytes() };
}

function decompress({ compression }: UnpackInput): [Transform] {
  if (compression === 'gzip') return [createGunzip({ chunkSize: 1 << 18 })];
  if (compression === 'zstd') return [createZstdDecompress({ chunkSize: 1 << 18 })];
  return [new PassThrough()];
}

function measure(limit: number, algorithm: Algorithm) {
  const hash = createHash(algorithm);
  let bytes = 0;
  const through = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      done(bytes > limit ? tooLarge(`${limit} bytes unpacked`) : null, chunk);
    },
  });
  return { through, hash, bytes: () => bytes };
}

function tooLarge(limit: string): SlipwayError {
  return new SlipwayError(
    'LayerTooLarge',
    `layer: more than ${limit}; raise the limit or make the image smaller`,
  );
}

async function place(unpacking: Unpacking, entry: Entry): Promise<void> {
  const { name } = entry.header;
  const segments = segmentsOf(name);
  const last = segments.at(-1);
  if (last === undefined) return;
  const path = unpacking.pathOf(name, segments);
  makeParents(unpacking, segments);
  if (last === OPAQUE) {
    unpacking.opaque.add(segments.slice(0, -1).join('/'));
    return;
  }
  if (last.startsWith(WHITEOUT)) {
    const hidden = last.slice(WHITEOUT.length);
    if (hidden === '' || hidden === '.' || hidden === '..') throw unsafe(name, 'a whiteout of nothing');
    unpacking.whiteouts.add([...segments.slice(0, -1), hidden].join('/'));
    return;
  }
  unpacking.own.add(segments.join('/'));
  await create(unpacking, entry, path);
}

/** An archive may name a file before its folder, or the folder never. */
function makeParents({ input, folders, own }: Unpacking, segments: string[]): void {
  for (let depth = 1; depth < segments.length; depth++) {
    const parent = segments.slice(0, depth);
    const path = join(input.target, ...parent);
    if (folders.has(path)) continue;
    fs.mkdirSync(path, { recursive: true, mode: 0o755 });
    folders.add(path);
    own.add(parent.join('/'));
  }
}

async function create(unpacking: Unpacking, entry: Entry, path: string): Promise<void> {
  const { header } = entry;
  const { owners } = unpacking.input;
  switch (header.type) {
    case 'directory':
      makeFolder(unpacking, path, header);
      return;
    case 'symlink':
      clear(path, unpacking);
      fs.symlinkSync(header.linkname ?? '', path);
      if (owners) fs.lchownSync(path, header.uid ?? 0, header.gid ?? 0);
      fs.lutimesSync(path, header.mtime, header.mtime);
      return;
    case 'link':
      clear(path, unpacking);
      hardLink(unpacking, header, path);
      return;
    case 'file':
    case 'contiguous-file':
      clear(path, unpacking);
      await writeFile(path, entry);
      setAttributes(path, header, owners);
      return;
    default:
      // Devices are the runtime's to make; an archive of /dev holds nothing else.
      if (segmentsOf(header.name)[0] === 'dev') return;
      throw unsafe(
        header.name,
        `is a ${header.type ?? 'thing of unknown type'}; only files, folders and links are unpacked`,
      );
  }
}

function makeFolder({ folders, folderHeaders }: Unpacking, path: string, header: Header): void {
  const found = fs.lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isDirectory()) fs.rmSync(path);
  if (!found?.isDirectory()) fs.mkdirSync(path);
  folders.add(path);
  folderHeaders.set(path, header);
}

/** A later entry of the same name replaces the earlier one. */
function clear(path: string, { folders }: Unpacking): void {
  if (folders.has(path)) {
    for (const folder of folders)
      if (folder === path || folder.startsWith(`${path}/`)) folders.delete(folder);
  }
  fs.rmSync(path, { recursive: true, force: true });
}

async function writeFile(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const file = fs.openSync(path, fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_EXCL, 0o600);
  try {
    for await (const chunk of content) writeAll(file, chunk);
  } finally {
    fs.closeSync(file);
  }
}

function writeAll(file: number, chunk: Uint8Array): void {
  let written = 0;
  while (written < chunk.byteLength) written += fs.writeSync(file, chunk, written);
}

function hardLink({ input, pathOf }: Unpacking, header: Header, path: string): void {
  const name = header.linkname ?? '';
  const segments = segmentsOf(name);
  const target = pathOf(name, segments);
  if (target === path) throw unsafe(header.name, 'a link to itself');
  const found = fs.lstatSync(target, { throwIfNoEntry: false });
  if (found && !found.isDirectory()) {
    fs.linkSync(target, path);
    return;
  }
  // The layer below has the file; a link cannot cross layers.
  for (const lower of input.lowers.toReversed()) {
    const below = guardedPath(lower, new Set())(name, segments);
    if (!fs.lstatSync(below, { throwIfNoEntry: false })?.isFile()) continue;
    fs.copyFileSync(below, path);
    return;
  }
  throw unsafe(header.name, `a link to ${JSON.stringify(name)}, which is not in the image`);
}

function setAttributes(path: string, header: Header, owners: boolean): void {
  if (owners) fs.chownSync(path, header.uid ?? 0, header.gid ?? 0);
  fs.chmodSync(path, (header.mode ?? 0o644) & 0o7777);
  const time = header.mtime ?? new Date(0);
  fs.utimesSync(path, time, time);
}

function hideOpaque({ input, opaque, own, whiteouts, pathOf }: Unpacking): void {
  for (const folder of opaque) {
    for (const lower of input.lowers) {
      const segments = segmentsOf(folder);
      const path = guardedPath(lower, new Set())(folder, [...segments, '']);
      if (!fs.lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) continue;
      for (const name of fs.readdirSync(path)) {
        const hidden = [...segments, name].join('/');
        if (!own.has(hidden)) whiteouts.add(hidden);
      }
    }
    pathOf(folder, [...segmentsOf(folder), '']);
  }
}

/** Node cannot make device nodes; tar can, and without rights too when they are whiteouts (Linux ≥ 5.8). */
function makeWhiteouts({ input, whiteouts, own }: Unpacking): void {
  const names = [...whiteouts].filter(name => !own.has(name));
  if (names.length === 0) return;
  const device = { type: 'device', mode: 0, uid: 0, gid: 0, size: 0, time: 0 } as const;
  const archive = Buffer.concat([...names.map(name => tarHeader({ ...device, name })), TAR_END]);
  execFileSync('tar', ['-x', '-f', '-', '-C', input.target], {
    input: archive,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}
