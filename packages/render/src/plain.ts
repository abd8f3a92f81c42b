import { matchesGlob } from 'node:path/posix';
import { SlipwayError } from '@slipway/api';
import { parseObjects, type RenderedObject } from './documents.ts';
import type { SourceReader } from './source-reader.ts';

export interface PlainOptions {
  /** Folder inside the source; `` or `.` is its root. */
  path: string;
  /** Also folders below. */
  recurse?: boolean;
  /** Glob patterns on file names, as Argo CD's `directory.include` and `exclude`; `{a,b}` lists several. */
  include?: string;
  exclude?: string;
}

const MANIFEST = /\.(ya?ml|json)$/;
const MOST_FILES = 2_000;

/**
 * Objects of a folder's manifests, in the order of their paths.
 * @throws SlipwayError FolderMissing, ManifestInvalid
 */
export async function renderPlain(reader: SourceReader, options: PlainOptions): Promise<RenderedObject[]> {
  const root = options.path.replace(/^\.?\/*/, '').replace(/\/+$/, '');
  const files = await manifests(reader, root, options);
  if (!files)
    throw new SlipwayError(
      'FolderMissing',
      `folder ${JSON.stringify(options.path)}: app path does not exist`,
    );
  if (files.length > MOST_FILES)
    throw new SlipwayError('ManifestInvalid', `folder ${root}: more than ${MOST_FILES} manifests`);
  const rendered: RenderedObject[] = [];
  for (const file of files.sort()) {
    const content = await reader.read(file);
    if (content) rendered.push(...parseObjects(new TextDecoder().decode(content), file));
  }
  return rendered;
}

async function manifests(
  reader: SourceReader,
  folder: string,
  options: PlainOptions,
): Promise<string[] | undefined> {
  const entries = await reader.list(folder);
  if (!entries) return undefined;
  const found: string[] = [];
  for (const { name, type } of entries) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (type === 'folder' && options.recurse) found.push(...((await manifests(reader, path, options)) ?? []));
    if (type === 'file' && MANIFEST.test(name) && isWanted(name, options)) found.push(path);
  }
  return found;
}

function isWanted(name: string, { include, exclude }: PlainOptions): boolean {
  if (exclude && matchesGlob(name, exclude)) return false;
  return !include || matchesGlob(name, include);
}
