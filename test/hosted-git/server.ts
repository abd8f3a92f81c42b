// GitHub and GitLab as their documentation says that they answer, as far as we ask them: no real one runs in tests.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostedGit {
  url: string;
  token: string;
  repositories: Map<string, Hosted>;
  /** Makes one, with a first commit when it has a branch. */
  add(path: string, about?: { branch?: string; isPrivate?: boolean; description?: string }): Hosted;
  push(path: string, branch: string): string;
  stop(): Promise<void>;
}

export interface Hosted {
  owner: string;
  name: string;
  description: string;
  branch: string;
  isPrivate: boolean;
  branches: Map<string, string>;
  commits: number;
  pushes: { at: string; by: string }[];
}

/** What one request comes to; a body that is undefined is `{}`. */
export interface Answered {
  status: number;
  body?: unknown;
}

export type Answers = (server: HostedGit, asked: { method: string; path: string; body: Body }) => Answered;
export type Body = Record<string, string | boolean | number | undefined>;

/** Whose token everybody has. */
export const WHO = 'platform-bot';

/** Serves one; requests without the token get 401. */
export async function hostedGit(
  answers: Answers,
  isToken: (request: IncomingMessage, token: string) => boolean,
): Promise<HostedGit> {
  const repositories = new Map<string, Hosted>();
  const token = randomBytes(20).toString('hex');
  const commit = () => randomBytes(20).toString('hex');
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const body = pieces.length > 0 ? (JSON.parse(Buffer.concat(pieces).toString()) as Body) : {};
    const path = (request.url ?? '').split('?')[0] ?? '';
    const answered = isToken(request, token)
      ? answers(hosted, { method: request.method ?? '', path, body })
      : { status: 401 };
    response.writeHead(answered.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answered.body ?? {}));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const hosted: HostedGit = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    repositories,
    add: (path, { branch, isPrivate = true, description = '' } = {}) => {
      const [owner = '', name = ''] = path.split('/');
      const branches = new Map(branch ? [[branch, commit()] as const] : []);
      const about = { description, branch: branch ?? 'main', isPrivate, branches, pushes: [] };
      const made: Hosted = { owner, name, ...about, commits: branches.size };
      repositories.set(path.toLowerCase(), made);
      return made;
    },
    push: (path, branch) => {
      const found = repositories.get(path.toLowerCase());
      if (!found) throw new Error(`no ${path}`);
      const id = commit();
      found.branches.set(branch, id);
      found.commits += 1;
      found.pushes.unshift({ at: new Date().toISOString(), by: WHO });
      return id;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return hosted;
}
