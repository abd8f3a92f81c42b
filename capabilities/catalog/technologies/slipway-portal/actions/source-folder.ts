import { join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SlipwayError } from '@slipway/api';
import { fetchGit } from '@slipway/sources';
import { GIT_HOST } from '../git-server/call.ts';
import { mayUse } from '../template-run/rights.ts';
import type { ActionContext } from './action.ts';

/** The templates that come with the product. */
const SHIPPED = new URL('../templates/', import.meta.url);

/**
 * The folder that a `fetch:…` URL names: relative to the template, or `https://host/owner/repo/src/branch/ref/path`
 * (Gitea) and `…/tree/ref/path` (GitHub).
 * @throws SlipwayError UrlRefused, SourceUnknown
 */
export async function sourceFolder(context: ActionContext, url: string): Promise<string> {
  if (/^https?:\/\//.test(url)) return fromRepository(context, url);
  if (/^[a-z]+:/i.test(url))
    throw new SlipwayError(
      'UrlRefused',
      `url ${JSON.stringify(url)}: a path beside the template or an https URL is allowed`,
    );
  const { templateUrl } = context;
  if (templateUrl.startsWith('shipped:'))
    return within(fileURLToPath(new URL(`${templateUrl.slice('shipped:'.length)}/`, SHIPPED)), url);
  return fromRepository(context, new URL(url, templateUrl).href);
}

function within(base: string, path: string): string {
  const normal = normalize(path);
  if (normal.startsWith('..') || normal.startsWith(sep))
    throw new SlipwayError('UrlRefused', `url ${JSON.stringify(path)}: it leaves the template’s own folder`);
  return join(base, normal);
}

async function fromRepository(context: ActionContext, text: string): Promise<string> {
  const url = new URL(text);
  const match =
    /^\/([^/]+)\/([^/]+?)(?:\.git)?(?:\/(?:src\/(?:branch|tag|commit)|tree|blob)\/([^/]+)(?:\/(.*))?)?\/?$/.exec(
      url.pathname,
    );
  if (!match?.[1] || !match[2])
    throw new SlipwayError(
      'UrlRefused',
      `url ${JSON.stringify(text)}: https://host/owner/repository/src/branch/REF/PATH is expected`,
    );
  const [, owner, repository, revision, path = ''] = match;
  const { ports, gitCache } = context.state;
  const clone = `${url.origin}/${owner}/${repository}.git`;
  const options = {
    url: clone,
    cacheFolder: gitCache,
    signal: context.signal,
    ...(revision ? { revision: decodeURIComponent(revision) } : {}),
  };
  if (url.hostname !== GIT_HOST) return within((await fetchGit(options)).folder, path || '.');
  await mayUse(context, {
    verb: 'get',
    group: 'source.slipway.dev',
    resource: 'repositories',
    namespace: `team-${owner}`,
    name: repository,
  });
  const fetched = await fetchGit({
    ...options,
    address: ports.resolve(GIT_HOST),
    auth: { password: await ports.token() },
  });
  return within(fetched.folder, path || '.');
}
