import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder's files as a tar archive (POSIX ustar with pax for long names), in order of their names. */
export async function* tarFolder(folder: string): AsyncGenerator<Uint8Array> {
  yield* entries(folder, '');
  yield Buffer.alloc(1024);
}

async function* entries(folder: string, prefix: string): AsyncGenerator<Uint8Array> {
  for (const name of (await readdir(folder)).sort()) yield* entry(join(folder, name), `${prefix}${name}`);
}

async function* entry(path: string, name: string): AsyncGenerator<Uint8Array> {
  const info = await lstat(path);
  const mode = info.mode & 0o777;
  if (info.isDirectory()) {
    yield* header({ name: `${name}/`, type: '5', size: 0, mode, link: '' });
    yield* entries(path, `${name}/`);
    return;
  }
  if (info.isSymbolicLink()) {
    yield* header({ name, type: '2', size: 0, mode, link: await readlink(path) });
    return;
  }
  if (!info.isFile()) return;
  yield* header({ name, type: '0', size: info.size, mode, link: '' });
  for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
  yield Buffer.alloc((512 - (info.size % 512)) % 512);
}

interface Header {
  name: string;
  type: string;
  size: number;
  mode: number;
  link: string;
}

function* header(fields: Header): Generator<Uint8Array> {
  const long = { path: fields.name, linkpath: fields.link };
  const records = Object.entries(long).filter(([, value]) => Buffer.byteLength(value) > 100);
  if (records.length > 0) {
    const body = Buffer.from(records.map(([key, value]) => paxRecord(key, value)).join(''));
    yield block({ name: 'pax', type: 'x', size: body.length, mode: 0o644, link: '' });
    yield Buffer.concat([body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
  }
  yield block(fields);
}

function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  return `${bytes + String(bytes + String(bytes).length).length}${rest}`;
}

function block({ name, type, size, mode, link }: Header): Uint8Array {
  const bytes = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number) =>
    bytes.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
  bytes.write(name, 0, 100, 'utf8');
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  bytes.write('        ', 148, 'latin1');
  bytes.write(type, 156, 'latin1');
  bytes.write(link, 157, 100, 'utf8');
  bytes.write('ustar\u000000', 257, 'latin1');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return bytes;
}
