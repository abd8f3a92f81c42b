import { useQuery } from '@tanstack/react-query';
import { paths } from '../../paths.ts';

/** Gitea's REST API as the signed-in person; the session filter adds who that is. */
const ROOT = '/apis-of/gitea/api/v1';

/** An answer that is none: Gitea's own message, and the status for who wants to tell them apart. */
export class GiteaError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Calls the API; `path` begins with a slash. @throws GiteaError */
export async function callGitea(
  path: string,
  { method = 'GET', body }: { method?: string; body?: object } = {},
) {
  const answer = await fetch(ROOT + path, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  if (answer.status === 401) location.assign(paths.signIn(location.pathname));
  if (answer.ok) return answer;
  const text = await answer.text();
  throw new GiteaError(answer.status, messageIn(text) || `the Git server answered ${answer.status}`);
}

function messageIn(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: string }).message ?? '');
  } catch {
    return '';
  }
}

/** Reads JSON. `version` is what it depends on: with another one it is read again, and the old answer stays until then. */
export function useGitea<T>(path: string, version = '') {
  return useQuery({
    queryKey: ['gitea', path, version],
    queryFn: async () => (await (await callGitea(path)).json()) as T,
    placeholderData: before => before,
    retry: (count, error) => count < 2 && !(error instanceof GiteaError && error.status < 500),
  });
}

/** As `useGitea`, for text. `isCut` says that the server did not send all of it. */
export function useGiteaText(path: string, version = '') {
  return useQuery({
    queryKey: ['gitea-text', path, version],
    queryFn: async () => {
      const answer = await callGitea(path);
      return { text: await answer.text(), isCut: answer.headers.has('x-slipway-cut') };
    },
  });
}

/** `/repos/<owner>/<name>` of a Repository object. */
export function repositoryPath({ owner, name }: { owner: string; name: string }): string {
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

/** Where a browser gets a file's bytes. */
export function rawAddress(repository: string, path: string, ref: string): string {
  return `${ROOT}${repository}/raw/${encodePath(path)}?ref=${encodeURIComponent(ref)}`;
}

export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
