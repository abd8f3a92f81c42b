import { gunzipSync, gzipSync } from 'node:zlib';
import { SlipwayError } from '@slipway/api';
import { tarEntries } from '@slipway/render';
import type { SourceFile } from '../source-digest.ts';

const BLOCK = 512;
const MOST_BYTES = 128 * 1024 * 1024;

/** A `.tar.gz` of files: the same files give the same bytes, for times and owners are not in it. */
export function packFiles(files: SourceFile[]): Buffer {
  const blocks = files
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(({ path, data }) => [...longName(path), header(path, data.length, '0'), padded(data)]);
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 9 });
}

/** GNU's way to say a name that a header has no place for. */
function longName(path: string): Buffer[] {
  const name = Buffer.from(`${path}\0`);
  return name.length <= 101 ? [] : [header('././@LongLink', name.length, 'L'), padded(name)];
}

function header(path: string, size: number, type: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  Buffer.from(path).copy(block, 0, 0, 100);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\0', 257);
  block.write('00', 263);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function padded(data: Uint8Array): Buffer {
  const rest = data.length % BLOCK;
  return rest === 0 ? Buffer.from(data) : Buffer.concat([data, Buffer.alloc(BLOCK - rest)]);
}

/**
 * Files of a tar archive, gzipped or not. Links and paths that leave it are refused.
 * @throws SlipwayError ArchiveInvalid, naming the path
 */
export function unpackFiles(bytes: Uint8Array): SourceFile[] {
  const files = new Map<string, SourceFile>();
  for (const { name, type, data } of tarEntries(unzipped(bytes))) {
    if (type === '5') continue;
    const path = name.replace(/^(\.\/)+/, '');
    const isSafe = !/^([/\\]|[a-z]:)/i.test(path) && !path.split(/[\\/]/).some(part => part === '..');
    if (!isSafe || path === '') throw invalid(`${JSON.stringify(name)} leads out of it`);
    if (type !== '0') throw invalid(`${JSON.stringify(name)} is a link or a device; only files are taken`);
    files.set(path, { path, data });
  }
  return [...files.values()];
}

function unzipped(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    throw invalid(`gzip: ${(error as Error).message}`);
  }
}

function invalid(why: string): SlipwayError {
  return new SlipwayError('ArchiveInvalid', `archive: ${why}`);
}
