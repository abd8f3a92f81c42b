// https://docs.gitlab.com/api: "Projects", "Groups", "Branches", "Events".
import { type Answered, type Answers, type Hosted, type HostedGit, hostedGit } from './server.ts';

const NOT_FOUND = { status: 404, body: { message: '404 Project Not Found' } };

export function startGitlab(groups: string[]): Promise<HostedGit> {
  return hostedGit(answersOf([...groups]), ({ headers }, token) => headers['private-token'] === token);
}

function answersOf(groups: string[]): Answers {
  return (server, { method, path, body }) => {
    const [what = '', id, ...rest] = path.replace('/api/v4/', '').split('/');
    const key = decodeURIComponent(id ?? '').toLowerCase();
    const { repositories } = server;
    if (what === 'groups' && method === 'POST')
      return { status: 201, body: { id: groups.push(String(body.path)) } };
    if (what === 'groups')
      return groups.includes(key) ? { status: 200, body: { id: groups.indexOf(key) + 1 } } : NOT_FOUND;
    if (id === undefined && method === 'POST') {
      const made = `${groups[Number(body.namespace_id) - 1]}/${body.path}`;
      if (repositories.has(made.toLowerCase()))
        return { status: 400, body: { message: { name: ['has already been taken'] } } };
      const { default_branch, visibility, description } = body;
      const about = { branch: String(default_branch), description: String(description ?? '') };
      return {
        status: 201,
        body: shown(server.add(made, { ...about, isPrivate: visibility === 'private' })),
      };
    }
    if (id === undefined) return { status: 200, body: [...repositories.values()].map(shown) };
    const found = repositories.get(key);
    if (!found) return NOT_FOUND;
    if (rest.length > 0) return within(found, rest.join('/'));
    if (method === 'DELETE') repositories.delete(key);
    if (method === 'DELETE') return { status: 202, body: { message: '202 Accepted' } };
    if (method === 'PUT') change(found, body);
    return { status: 200, body: shown(found) };
  };
}

function within(found: Hosted, what: string): Answered {
  if (what === 'repository/branches')
    return { status: 200, body: [...found.branches].map(([name, id]) => ({ name, commit: { id } })) };
  if (what === 'repository/commits')
    return { status: 200, body: Array.from({ length: Math.min(2, found.commits) }, () => ({})) };
  if (what !== 'events') return NOT_FOUND;
  const told = found.pushes.map(({ at, by }) => ({
    action_name: 'pushed to',
    created_at: at,
    author_username: by,
  }));
  return { status: 200, body: told };
}

function change(found: Hosted, { description, default_branch, visibility }: Record<string, unknown>): void {
  if (description !== undefined) found.description = String(description);
  if (default_branch !== undefined) found.branch = String(default_branch);
  if (visibility !== undefined) found.isPrivate = visibility === 'private';
}

function shown({ owner, name, description, branch, isPrivate, branches }: Hosted): object {
  return {
    path: name,
    path_with_namespace: `${owner}/${name}`,
    namespace: { full_path: owner },
    description: description || null,
    default_branch: branches.size > 0 ? branch : null,
    visibility: isPrivate ? 'private' : 'internal',
    open_issues_count: 0,
    permissions: { project_access: null, group_access: { access_level: 50 } },
  };
}
