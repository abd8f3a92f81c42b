import { hasReason, type Stored } from '@slipway/api';
import { mutate } from '@slipway/client';
import { Repository } from '@slipway/kinds';
import { STORAGE_FINALIZER } from '../../../contract.ts';
import { mayRepository } from '../access.ts';
import { listChanges } from '../change-request/store.ts';
import { checkName, isBranchName, namespaceOf, objectNameOf, type RepositoryName } from '../git/name.ts';
import { writeHead } from '../git/storage.ts';
import { removeStorage } from '../repository/reconcile.ts';
import {
  type ApiCall,
  ApiError,
  created,
  noContent,
  notFound,
  type Operation,
  ok,
  paged,
  refuseFields,
  unprocessable,
} from './call.ts';
import { initialize } from './content/initialize.ts';
import { organizationExists } from './organizations.ts';
import { openRepository } from './repository-access.ts';
import { type Permissions, repositoryJson } from './repository-json.ts';

interface CreateOptions {
  name: string;
  description: string;
  auto_init: boolean;
  default_branch: string;
  readme: string;
}

export const createInOrganization: Operation = async call => {
  const owner = (call.params.org ?? '').toLowerCase();
  if (!(await organizationExists(call.server, owner))) throw notFound();
  return createRepository(call, owner);
};

/** A user's own repositories are those of a team with that name; there is no other owner than teams. */
export const createForUser: Operation = async call => {
  const owner = call.user.username.toLowerCase();
  if (!(await organizationExists(call.server, owner)))
    throw unprocessable(
      `there is no team "${owner}": repositories belong to teams; create it with POST /api/v1/orgs/{team}/repos`,
    );
  return createRepository(call, owner);
};

async function createRepository(call: ApiCall, owner: string) {
  const { server, user } = call;
  const options = await call.body<CreateOptions>();
  const name = { owner, name: options.name ?? '' };
  checkName(name);
  refuseFields(
    options,
    ['gitignores', 'license', 'issue_labels', 'template'],
    'commit the files yourself, after the repository is there',
  );
  const branch = options.default_branch || 'main';
  if (!isBranchName(branch))
    throw unprocessable(`[DefaultBranch]: ${JSON.stringify(branch)}: is no branch name`);
  if (!(await mayRepository(server, user, 'create', { owner })))
    throw new ApiError(403, `user "${user.username}" may not create repositories in "${owner}"`);
  const made = await server
    .as(user)
    .create(Repository, objectFor(name, branch, options.description ?? ''))
    .catch(error => {
      if (hasReason(error, 'AlreadyExists'))
        throw new ApiError(409, 'The repository with the same name already exists.');
      throw error;
    });
  await server.storage.create(name, branch);
  if (options.auto_init)
    await initialize(server, { name, branch, user, description: options.description ?? '' });
  await server.publisher.publish(name, user);
  const object = (await server.client.find(Repository, keyFor(name))) ?? made;
  return created(await describe(call, object));
}

function objectFor({ owner, name }: RepositoryName, defaultBranch: string, description: string): Repository {
  return {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'Repository',
    metadata: { ...keyFor({ owner, name }), finalizers: [STORAGE_FINALIZER] },
    spec: { owner, name, defaultBranch, private: true, ...(description ? { description } : {}) },
  };
}

function keyFor({ owner, name }: RepositoryName): { namespace: string; name: string } {
  return { namespace: namespaceOf(owner), name: objectNameOf(name) };
}

/** Gitea's Repository, as the caller sees it. */
export async function describe(call: ApiCall, object: Stored<Repository>) {
  const { owner, name } = object.spec;
  const [push, admin, changes] = await Promise.all([
    mayRepository(call.server, call.user, 'update', { owner, name }),
    mayRepository(call.server, call.user, 'delete', { owner, name }),
    listChanges(call.server, { owner, name }),
  ]);
  const permissions: Permissions = { admin, push, pull: true };
  const openChanges = changes.filter(({ status }) => status.state === 'open').length;
  return repositoryJson(object, call.base, permissions, { openChanges });
}

