import { execFileSync } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import type { Digest } from './blobs.ts';
import { OPAQUE, WHITEOUT } from './layer-path.ts';
import { padding, TAR_END, type TarMember, tarHeader } from './tar-header.ts';

export interface PackInput {
  /** What becomes the layer: a folder of files, or the upper folder of an overlay. */
  folder: string;
  /** The tar is written here, synced. */
  target: string;
  /** Seconds since 1970 that every entry gets, in the archive and in the folder itself. */
  time: number;
  /** `root`: everything belongs to 0:0, for one who cannot give files away; `keep`: as it is on the disk. */
  owners: 'keep' | 'root';
  /** Owners of paths (without leading slash) and all below them; the longest wins. With `keep` the folder gets them, too. */
  ownersOf?: Record<string, { uid: number; gid: number }>;
  /** Paths (without leading slash) that are left out, with all below. */
  exclude: string[];
  /** Unpacked layers below an overlay's upper folder: finds opaque folders. Empty: plain files. */
  lowers: string[];
  /** Paths (without leading slash) that this layer removes from those below, where the folder cannot say it. */
  whiteouts?: string[];
  limitBytes: number;
}

export interface Packed {
  /** Digest of the tar: both the layer's digest and its diffID. */
  digest: Digest;
  size: number;
  entries: number;
  /** Folders marked opaque: in the archive as such, in the folder by an extended attribute. */
  opaque: number;
}

const GATHER_BYTES = 1 << 20;

/**
 * Makes a layer of a folder. Equal content gives equal bytes: names are sorted, times and owners given.
 * @throws SlipwayError `LayerTooLarge`
 */
export function packLayer(input: PackInput): Packed {
  const out = output(input);
  try {
    const opaque = opaqueFolders(input);
    const links = new Map<string, string>();
    const packing: Packing = { input, out, opaque, links, exclude: new Set(input.exclude), entries: 0 };
    addFolder(packing, '');
    for (const path of (input.whiteouts ?? []).toSorted())
      addMarker(packing, join(dirname(path), `${WHITEOUT}${basename(path)}`));
    out.put(TAR_END);
    return { ...out.finish(), entries: packing.entries, opaque: opaque.size };
  } finally {
    out.close();
  }
}

interface Packing {
  input: PackInput;
  out: Output;
  opaque: Set<string>;
  /** First name of a file with several, by device and inode. */
  links: Map<string, string>;
  exclude: Set<string>;
  entries: number;
}

function addFolder(packing: Packing, folder: string): void {
  const names = fs.readdirSync(join(packing.input.folder, folder)).sort();
  if (packing.opaque.has(folder)) addMarker(packing, join(folder, OPAQUE));
  for (const name of names) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (!packing.exclude.has(path)) addEntry(packing, path, folder, name);
  }
}

function addEntry(packing: Packing, path: string, folder: string, name: string): void {
  const { input } = packing;
  const file = join(input.folder, path);
  const found = fs.lstatSync(file);
  if (found.isCharacterDevice() && found.rdev === 0) {
    addMarker(packing, join(folder, `${WHITEOUT}${name}`));
    return;
  }
  const { mode } = found;
  const owner = ownerOf(input, path, found);
  const isOther = owner.uid !== found.uid || owner.gid !== found.gid;
  if (input.owners === 'keep' && isOther) fs.lchownSync(file, owner.uid, owner.gid);
  const member = { name: path, mode, size: 0, time: input.time, ...owner };
  if (found.isDirectory()) {
    add(packing, { ...member, name: `${path}/`, type: 'directory' });
    addFolder(packing, path);
  }
  if (found.isSymbolicLink()) {
    add(packing, { ...member, mode: 0o777, type: 'symlink', linkname: fs.readlinkSync(file) });
  }
  if (found.isFile()) addFile(packing, { ...member, type: 'file' }, file, found);
  // Sockets, pipes and devices do not belong into a layer.
  fs.lutimesSync(file, input.time, input.time);
}

function addFile(packing: Packing, member: TarMember, file: string, found: fs.Stats): void {
  const inode = `${found.dev}:${found.ino}`;
  const first = found.nlink > 1 ? packing.links.get(inode) : undefined;
  if (first !== undefined) {
    add(packing, { ...member, type: 'link', linkname: first });
    return;
  }
  packing.links.set(inode, member.name);
  add(packing, { ...member, size: found.size });
  addContent(packing.out, file, found.size);
}

function add(packing: Packing, member: TarMember): void {
  packing.entries++;
  packing.out.put(tarHeader(member));
}

function addMarker(packing: Packing, name: string): void {
  add(packing, { name, type: 'file', mode: 0o644, uid: 0, gid: 0, size: 0, time: packing.input.time });
}

