import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { isDigest } from '@slipway/oci';
import { archiveFiles } from '@slipway/render';
import {
  chartCache,
  fetchChart,
  fetchOci,
  type GitRemote,
  gitReader,
  mirrorGit,
  ociClient,
  ociReference,
  resolveChart,
  type SourceAccess,
  type TreeReader,
} from '@slipway/sources';
import { filesDigest, type SourceFile } from '../source-digest.ts';
import { unpackFiles } from './archive.ts';
import { type SourceAddress, sourceText } from './source-address.ts';

/** How whoever brings files reaches the places they stand at. */
export interface Bringing {
  /** What relative paths are relative to. */
  folder: string;
  /** Ours alone. */
  cacheFolder: string;
  /** Who asks at an address (`https://…`, `oci://…`), and how it is reached. */
  access?: (url: string) => SourceAccess;
  signal?: AbortSignal;
}

/** Files from elsewhere, with the address that names exactly these. */
export interface Brought {
  /** Sorted by path. */
  files: SourceFile[];
  /** Of the files' paths and bytes: the same wherever they came from. */
  digest: string;
  /** A commit, a version of a chart or a digest in place of what moves. */
  pinned: SourceAddress;
  /** What the place says of the version: a chart's, a tag; undefined for folders and Git. */
  version?: string;
}

const MOST_FILES = 5_000;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * All files of a source. Links are refused, for they could lead anywhere.
 * @throws SlipwayError SourceMissing, SourceTooLarge, LinkUnsupported, and what the server's refusal is
 */
export async function bringSource(address: SourceAddress, how: Bringing): Promise<Brought> {
  const { files, ...rest } = await filesOf(address, how);
  if (files.length === 0) throw missing(address, 'there are no files');
  refuseExcess(files, address);
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { ...rest, files: sorted, digest: filesDigest(sorted) };
}

type Files = Omit<Brought, 'digest'>;

function filesOf(address: SourceAddress, how: Bringing): Promise<Files> {
  if ('git' in address) return gitFiles(address, how);
  if ('oci' in address) return ociFiles(address, how);
  if ('chart' in address) return chartFiles(address, how);
  return folderFiles(address, how);
}

async function folderFiles(address: { path: string }, { folder }: Bringing): Promise<Files> {
  const root = resolve(folder, address.path);
  const found = await lstat(root).catch(() => undefined);
  if (!found) throw missing(address, `there is no folder ${root}`);
  if (!found.isDirectory()) throw missing(address, 'it is no folder');
  const files: SourceFile[] = [];
  const visit = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
      if (entry.name === '.git') continue;
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isSymbolicLink()) throw link(address, path);
      if (entry.isDirectory()) await visit(path);
      if (entry.isFile()) files.push({ path, data: await readFile(join(root, path)) });
      if (files.length > MOST_FILES) throw tooLarge(address, `more than ${MOST_FILES} files`);
    }
  };
  await visit('');
  return { files, pinned: address };
}

type GitAddress = Extract<SourceAddress, { git: string }>;

async function gitFiles(address: GitAddress, how: Bringing): Promise<Files> {
  const top = (address.path ?? '').replace(/^\.?\/+|\/+$/g, '').replace(/^\.$/, '');
  const wanted = address.commit ?? address.ref;
  const { revision, repository } = await mirrorGit({
    ...remoteOf(address.git, how),
    ...(wanted ? { revision: wanted } : {}),
    cacheFolder: join(how.cacheFolder, 'git'),
    ...(how.signal ? { signal: how.signal } : {}),
  });
  const reader = gitReader(repository, revision);
  try {
    const files = await treeFiles(reader, top, address);
    return { files, pinned: { ...address, commit: revision } };
  } finally {
    reader.close();
  }
}

function remoteOf(url: string, { access }: Bringing): GitRemote {
  const { username, password, bearerToken, ca, cert, key, insecure, address } = access?.(url) ?? {};
  const tls = {
    ...(ca ? { ca } : {}),
    ...(cert && key ? { cert, key } : {}),
    ...(insecure ? { insecure } : {}),
  };
  return {
    url,
    ...(password ? { auth: { ...(username ? { username } : {}), password } } : {}),
    ...(bearerToken ? { bearerToken } : {}),
    ...(Object.keys(tls).length > 0 ? { tls } : {}),
    ...(address ? { address } : {}),
  };
}

