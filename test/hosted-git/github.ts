// https://docs.github.com/en/rest: "Repositories", "Branches", "List repository activities".
import { type Answered, type Answers, type Hosted, type HostedGit, hostedGit } from './server.ts';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

/** Organizations are made on its pages only. */
export function startGithub(organizations: string[]): Promise<HostedGit> {
  return hostedGit(
    answersOf(organizations),
    ({ headers }, token) => headers.authorization === `Bearer ${token}`,
  );
}

function answersOf(organizations: string[]): Answers {
  return (server, { method, path, body }) => {
    const [, what = '', owner = '', name = '', ...rest] = path.replace('/api/v3', '').split('/');
    const { repositories } = server;
    if (what === 'user') return { status: 200, body: newestFirst([...repositories.values()]).map(shown) };
    if (what === 'orgs') {
      const key = `${owner}/${body.name}`;
      if (!organizations.includes(owner)) return NOT_FOUND;
      if (repositories.has(key.toLowerCase()))
        return { status: 422, body: { message: 'name already exists' } };
      const { private: isPrivate, description } = body;
      // Its organizations call their first branch so unless told otherwise.
      const about = {
        branch: 'master',
        isPrivate: isPrivate === true,
        description: String(description ?? ''),
      };
      return { status: 201, body: shown(server.add(key, about)) };
    }
    const found = repositories.get(`${owner}/${name}`.toLowerCase());
    if (!found) return NOT_FOUND;
    if (rest.length > 0) return within(found, { method, rest, body });
    if (method === 'DELETE') repositories.delete(`${owner}/${name}`.toLowerCase());
    if (method === 'DELETE') return { status: 204 };
    if (method === 'PATCH') change(found, body);
    return { status: 200, body: shown(found) };
  };
}

function within(
  found: Hosted,
  { method, rest, body }: { method: string; rest: string[]; body: Record<string, unknown> },
): Answered {
  const [what, branch = '', verb] = rest;
  if (what === 'branches' && method === 'POST' && verb === 'rename') {
    const to = String(body.new_name);
    found.branches.set(to, found.branches.get(branch) ?? '');
    found.branches.delete(branch);
    if (found.branch === branch) found.branch = to;
    return { status: 201 };
  }
  if (what === 'branches')
    return { status: 200, body: [...found.branches].map(([name, sha]) => ({ name, commit: { sha } })) };
  if (what === 'commits')
    return found.commits === 0
      ? { status: 409, body: { message: 'Git Repository is empty.' } }
      : { status: 200, body: Array.from({ length: Math.min(2, found.commits) }, () => ({})) };
  if (what !== 'activity') return NOT_FOUND;
  const told = found.pushes.map(({ at, by }) => ({
    activity_type: 'push',
    timestamp: at,
    actor: { login: by },
  }));
  return { status: 200, body: told };
}

function change(
  found: Hosted,
  { description, default_branch, private: isPrivate }: Record<string, unknown>,
): void {
  if (description !== undefined) found.description = String(description);
  if (default_branch !== undefined) found.branch = String(default_branch);
  if (isPrivate !== undefined) found.isPrivate = isPrivate === true;
}

function newestFirst(all: Hosted[]): Hosted[] {
  const at = ({ pushes }: Hosted) => pushes[0]?.at ?? '';
  return all.toSorted((a, b) => (at(a) < at(b) ? 1 : -1));
}

function shown({ owner, name, description, branch, isPrivate, pushes }: Hosted): object {
  return {
    name,
    full_name: `${owner}/${name}`,
    owner: { login: owner },
    description: description || null,
    default_branch: branch,
    private: isPrivate,
    pushed_at: pushes[0]?.at ?? '2026-01-01T00:00:00Z',
    open_issues_count: 0,
    permissions: { admin: true, push: true, pull: true },
  };
}
