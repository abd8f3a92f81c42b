// A Git server over HTTP for tests: the system's `git http-backend`, with an optional password.
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface GitServer {
  url: string;
  folder: string;
  /** How many requests came. */
  requests(): number;
  git(args: string[], cwd: string): Promise<string>;
  /** Commits files in the working copy and moves the served branch; the commit's id. */
  commit(files: Record<string, string>, branch?: string): Promise<string>;
  stop(): Promise<void>;
}

const env = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.test',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.test',
};

export async function startGitServer({ password }: { password?: string } = {}): Promise<GitServer> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-git-server-'));
  const git = async (args: string[], cwd: string) => (await run('git', args, { cwd, env })).stdout.trim();
  await git(['init', '--quiet', '--bare', '-b', 'main', 'served.git'], folder);
  await git(['init', '--quiet', '-b', 'main', 'work'], folder);
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    const basic = `Basic ${Buffer.from(`token:${password}`).toString('base64')}`;
    if (password && request.headers.authorization !== basic) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
      return;
    }
    const url = new URL(request.url ?? '/', 'http://test');
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...env,
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REQUEST_METHOD: request.method ?? '',
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      },
    });
    request.pipe(backend.stdin);
    const chunks: Buffer[] = [];
    backend.stdout.on('data', chunk => chunks.push(chunk));
    backend.on('close', () => {
      const all = Buffer.concat(chunks);
      const gap = all.indexOf('\r\n\r\n');
      for (const line of all.toString('latin1', 0, gap).split('\r\n')) {
        const [name = '', value = ''] = line.split(': ');
        if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
        if (name !== 'Status' && name !== '') response.setHeader(name, value);
      }
      response.end(all.subarray(gap + 4));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const work = join(folder, 'work');
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/served.git`,
    folder,
    requests: () => requests,
    git,
    commit: async (files, branch = 'main') => {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(work, path)), { recursive: true });
        await writeFile(join(work, path), content);
      }
      if (Object.keys(files).length > 0) await git(['add', '--all'], work);
      await git(['commit', '--quiet', '--allow-empty', '-m', 'a change'], work);
      await git(
        ['push', '--quiet', '--force', join(folder, 'served.git'), `HEAD:refs/heads/${branch}`],
        work,
      );
      return git(['rev-parse', 'HEAD'], work);
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
