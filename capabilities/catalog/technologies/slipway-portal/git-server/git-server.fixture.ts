// Support for tests: the few answers of the Git server that the catalog asks for, over repositories in memory.
import type { Client } from '@slipway/client';
import { Repository } from '@slipway/kinds';
import type { GitServer, GitServerAnswer } from './call.ts';

export interface MemoryGit {
  git: GitServer;
  /** Files by `owner/name`, then path. */
  repositories: Map<string, Map<string, string>>;
  /** Every call, as `METHOD path`. */
  calls: string[];
  /** Writes files as a push would: the Repository object tells of the new commit. */
  push(owner: string, name: string, files: Record<string, string>): Promise<void>;
}

export function memoryGit(client: Client): MemoryGit {
  const repositories = new Map<string, Map<string, string>>();
  const calls: string[] = [];
  let commits = 0;
  const tell = async (owner: string, name: string) => {
    const key = { namespace: `team-${owner}`, name };
    if (!(await client.find(Repository, key))) {
      await client.create(Repository, {
        apiVersion: 'source.slipway.dev/v1alpha1',
        kind: 'Repository',
        metadata: key,
        spec: { owner, name },
      });
    }
    const sha = String(++commits).padStart(40, '0');
    await client.patch(
      Repository,
      key,
      { type: 'merge', body: { status: { branches: { main: sha } } } },
      { subresource: 'status' },
    );
    return sha;
  };
  const push: MemoryGit['push'] = async (owner, name, files) => {
    repositories.set(`${owner}/${name}`, new Map(Object.entries(files)));
    await tell(owner, name);
  };
  const git: GitServer = async ({ method, path, body }) => {
    calls.push(`${method} ${path.split('?')[0]}`);
    const created = /^\/orgs\/([^/]+)\/repos$/.exec(path);
    if (created) {
      const { name } = body as { name: string };
      repositories.set(`${created[1]}/${name}`, new Map());
      return answer(201, {});
    }
    const [, owner = '', name = '', rest = ''] = /^\/repos\/([^/]+)\/([^/]+)(.*)$/.exec(path) ?? [];
    const files = repositories.get(`${owner}/${name}`);
    if (!files) return answer(404, { message: 'not found' });
    if (method === 'DELETE') {
      repositories.delete(`${owner}/${name}`);
      return answer(204, {});
    }
    if (rest.startsWith('/branches/'))
      return files.size === 0
        ? answer(404, {})
        : answer(200, { commit: { id: String(commits).padStart(40, '0') } });
    if (method === 'POST' && rest === '/contents') {
      for (const file of (body as { files: { path: string; content: string }[] }).files)
        files.set(file.path, Buffer.from(file.content, 'base64').toString());
      return answer(201, { commit: { sha: await tell(owner, name) } });
    }
    const raw = /^\/raw\/([^?]+)/.exec(rest)?.[1];
    if (raw === undefined) return answer(200, {});
    const text = files.get(decodeURIComponent(raw));
    return text === undefined ? answer(404, {}) : { status: 200, body: Buffer.from(text) };
  };
  return { git, repositories, calls, push };
}

function answer(status: number, value: unknown): GitServerAnswer {
  return { status, body: Buffer.from(JSON.stringify(value)) };
}
