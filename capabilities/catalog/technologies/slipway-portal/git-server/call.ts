import { request } from 'node:https';
import { SlipwayError } from '@slipway/api';
import type { Ports } from '@slipway/definition';

/** Where repositories live, by the name that is stored everywhere. */
export const GIT_HOST = 'git.slipway.internal';

export interface GitServerAnswer {
  status: number;
  body: Buffer;
}

const TIMEOUT_MS = 30_000;
const MOST_BYTES = 32 * 1024 * 1024;

/** One call of the Git server's REST; paths are Gitea's below `/api/v1`. */
export interface GitServerCall {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: unknown;
  signal?: AbortSignal;
}

/** Calls the Git server as this engine. */
export type GitServer = (call: GitServerCall) => Promise<GitServerAnswer>;

/** The Git server at its internal name. */
export function gitServerAt(ports: Pick<Ports, 'resolve' | 'token'>): GitServer {
  return call => callGitServer(ports, call);
}

async function callGitServer(
  ports: Pick<Ports, 'resolve' | 'token'>,
  { method, path, body, signal }: GitServerCall,
): Promise<GitServerAnswer> {
  const { host, port, serverName, ca } = ports.resolve(GIT_HOST);
  const token = await ports.token();
  const text = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const headers = {
      host: serverName,
      authorization: `Bearer ${token}`,
      ...(text ? { 'content-type': 'application/json', 'content-length': text.length } : {}),
    };
    const options = {
      host,
      port,
      servername: serverName,
      ca,
      method,
      path: `/api/v1${path}`,
      headers,
      timeout: TIMEOUT_MS,
      ...(signal ? { signal } : {}),
    };
    const outgoing = request(options, response => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MOST_BYTES)
          outgoing.destroy(
            new SlipwayError(
              'TooLarge',
              `${path}: the Git server’s answer is larger than ${MOST_BYTES} bytes`,
            ),
          );
        chunks.push(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
      response.on('error', reject);
    });
    outgoing.on('timeout', () =>
      outgoing.destroy(
        new SlipwayError('Timeout', `${path}: the Git server did not answer within ${TIMEOUT_MS} ms`),
      ),
    );
    outgoing.on('error', reject);
    outgoing.end(text);
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
