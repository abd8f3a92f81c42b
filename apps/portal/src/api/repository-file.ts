import { StatusError } from '@slipway/api';
import { paths } from '../paths.ts';

/** A file's place in one of the platform's repositories. */
export interface FilePlace {
  owner: string;
  repository: string;
  branch: string;
  path: string;
}

/** A file's text, with the signed-in person's rights; undefined when it is not there. @throws StatusError */
export async function readFile(place: FilePlace, signal: AbortSignal): Promise<string | undefined> {
  const { owner, repository, branch, path } = place;
  const parts = ['repos', owner, repository, 'raw', ...path.split('/')].map(encodeURIComponent);
  const url = `/apis-of/gitea/api/v1/${parts.join('/')}?ref=${encodeURIComponent(branch)}`;
  const response = await fetch(url, { signal });
  if (response.ok) return response.text();
  if (response.status === 404) return undefined;
  if (response.status === 401) location.assign(paths.signIn(location.pathname));
  const { message } = (await response.json().catch(() => ({}))) as { message?: string };
  throw new StatusError(
    response.status === 403 ? 'Forbidden' : 'InternalError',
    message ?? `the Git server answered ${response.status}`,
  );
}
