import { nameFromPath, namespaceOf, objectNameOf } from '../git/name.ts';

/**
 * Where a page of Gitea's is here: `html_url`s in answers lead to it. The portal has the pages; a diff is the API's.
 * Undefined for what is no page.
 */
export function pageAt(path: string, portalUrl: string): string | undefined {
  const [, ownerText = '', repositoryText = '', rest = ''] = /^\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const name = nameFromPath(ownerText, repositoryText);
  if (!name) return undefined;
  const diff = /^\/pulls\/\d+\.(diff|patch)$/.test(rest);
  if (diff) return `/api/v1/repos/${name.owner}/${name.name}${rest}`;
  const below = belowRepository(rest);
  const place = `${namespaceOf(name.owner)}/${encodeURIComponent(objectNameOf(name.name))}`;
  return below === undefined ? undefined : `${portalUrl.replace(/\/$/, '')}/repositories/${place}${below}`;
}

function belowRepository(rest: string): string | undefined {
  if (rest === '' || rest === '/') return '';
  const pull = /^\/pulls(?:\/(\d+)(?:\/(commits|files))?)?\/?$/.exec(rest);
  if (pull) {
    const [, number, tab] = pull;
    return `/changes${number ? `/${number}` : ''}${tab ? `?tab=${tab}` : ''}`;
  }
  const [, ref, file = ''] = /^\/src\/(?:branch|commit)\/([^/]+)(?:\/(.*))?$/.exec(rest) ?? [];
  if (ref) return `?ref=${ref}${file ? `&path=${encodeURIComponent(decoded(file))}` : ''}`;
  const commit = /^\/commit\/([0-9a-f]{7,64})$/.exec(rest)?.[1];
  return commit ? `?tab=commits&ref=${commit}` : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