export const getRepository: Operation = async call => {
  const { object } = await openRepository(call);
  return ok(await describe(call, object));
};

interface EditOptions {
  name: string;
  description: string;
  private: boolean;
  default_branch: string;
  archived: boolean;
}

export const editRepository: Operation = async call => {
  const { server, user } = call;
  const { object, name, path } = await openRepository(call, 'update');
  const edit = await call.body<EditOptions>();
  if (edit.private === false) throw unprocessable('cannot change private repository to public');
  if (edit.name && edit.name !== name.name)
    throw unprocessable('[name]: not supported: a repository keeps its name; create another and push to it');
  refuseFields(
    edit,
    ['archived', 'template', 'has_issues', 'has_wiki', 'has_pull_requests'],
    'there is no such thing here',
  );
  const branch = edit.default_branch;
  const branches = object.status?.branches ?? {};
  if (branch !== undefined && !isBranchName(branch))
    throw unprocessable(`[DefaultBranch]: "${branch}" is no branch name`);
  if (branch !== undefined && Object.keys(branches).length > 0 && !branches[branch])
    throw unprocessable(`[DefaultBranch]: there is no branch "${branch}"`);
  const edited = await mutate(server.as(user), Repository, keyFor(name), draft => {
    if (edit.description !== undefined) draft.spec.description = edit.description;
    if (branch !== undefined) draft.spec.defaultBranch = branch;
  });
  if (branch !== undefined) await writeHead(path, branch);
  return ok(await describe(call, edited));
};

export const deleteRepository: Operation = async call => {
  const { server, user } = call;
  const { object, name } = await openRepository(call, 'delete');
  await server.as(user).delete(Repository, keyFor(name), { preconditions: { uid: object.metadata.uid } });
  // The controller does the same; this way it is gone when the answer comes.
  await removeStorage(server, object);
  await mutate(server.client, Repository, keyFor(name), draft => {
    const rest = draft.metadata.finalizers?.filter(each => each !== STORAGE_FINALIZER) ?? [];
    draft.metadata.finalizers = rest;
  }).catch(error => {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error;
  });
  return noContent;
};

export const listOfOrganization: Operation = async call => {
  const owner = (call.params.org ?? call.params.username ?? '').toLowerCase();
  if (!(await organizationExists(call.server, owner))) throw notFound();
  return paged(call, await visible(call, await objectsIn(call, owner)));
};

export const listMine: Operation = async call => paged(call, await visible(call, await objectsIn(call)));

export const searchRepositories: Operation = async call => {
  const text = (call.query.get('q') ?? '').toLowerCase();
  const all = await objectsIn(call);
  const found = all.filter(({ spec }) => {
    const inDescription =
      call.query.get('includeDesc') === 'true' && spec.description?.toLowerCase().includes(text);
    return spec.name.toLowerCase().includes(text) || inDescription;
  });
  const { body, headers } = paged(call, await visible(call, found));
  return { status: 200, body: { ok: true, data: body }, ...(headers ? { headers } : {}) };
};

async function objectsIn({ server }: ApiCall, owner?: string): Promise<Stored<Repository>[]> {
  const { items } = await server.client.list(Repository, owner ? { namespace: namespaceOf(owner) } : {});
  const byName = (a: Stored<Repository>, b: Stored<Repository>) => (fullName(a) < fullName(b) ? -1 : 1);
  return items.filter(item => !item.metadata.deletionTimestamp).sort(byName);
}

function fullName({ spec }: Repository): string {
  return `${spec.owner}/${spec.name}`;
}

/** Those the caller may read, described. */
async function visible(call: ApiCall, objects: Stored<Repository>[]) {
  const described = await Promise.all(
    objects.map(async object => {
      const { owner, name } = object.spec;
      return (await mayRepository(call.server, call.user, 'get', { owner, name }))
        ? describe(call, object)
        : undefined;
    }),
  );
  return described.filter(each => each !== undefined);
}
