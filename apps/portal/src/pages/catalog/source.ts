import type { CatalogEntity } from '../../api/catalog.ts';

/** Where an entity's files are: a folder of a branch of one of the platform's repositories. */
export interface Source {
  owner: string;
  repository: string;
  branch: string;
  /** Without slashes around it; empty for the repository itself. */
  folder: string;
}

const SOURCE = 'backstage.io/source-location';
const MANAGED = 'backstage.io/managed-by-location';
const TECHDOCS = 'backstage.io/techdocs-ref';

/** Undefined: it was not read from one of the platform's repositories. */
export function sourceOf({ metadata }: Pick<CatalogEntity, 'metadata'>): Source | undefined {
  const location = metadata.annotations?.[SOURCE] ?? metadata.annotations?.[MANAGED] ?? '';
  const match = /^url:https:\/\/git\.[^/]+\/([^/]+)\/([^/]+)\/src\/branch\/([^/]+)\/?(.*)$/.exec(location);
  if (!match) return undefined;
  const [, owner = '', repository = '', branch = '', path = ''] = match;
  const folder = metadata.annotations?.[SOURCE] ? path : path.replace(/[^/]*$/, '');
  return { owner, repository, branch, folder: folder.replace(/\/+$/, '') };
}

/** Folder of the documentation that `backstage.io/techdocs-ref: dir:…` names; undefined: it names none. */
export function docsFolder(
  { metadata }: Pick<CatalogEntity, 'metadata'>,
  source: Source,
): string | undefined {
  const directory = /^dir:(.*)$/.exec(metadata.annotations?.[TECHDOCS] ?? '')?.[1];
  if (directory === undefined) return undefined;
  return resolved(source.folder, `${directory}/docs`);
}

/** A path as seen from a folder; undefined when it leads out of the repository. */
export function resolved(folder: string, path: string): string | undefined {
  const parts = path.startsWith('/') ? [] : folder.split('/').filter(Boolean);
  for (const part of path.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** Files that a page of documentation is looked for in, the first that is there. */
export function docsFiles(entity: Pick<CatalogEntity, 'metadata'>, source: Source): string[] {
  const docs = docsFolder(entity, source);
  const inFolder = (name: string) => (source.folder === '' ? name : `${source.folder}/${name}`);
  return [
    ...(docs === undefined ? [] : [`${docs}/index.md`, `${docs}/README.md`]),
    ...['README.md', 'readme.md', 'docs/index.md', 'docs/README.md'].map(inFolder),
  ];
}
