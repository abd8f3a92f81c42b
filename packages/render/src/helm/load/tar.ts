import { ChartError } from '../chart-error.ts';

/** One member of a tar archive. `type` is the header's own letter; `0` is a file, `5` a folder. */
export interface TarEntry {
  name: string;
  type: string;
  size: number;
  data: Uint8Array;
}

const BLOCK = 512;
const text = new TextDecoder();

/**
 * Members of an archive in memory (ustar, pax and GNU names), without extension headers.
 * @throws ChartError ArchiveInvalid
 */
export function* tarEntries(bytes: Uint8Array): Generator<TarEntry> {
  let at = 0;
  let records: Record<string, string> = {};
  while (at + BLOCK <= bytes.length) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every(byte => byte === 0)) return;
    checkSum(header);
    const type = header[156] === 0 ? '0' : String.fromCharCode(header[156] ?? 0);
    const size = Number(records.size ?? numberAt(header, 124, 12));
    const start = at + BLOCK;
    if (!Number.isSafeInteger(size) || size < 0 || start + size > bytes.length)
      throw invalid('unexpected EOF');
    const data = bytes.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'x') records = { ...records, ...paxRecords(data) };
    if (type === 'L') records = { ...records, path: terminated(data) };
    if ('xLK'.includes(type)) continue;
    if (type === 'S') throw invalid('sparse files are not supported');
    const name = records.path ?? headerName(header);
    records = {};
    if (type === 'g') continue;
    yield { name, type: type === '0' && name.endsWith('/') ? '5' : type, size, data };
  }
}

function headerName(header: Uint8Array): string {
  const name = terminated(header.subarray(0, 100));
  const isUstar = text.decode(header.subarray(257, 263)) === 'ustar\0';
  const prefix = isUstar ? terminated(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function checkSum(header: Uint8Array): void {
  const wanted = numberAt(header, 148, 8);
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 0x20 : (header[at] ?? 0);
  if (sum !== wanted) throw invalid('archive/tar: invalid tar header');
}

/** Octal text, or a big-endian number when the first bit is set. */
function numberAt(header: Uint8Array, start: number, length: number): number {
  const field = header.subarray(start, start + length);
  if (((field[0] ?? 0) & 0x80) === 0) {
    const digits = terminated(field).trim();
    return digits === '' ? 0 : Number.parseInt(digits, 8);
  }
  let value = (field[0] ?? 0) & 0x7f;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  return value;
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function paxRecords(data: Uint8Array): Record<string, string> {
  const records: Record<string, string> = {};
  let at = 0;
  while (at < data.length) {
    const space = data.indexOf(0x20, at);
    const length = Number(text.decode(data.subarray(at, space)));
    if (space < 0 || !Number.isInteger(length) || length <= 0)
      throw invalid('archive/tar: invalid tar header');
    const record = text.decode(data.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    const key = record.slice(0, equals);
    if (key === 'path' || key === 'size') records[key] = record.slice(equals + 1);
    at += length;
  }
  return records;
}

function terminated(field: Uint8Array): string {
  const end = field.indexOf(0);
  return text.decode(end < 0 ? field : field.subarray(0, end));
}

function invalid(message: string): ChartError {
  return new ChartError('ArchiveInvalid', '', message);
}
