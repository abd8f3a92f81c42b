import type { ChartFile } from '../chart.ts';
import { ChartError } from '../chart-error.ts';
import { tarEntries } from './tar.ts';

/** Bounds of what one chart may hold, packed or not; Helm's own, but for the number of files. */
export interface ChartLimits {
  /** All files together, unpacked. */
  totalBytes: number;
  fileBytes: number;
  files: number;
  /** Charts within charts. */
  depth: number;
}

export const CHART_LIMITS: ChartLimits = {
  totalBytes: 100 * 1024 * 1024,
  fileBytes: 5 * 1024 * 1024,
  files: 20_000,
  depth: 30,
};

/** Headers and padding come on top of files. */
const TAR_OVERHEAD = 1.25;

/**
 * Files of a packed chart (`.tgz`), paths without the folder at its top, checked as Helm checks them.
 * @throws ChartError ArchiveInvalid, ArchiveUnsafe, ArchiveTooLarge
 */
export function archiveFiles(archive: Uint8Array, given: Partial<ChartLimits> = {}): ChartFile[] {
  const limits = { ...CHART_LIMITS, ...given };
  const files: ChartFile[] = [];
  let left = limits.totalBytes;
  for (const { name, type, size, data } of tarEntries(unzip(archive, limits.totalBytes))) {
    if (type === '5') continue;
    const path = innerPath(name);
    if (size > left) throw tooLarge(limits.totalBytes);
    if (size > limits.fileBytes) {
      const message = `decompressed chart file "${name}" is larger than the maximum file size ${limits.fileBytes}`;
      throw new ChartError('ArchiveTooLarge', name, message);
    }
    left -= size;
    if (left <= 0) throw tooLarge(limits.totalBytes);
    files.push({ name: path, data: withoutMark(data) });
    if (files.length > limits.files)
      throw new ChartError('ArchiveTooLarge', name, `chart archive has more than ${limits.files} files`);
  }
  if (files.length === 0) throw new ChartError('ArchiveInvalid', '', 'no files in chart archive');
  return files;
}

/** A text's byte order mark is not part of it. */
export function withoutMark(data: Uint8Array): Uint8Array {
  return data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf ? data.subarray(3) : data;
}

function unzip(archive: Uint8Array, totalBytes: number): Uint8Array {
  if (archive[0] !== 0x1f || archive[1] !== 0x8b)
    throw new ChartError('ArchiveInvalid', '', 'file does not appear to be a gzipped archive');
  try {
    // Loaded when it is first needed: a chart in a folder does without.
    const { gunzipSync } = process.getBuiltinModule('node:zlib');
    return gunzipSync(archive, { maxOutputLength: Math.ceil(totalBytes * TAR_OVERHEAD) });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(totalBytes);
    throw new ChartError('ArchiveInvalid', '', `gzip: ${(error as Error).message}`);
  }
}

/** The path below the archive's top folder. */
function innerPath(name: string): string {
  const delimiter = name.includes('\\') ? '\\' : '/';
  const [top, ...rest] = name.split(delimiter);
  const path = rest.join('/');
  if (path.startsWith('/')) throw unsafe(name, 'chart illegally contains absolute paths');
  const clean = cleanPath(path);
  if (clean === '.')
    throw unsafe(name, `chart illegally contains content outside the base directory: "${name}"`);
  if (clean.startsWith('..')) throw unsafe(name, 'chart illegally references parent directory');
  if (/^[a-zA-Z]:\//.test(clean)) throw unsafe(name, 'chart contains illegally named files');
  if (top === 'Chart.yaml') throw unsafe(name, 'chart yaml not in base directory');
  return clean;
}

/** Go's `path.Clean` for a relative path. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    const last = parts.at(-1);
    if (part === '..' && last !== undefined && last !== '..') parts.pop();
    if (part !== '..' || last === undefined || last === '..') parts.push(part);
  }
  return parts.length === 0 ? '.' : parts.join('/');
}

function unsafe(file: string, message: string): ChartError {
  return new ChartError('ArchiveUnsafe', file, message);
}

function tooLarge(most: number): ChartError {
  return new ChartError('ArchiveTooLarge', '', `decompressed chart is larger than the maximum size ${most}`);
}
