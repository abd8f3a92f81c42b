import { fromBytes } from '../../go-template/go-string.ts';
import type { SourceReader } from '../../source-reader.ts';
import type { ChartFile } from '../chart.ts';
import { ChartError } from '../chart-error.ts';
import { CHART_LIMITS, type ChartLimits, cleanPath, withoutMark } from './archive-files.ts';
import { ignoreRules } from './ignore-rules.ts';

/**
 * Files of a chart's folder, in Helm's order, without those that `.helmignore` names. This is all that is read of a
 * source; everything after it is computing.
 * @throws ChartError ChartInvalid, ChartLimit, LinkUnsupported
 */
export async function readChartFiles(
  reader: SourceReader,
  path: string,
  given: Partial<ChartLimits> = {},
): Promise<ChartFile[]> {
  const limits = { ...CHART_LIMITS, ...given };
  const root = cleanPath(path);
  const at = (name: string) => (root === '.' ? name : `${root}/${name}`);
  const ignore = await reader.read(at('.helmignore'));
  const ignores = ignoreRules(ignore ? fromBytes(ignore) : '');
  const paths: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const path = folder === '' ? root : at(folder);
    const entries = await reader.list(path);
    if (!entries) throw new ChartError('ChartInvalid', path, `chart folder "${path}" does not exist`);
    for (const { name, type } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inner = folder === '' ? name : `${folder}/${name}`;
      if (ignores(inner, type === 'folder')) continue;
      if (type === 'link') throw linkError(at(inner));
      if (type === 'folder') await walk(inner);
      if (type === 'file') paths.push(inner);
      if (paths.length > limits.files) throw tooLarge(inner, `chart has more than ${limits.files} files`);
    }
  };
  await walk('');
  return readAll(reader, { paths, at, limits });
}

/** How many files are read at once: waiting for one another takes most of the time. */
const AT_ONCE = 32;

async function readAll(
  reader: SourceReader,
  { paths, at, limits }: { paths: string[]; at: (path: string) => string; limits: ChartLimits },
): Promise<ChartFile[]> {
  const files: ChartFile[] = [];
  let bytes = 0;
  for (let start = 0; start < paths.length; start += AT_ONCE) {
    const some = paths.slice(start, start + AT_ONCE);
    const contents = await Promise.all(some.map(path => reader.read(at(path))));
    for (const [index, name] of some.entries()) {
      const data = contents[index] ?? new Uint8Array();
      bytes += data.length;
      const most = limits.fileBytes;
      if (data.length > most)
        throw tooLarge(name, `chart file "${name}" is larger than the maximum file size ${most}`);
      if (bytes > limits.totalBytes)
        throw tooLarge(name, `chart is larger than the maximum size ${limits.totalBytes}`);
      files.push({ name, data: withoutMark(data) });
    }
  }
  return files;
}

function linkError(path: string): ChartError {
  const message = `${path}: is a symbolic link; put the file itself there`;
  return new ChartError('LinkUnsupported', path, message);
}

function tooLarge(file: string, message: string): ChartError {
  return new ChartError('ChartLimit', file, message);
}