async function treeFiles(reader: Pick<TreeReader, 'read' | 'list'>, top: string, address: SourceAddress) {
  const files: SourceFile[] = [];
  const visit = async (below: string): Promise<void> => {
    const folder = [top, below].filter(part => part !== '').join('/');
    for (const { name, type } of (await reader.list(folder)) ?? []) {
      const path = below === '' ? name : `${below}/${name}`;
      const full = top === '' ? path : `${top}/${path}`;
      if (type === 'link') throw link(address, path);
      if (type === 'folder') await visit(path);
      const data = type === 'file' ? await reader.read(full) : undefined;
      if (data) files.push({ path, data });
      if (files.length > MOST_FILES) throw tooLarge(address, `more than ${MOST_FILES} files`);
    }
  };
  await visit('');
  return files;
}

async function ociFiles(address: { oci: string }, how: Bringing): Promise<Files> {
  const reference = referenceOf(address.oci);
  const url = `oci://${reference.registry}/${reference.repository}`;
  const client = ociClient({ url, access: how.access?.(url) ?? {} });
  try {
    const options = how.signal ? { signal: how.signal } : {};
    const { bytes, digest, isChart } = await fetchOci(client, reference, options);
    const { registry, repository, tag } = reference;
    const files = isChart ? chartArchive(bytes) : unpackFiles(bytes);
    return {
      files,
      pinned: { oci: `${registry}/${repository}${tag ? `:${tag}` : ''}@${digest}` },
      ...(tag ? { version: tag.replaceAll('_', '+') } : {}),
    };
  } finally {
    client.close();
  }
}

/** `registry/path:tag`, `registry/path@sha256:…`, or both; without either the tag `latest`. */
export function referenceOf(text: string) {
  const [name = '', digest] = text.split('@', 2);
  const [, path = '', tag] = /^(.*?)(?::([^:/]+))?$/.exec(name) ?? [];
  const reference = ociReference(path, '');
  if (digest !== undefined && !isDigest(digest))
    throw new SlipwayError('SourceInvalid', `source "oci://${text}": ${JSON.stringify(digest)} is no digest`);
  return {
    ...reference,
    ...(tag ? { tag } : digest ? {} : { tag: 'latest' }),
    ...(digest ? { digest } : {}),
  };
}

type ChartAddress = Extract<SourceAddress, { chart: object }>;

async function chartFiles({ chart }: ChartAddress, how: Bringing): Promise<Files> {
  const { repository: url, name } = chart;
  const access = how.access?.(url) ?? {};
  const wanted = { repository: { url, access, passCredentials: false }, chart: name };
  const version = await resolveChart(wanted, chart.version ?? '*');
  const { bytes } = await fetchChart(wanted, version, {
    cache: chartCache(join(how.cacheFolder, 'charts')),
  });
  return { files: chartArchive(bytes), pinned: { chart: { ...chart, version } }, version };
}

function chartArchive(bytes: Uint8Array): SourceFile[] {
  return archiveFiles(bytes).map(({ name, data }) => ({ path: name, data }));
}

function refuseExcess(files: SourceFile[], address: SourceAddress): void {
  const bytes = files.reduce((sum, { data }) => sum + data.length, 0);
  if (bytes > MOST_BYTES) throw tooLarge(address, `${bytes} bytes, at most ${MOST_BYTES} are taken`);
}

function missing(address: SourceAddress, why: string): SlipwayError {
  return new SlipwayError('SourceMissing', `source ${JSON.stringify(sourceText(address))}: ${why}`);
}

function tooLarge(address: SourceAddress, why: string): SlipwayError {
  return new SlipwayError('SourceTooLarge', `source ${JSON.stringify(sourceText(address))}: ${why}`);
}

function link(address: SourceAddress, path: string): SlipwayError {
  return new SlipwayError(
    'LinkUnsupported',
    `source ${JSON.stringify(sourceText(address))}: ${path} is a symbolic link; put the file itself there`,
  );
}
