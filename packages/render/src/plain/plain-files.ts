import type { SourceReader } from '../source-reader.ts';
import { RenderError, type YamlLimits } from '../yaml/parse-yaml.ts';
import { matchesPattern } from './pattern.ts';

export interface PlainOptions {
  reader: SourceReader;
  /** Folder inside the source; `.` for all of it. */
  path: string;
  /** Folders below, too; default false, as in Argo CD. */
  recurse?: boolean;
  /** Patterns of paths relative to `path`: `*`, `?`, `[a-z]`, `{a,b}`. Absent: everything. */
  include?: string;
  exclude?: string;
  /** Files of every name, not only `.yaml`, `.yml` and `.json`. */
  everyName?: boolean;
  /** What becomes of a symbolic link to nothing, or to a folder. Default `refuse`; Argo CD passes over it. */
  links?: 'refuse' | 'skip';
  limits?: Partial<PlainFileLimits & YamlLimits & { maxObjects: number }>;
}

export interface PlainFileLimits {
  maxFiles: number;
  maxTotalBytes: number;
}

const LIMITS: PlainFileLimits = { maxFiles: 5_000, maxTotalBytes: 64 * 1024 * 1024 };

/** A file that may hold manifests; `path` begins at the source's root. */
export interface PlainFile {
  path: string;
  text: string;
}

/** Argo CD's own test of names; it tells small letters from large ones. */
const MANIFEST = /\.(yaml|yml|json|jsonnet)$/;

/**
 * The files of a folder that may hold manifests, in the order of their paths. Undefined when there is no such folder.
 * @throws RenderError YamlTooLarge, LinkUnsupported, JsonnetUnsupported
 */
export async function readPlainFiles(options: PlainOptions): Promise<PlainFile[] | undefined> {
  const { reader, include = '', exclude = '' } = options;
  const { maxFiles, maxTotalBytes } = { ...LIMITS, ...options.limits };
  const root = cleanPath(options.path);
  const paths = await manifestFiles(root, options, maxFiles);
  if (!paths) return undefined;
  const files: PlainFile[] = [];
  let bytes = 0;
  for (const path of paths) {
    const relative = root === '' ? path : path.slice(root.length + 1);
    if (include !== '' && !matchesPattern(relative, include)) continue;
    if (exclude !== '' && matchesPattern(relative, exclude)) continue;
    const data = await reader.read(path);
    if (!data) continue;
    if (path.endsWith('.jsonnet'))
      throw new RenderError(
        'JsonnetUnsupported',
        path,
        'is Jsonnet, which this engine does not render; commit the YAML it makes, or leave it out with directory.exclude',
      );
    bytes += data.length;
    if (bytes > maxTotalBytes)
      throw new RenderError('YamlTooLarge', path, `the manifests have more than ${maxTotalBytes} bytes`);
    files.push({ path, text: new TextDecoder().decode(data) });
  }
  return files;
}

/** Paths of the files that may hold manifests, sorted as `filepath.Walk` meets them. */
async function manifestFiles(
  folder: string,
  options: PlainOptions,
  most: number,
): Promise<string[] | undefined> {
  const { reader, recurse = false, everyName = false, links = 'refuse' } = options;
  const entries = await reader.list(folder);
  if (!entries) return undefined;
  const files: string[] = [];
  for (const { name, type } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (type === 'folder' && recurse) files.push(...((await manifestFiles(path, options, most)) ?? []));
    if (type === 'folder' || !(everyName || MANIFEST.test(name))) continue;
    if (type === 'link' && links === 'refuse')
      throw new RenderError('LinkUnsupported', path, 'is a symbolic link; put the file itself there');
    if (type === 'file') files.push(path);
    if (files.length > most)
      throw new RenderError('YamlTooLarge', folder || '.', `more than ${most} manifest files`);
  }
  return files;
}

function cleanPath(path: string): string {
  return path
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .join('/');
}