function addContent(out: Output, file: string, size: number): void {
  const descriptor = fs.openSync(file, 'r');
  try {
    for (let position = 0; position < size; ) {
      const read = out.fill(room => {
        const length = Math.min(room.length, size - position);
        return fs.readSync(descriptor, room, 0, length, position);
      });
      if (read === 0)
        throw new SlipwayError('LayerChanged', `layer: ${file}: became shorter while it was read`);
      position += read;
    }
  } finally {
    fs.closeSync(descriptor);
  }
  out.put(Buffer.alloc(padding(size)));
}

function ownerOf(input: PackInput, path: string, found: fs.Stats): { uid: number; gid: number } {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const owner = input.ownersOf?.[at];
    if (owner) return { uid: owner.uid, gid: owner.gid };
  }
  return input.owners === 'root' ? { uid: 0, gid: 0 } : { uid: found.uid, gid: found.gid };
}

interface Output {
  put(bytes: Buffer): void;
  /** Lets `read` write into what room there is; gives how many bytes it wrote. */
  fill(read: (room: Buffer) => number): number;
  finish(): { digest: Digest; size: number };
  close(): void;
}

/**
 * Hashes and writes through one buffer that is filled again and again: one for each piece would be as much memory as the
 * layer has, which the process then keeps.
 */
function output({ target, limitBytes }: PackInput): Output {
  const descriptor = fs.openSync(target, 'wx', 0o600);
  const hash: Hash = createHash('sha256');
  const gathered = Buffer.allocUnsafeSlow(GATHER_BYTES);
  let waiting = 0;
  let size = 0;
  const flush = () => {
    const block = gathered.subarray(0, waiting);
    hash.update(block);
    for (let written = 0; written < block.length; ) written += fs.writeSync(descriptor, block, written);
    waiting = 0;
  };
  const fill = (read: (room: Buffer) => number) => {
    const count = read(gathered.subarray(waiting));
    size += count;
    if (size > limitBytes) throw tooLarge(limitBytes);
    waiting += count;
    if (waiting === GATHER_BYTES) flush();
    return count;
  };
  return {
    put: bytes => {
      for (let at = 0; at < bytes.length; ) at += fill(room => bytes.copy(room, 0, at));
    },
    fill,
    finish: () => {
      flush();
      fs.fdatasyncSync(descriptor);
      return { digest: `sha256:${hash.digest('hex')}`, size };
    },
    close: () => fs.closeSync(descriptor),
  };
}

/**
 * Folders of an overlay's upper that hide the ones below. The kernel marks them with an extended attribute, which Node
 * cannot read; GNU tar can, and only folders that a lower layer has too need to be asked for.
 */
function opaqueFolders({ folder, lowers }: PackInput): Set<string> {
  const shared = lowers.length === 0 ? [] : sharedFolders(folder, lowers, '');
  if (shared.length === 0) return new Set();
  const archive = execFileSync(
    'tar',
    [
      '-c',
      '--format=pax',
      '--xattrs',
      '--xattrs-include=*.overlay.opaque',
      '--no-recursion',
      '-C',
      folder,
      '--null',
      '-T',
      '-',
    ],
    {
      input: shared.map(path => `./${path}\0`).join(''),
      maxBuffer: 1 << 28,
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  return new Set(markedIn(archive));
}

function sharedFolders(folder: string, lowers: string[], path: string): string[] {
  return fs
    .readdirSync(join(folder, path), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .flatMap(({ name }) => {
      const below = path === '' ? name : `${path}/${name}`;
      const isShared = lowers.some(lower =>
        fs.lstatSync(join(lower, below), { throwIfNoEntry: false })?.isDirectory(),
      );
      return isShared ? [below, ...sharedFolders(folder, lowers, below)] : [];
    });
}

/** Names of the members whose pax record holds the attribute with the value `y`. */
function* markedIn(archive: Buffer): Iterable<string> {
  let marked = false;
  let longName: string | undefined;
  for (let at = 0; at + 512 <= archive.length; ) {
    const header = archive.subarray(at, at + 512);
    if (header[0] === 0) return;
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8) || 0;
    const body = archive.subarray(at + 512, at + 512 + size);
    at += 512 + size + padding(size);
    if (header.toString('latin1', 156, 157) === 'x') {
      const records = body.toString();
      marked = /\d+ SCHILY\.xattr\.(?:trusted|user)\.overlay\.opaque=y\n/.test(records);
      longName = /\d+ path=([^\n]*)\n/.exec(records)?.[1];
      continue;
    }
    const name = longName ?? header.subarray(0, 100).toString().replace(/\0.*$/s, '');
    if (marked) yield name.replace(/^\.\/|\/$/g, '');
    marked = false;
    longName = undefined;
  }
}

function tooLarge(limit: number): SlipwayError {
  return new SlipwayError(
    'LayerTooLarge',
    `layer: more than ${limit} bytes; leave files out with .dockerignore, or copy fewer`,
  );
}
