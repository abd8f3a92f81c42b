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
  const files: ChartFile[] = [];
  let bytes = 0;
  const walk = async (folder: string): Promise<void> => {
    const entries = await reader.list(folder === '' ? root : at(folder));
    if (!entries)
      throw new ChartError('ChartInvalid', at(folder), `chart folder "${at(folder)}" does not exist`);
    for (const { name, type } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inner = folder === '' ? name : `${folder}/${name}`;
      if (ignores(inner, type === 'folder')) continue;
      if (type === 'link')
        throw new ChartError(
          'LinkUnsupported',
          at(inner),
          `${at(inner)}: is a symbolic link; put the file itself there`,
        );
      if (type === 'folder') {
        await walk(inner);
        continue;
      }
      const data = (await reader.read(at(inner))) ?? new Uint8Array();
      bytes += data.length;
      checkSize({ name, size: data.length, bytes, count: files.length + 1 }, limits);
      files.push({ name: inner, data: withoutMark(data) });
    }
  };
  await walk('');
  return files;
}

function checkSize(
  { name, size, bytes, count }: { name: string; size: number; bytes: number; count: number },
  limits: ChartLimits,
): void {
  const refuse = (message: string) => new ChartError('ChartLimit', name, message);
  if (size > limits.fileBytes)
    throw refuse(`chart file "${name}" is larger than the maximum file size ${limits.fileBytes}`);
  if (bytes > limits.totalBytes) throw refuse(`chart is larger than the maximum size ${limits.totalBytes}`);
  if (count > limits.files) throw refuse(`chart has more than ${limits.files} files`);
}
