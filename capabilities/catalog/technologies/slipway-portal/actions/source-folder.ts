import { join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SlipwayError, type UserInfo } from '@slipway/api';
import { fetchGit } from '@slipway/sources';
import { GIT_HOST } from '../git-server/call.ts';
import type { CatalogState } from '../state.ts';
import { mayUse } from '../template-run/rights.ts';

/** The templates that come with the product. */
const SHIPPED = new URL('../templates/', import.meta.url);

export interface Asking {
  state: CatalogState;
  user: UserInfo;
  /** Where the template itself lies: relative URLs start here. */
  templateUrl: string;
  signal: AbortSignal;
}

/**
 * The folder that a `fetch:…` URL names: relative to the template, or `https://host/owner/repo/src/branch/ref/path`
 * (Gitea) and `…/tree/ref/path` (GitHub).
 * @throws SlipwayError UrlRefused, SourceUnknown
 */
export async function sourceFolder(asking: Asking, url: string): Promise<string> {
  if (isRemote(url)) return fromRepository(asking, url);
  const { templateUrl } = asking;
  if (templateUrl.startsWith('shipped:'))
    return within(fileURLToPath(new URL(`${templateUrl.slice('shipped:'.length)}/`, SHIPPED)), url);
  return fromRepository(asking, new URL(url, templateUrl).href);
}

/** Whether a URL names a repository, rather than a path. @throws SlipwayError UrlRefused for other schemes */
export function isRemote(url: string): boolean {
  if (/^https?:\/\//.test(url)) return true;
  if (!/^[a-z]+:/i.test(url)) return false;
  throw new SlipwayError(
    'UrlRefused',
    `url ${JSON.stringify(url)}: a path beside the template or an https URL is allowed`,
  );
}

/** A path below a folder. @throws SlipwayError UrlRefused when it leaves it */
export function within(base: string, path: string): string {
  const normal = normalize(path);
  if (normal === '..' || normal.startsWith(`..${sep}`) || normal.startsWith(sep))
    throw new SlipwayError('UrlRefused', `url ${JSON.stringify(path)}: it leaves the template’s own folder`);
  return join(base, normal);
}

export interface RepositoryPlace {
  origin: string;
  hostname: string;
  owner: string;
  repository: string;
  revision: string | undefined;
  path: string;
}

/** Reads `https://host/owner/repo/(src/branch|tree|blob)/ref/path`. @throws SlipwayError UrlRefused */
export function placeOf(text: string): RepositoryPlace {
  const { pathname, origin, hostname } = new URL(text);
  const match =
    /^\/([^/]+)\/([^/]+?)(?:\.git)?(?:\/(?:src\/(?:branch|tag|commit)|tree|blob)\/([^/]+)(?:\/(.*))?)?\/?$/.exec(
      pathname,
    );
  if (!match?.[1] || !match[2])
    throw new SlipwayError(
      'UrlRefused',
      `url ${JSON.stringify(text)}: https://host/owner/repository/src/branch/REF/PATH is expected`,
    );
  const [, owner, repository, revision, path = ''] = match;
  return {
    origin,
    hostname,
    owner,
    repository,
    revision: revision ? decodeURIComponent(revision) : undefined,
    path: decodeURIComponent(path),
  };
}

/** Fetches a repository of another server, without credentials. @throws SlipwayError */
export async function fetchForeign(
  place: RepositoryPlace,
  { cacheFolder, signal, dial }: { cacheFolder: string; signal: AbortSignal; dial?: 'outside' },
): Promise<string> {
  const { folder } = await fetchGit({
    url: cloneUrl(place),
    cacheFolder,
    signal,
    ...(dial ? { dial } : {}),
    ...(place.revision ? { revision: place.revision } : {}),
  });
  return within(folder, place.path || '.');
}

function cloneUrl({ origin, owner, repository }: RepositoryPlace): string {
  return `${origin}/${owner}/${repository}.git`;
}

async function fromRepository({ state, user, signal }: Asking, text: string): Promise<string> {
  const place = placeOf(text);
  const { ports, gitCache } = state;
  if (place.hostname !== GIT_HOST)
    return fetchForeign(place, { cacheFolder: gitCache, signal, dial: 'outside' });
  await mayUse(
    { state, user },
    {
      verb: 'get',
      group: 'source.slipway.dev',
      resource: 'repositories',
      namespace: `team-${place.owner}`,
      name: place.repository,
    },
  );
  const fetched = await fetchGit({
    url: cloneUrl(place),
    cacheFolder: gitCache,
    signal,
    ...(place.revision ? { revision: place.revision } : {}),
    address: ports.resolve(GIT_HOST),
    auth: { password: await ports.token() },
  });
  return within(fetched.folder, place.path || '.');
}
