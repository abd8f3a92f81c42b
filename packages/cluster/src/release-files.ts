import { basename, join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import {
  type FileCache,
  filesDigest,
  keepFiles,
  keptFiles,
  type Release,
  type SourceFile,
  type SourcePart,
} from '@slipway/definition';
import { archiveFiles, type SourceReader } from '@slipway/render';
import { chartCache, fetchChart, gitReader, mirrorGit } from '@slipway/sources';

/** From where files may come. */
export interface Sources extends FileCache {
  /** A bare repository of this machine that stands in for one of the network. */
  mirrorOf?: (repository: string) => string | undefined;
  /** Nothing is fetched: what the cache lacks is refused. */
  offline?: boolean;
  signal?: AbortSignal;
}

/**
 * The files of a release, from the cache when they are there; other bytes than those that are pinned are refused.
 * @throws SlipwayError DigestMismatch, SourceMissing (offline), and what the server's refusal is
 */
export async function releaseFiles(release: Release, sources: Sources): Promise<SourceFile[]> {
  const kept = await keptFiles(release.digest, sources);
  if (kept) return kept;
  const files = await fetchParts(release.parts, sources);
  const digest = filesDigest(files);
  if (digest !== release.digest)
    throw new SlipwayError(
      'DigestMismatch',
      `${placeOf(release.parts[0])}: its files have ${digest}, not ${release.digest} as they are pinned; nothing was changed: see who changed them before you pin them anew`,
    );
  await keepFiles(digest, files, sources);
  return files;
}

/** Files of all parts, each below its `at`, sorted by path; nothing is checked. */
export async function fetchParts(parts: SourcePart[], sources: Sources): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const part of parts) {
    const prefix = part.at === '' ? '' : `${part.at}/`;
    for (const { path, data } of await fetchPart(part, sources)) files.push({ path: prefix + path, data });
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function fetchPart(part: SourcePart, sources: Sources): Promise<SourceFile[]> {
  if ('files' in part)
    return Object.entries(part.files).map(([path, text]) => ({ path, data: Buffer.from(text) }));
  if (sources.offline)
    throw new SlipwayError(
      'SourceMissing',
      `${placeOf(part)}: it is neither in the bundle nor in the cache, and nothing is fetched offline; make a bundle where there is a network: slipway bundle create`,
    );
  if ('git' in part) return await fetchGitPart(part.git, sources);
  return await fetchChartPart(part.chart, sources);
}

/** What a person reads of where a part comes from. */
export function placeOf(part: SourcePart): string {
  if ('git' in part) return `${part.git.repository}@${part.git.revision}:${part.git.path}`;
  if ('chart' in part) return `${part.chart.repository} ${part.chart.name} ${part.chart.version}`;
  return 'files of the catalogue';
}

type GitPart = Extract<SourcePart, { git: unknown }>['git'];

async function fetchGitPart({ repository, commit, path }: GitPart, sources: Sources): Promise<SourceFile[]> {
  const local = sources.mirrorOf?.(repository);
  const signal = sources.signal ? { signal: sources.signal } : {};
  const cacheFolder = join(sources.cacheFolder, 'git');
  const bare =
    local ?? (await mirrorGit({ url: repository, revision: commit, cacheFolder, ...signal })).repository;
  const reader = gitReader(bare, commit);
  try {
    const single = await reader.read(path);
    if (single) return [{ path: basename(path), data: single }];
    const files = await filesBelow(reader, path === '.' ? '' : path);
    if (files.length > 0) return files;
    throw new SlipwayError('SourceMissing', `${repository} at ${commit}: it has no files at "${path}"`);
  } finally {
    reader.close();
  }
}

async function filesBelow(reader: SourceReader, top: string, below = ''): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const { name, type } of (await reader.list(joined(top, below))) ?? []) {
    const path = joined(below, name);
    if (type === 'folder') files.push(...(await filesBelow(reader, top, path)));
    const data = type === 'file' ? await reader.read(joined(top, path)) : undefined;
    if (data) files.push({ path, data });
  }
  return files;
}

function joined(folder: string, name: string): string {
  return [folder, name].filter(part => part !== '').join('/');
}

type ChartPart = Extract<SourcePart, { chart: unknown }>['chart'];

async function fetchChartPart(
  { repository, name, version }: ChartPart,
  sources: Sources,
): Promise<SourceFile[]> {
  const cache = chartCache(join(sources.cacheFolder, 'charts'));
  const wanted = { repository: { url: repository, access: {}, passCredentials: false }, chart: name };
  const { bytes } = await fetchChart(wanted, version, { cache });
  return archiveFiles(bytes).map(file => ({ path: file.name, data: file.data }));
}
