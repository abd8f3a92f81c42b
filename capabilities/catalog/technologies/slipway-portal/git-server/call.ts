import { SlipwayError, type UserInfo } from '@slipway/api';
import { actingHeaders } from '@slipway/client';
import { internalRequest, type Ports } from '@slipway/definition';

/** Where repositories live, by the name that is stored everywhere. */
export const GIT_HOST = 'git.slipway.internal';

export interface GitServerAnswer {
  status: number;
  body: Buffer;
}

const MOST_BYTES = 32 * 1024 * 1024;

/** One call of the Git server's REST; paths are Gitea's below `/api/v1`. */
export interface GitServerCall {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: unknown;
  /** In whose name; default: this engine's own. */
  as?: UserInfo;
  signal?: AbortSignal;
}

/** Calls the Git server. */
export type GitServer = (call: GitServerCall) => Promise<GitServerAnswer>;

/** The Git server at its internal name. */
export function gitServerAt(ports: Pick<Ports, 'resolve' | 'token'>): GitServer {
  return call => callGitServer(ports, call);
}

async function callGitServer(
  ports: Pick<Ports, 'resolve' | 'token'>,
  { method, path, body, as, signal }: GitServerCall,
): Promise<GitServerAnswer> {
  return internalRequest(ports, {
    url: `https://${GIT_HOST}/api/v1${path}`,
    method,
    limit: MOST_BYTES,
    ...(body === undefined ? {} : { body }),
    ...(as ? { headers: actingHeaders(as) } : {}),
    ...(signal ? { signal } : {}),
  });
}

/** Text of a file at a revision; undefined when there is none. @throws SlipwayError GitServer */
export async function readRepositoryFile(
  git: GitServer,
  { owner, name, revision, path }: { owner: string; name: string; revision: string; path: string },
): Promise<string | undefined> {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const answer = await git({
    method: 'GET',
    path: `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/raw/${encoded}?ref=${encodeURIComponent(revision)}`,
  });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw gitServerError(`read ${path}`, answer);
  return answer.body.toString();
}

/** An error that keeps the server's own message. */
export function gitServerError(what: string, { status, body }: GitServerAnswer): SlipwayError {
  const text = body.toString().slice(0, 500);
  const message = /"message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text;
  return new SlipwayError('GitServer', `${what}: the Git server answered ${status}: ${message}`);
}
