// The Git server as delivery sees it, over real repositories of the system's git.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { GitServer } from '../workload/git-server.ts';

const run = promisify(execFile);
const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };
const COMMITTER = { GIT_COMMITTER_NAME: 'slipway', GIT_COMMITTER_EMAIL: 'slipway@example.test' };

export interface TestGit extends GitServer {
  /** Commits files to a repository, which is made when it is not there; the commit's id. */
  push(repository: string, files: Record<string, string>, message: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startTestGit(): Promise<TestGit> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-promotion-'));
  const git = async (repository: string, args: string[], more: Record<string, string> = {}) => {
    const options = { cwd: join(root, repository), env: { ...env, ...COMMITTER, ...more } };
    return (await run('git', args, options)).stdout;
  };
  const tried = (repository: string, args: string[]) => git(repository, args).catch(() => undefined);
  const make = async (repository: string) => {
    await mkdir(join(root, repository), { recursive: true });
    if ((await tried(repository, ['rev-parse', 'main'])) === undefined)
      await git(repository, ['init', '--quiet', '-b', 'main']);
  };
  const write = async (
    repository: string,
    files: Record<string, string>,
    {
      message,
      author = { name: 'Ada', email: 'ada@example.test' },
    }: { message: string; author?: { name: string; email: string } },
  ) => {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, repository, path)), { recursive: true });
      await writeFile(join(root, repository, path), content);
    }
    await git(repository, ['add', '--all']);
    const by = { GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: author.email };
    await git(repository, ['commit', '--quiet', '--allow-empty', '-m', message], by);
    return (await git(repository, ['rev-parse', 'HEAD'])).trim();
  };
  const file = async (repository: string, path: string, revision: string) => {
    const content = await tried(repository, ['show', `${revision}:${path}`]);
    if (content === undefined) return undefined;
    return { content, sha: (await git(repository, ['rev-parse', `${revision}:${path}`])).trim() };
  };
  return {
    file,
    reader: (repository, revision) => ({
      read: async path => {
        const found = await file(repository, path, revision);
        return found ? new TextEncoder().encode(found.content) : undefined;
      },
      list: async path => {
        const text = await tried(repository, ['ls-tree', `${revision}:${path}`]);
        return text
          ?.split('\n')
          .filter(Boolean)
          .map(line => ({
            name: line.split('\t')[1] ?? '',
            type: line.includes(' tree ') ? ('folder' as const) : ('file' as const),
          }));
      },
    }),
    ensureRepository: (owner, name) => make(`${owner}/${name}`),
    commits: async (repository, revision, path) => {
      const scope = path ? ['--', path] : [];
      const format = '--format=%H%x00%an%x00%aI%x00%B%x01';
      const text = (await tried(repository, ['log', '--max-count=50', format, revision, ...scope])) ?? '';
      return text.split('\x01').flatMap(entry => {
        const [id = '', author = '', at = '', message = ''] = entry.trim().split('\0');
        return id === '' ? [] : [{ id, author, at, message }];
      });
    },
    commit: async (repository, { path, content, message, sha, author }) => {
      const before = await file(repository, path, 'main');
      if (before?.sha !== sha) throw new Error(`commit to ${repository}: the file changed since it was read`);
      return write(repository, { [path]: content }, { message, ...(author ? { author } : {}) });
    },
    push: async (repository, files, message) => {
      await make(repository);
      return write(repository, files, { message });
    },
    report: () => Promise.reject(new Error('nothing here reports a status')),
    stop: () => rm(root, { recursive: true, force: true }),
  };
}
