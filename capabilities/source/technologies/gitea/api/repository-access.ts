import type { Stored } from '@slipway/api';
import { Repository } from '@slipway/kinds';
import { mayRepository, nameText, type RepositoryVerb } from '../access.ts';
import { nameFromPath, namespaceOf, objectNameOf, type RepositoryName } from '../git/name.ts';
import { type ApiCall, ApiError, notFound } from './call.ts';

/** A repository that exists and that the caller may use. */
export interface OpenRepository {
  object: Stored<Repository>;
  name: RepositoryName;
  /** Folder of the bare repository. */
  path: string;
  defaultBranch: string;
}

/**
 * The repository of `:owner/:repo`. Who may not even read it gets what a missing one gets, as in Gitea.
 * @throws ApiError 404, or 403 when reading is allowed and `verb` is not
 */
export async function openRepository(call: ApiCall, verb: RepositoryVerb = 'get'): Promise<OpenRepository> {
  const { server, user, params } = call;
  const name = nameFromPath(params.owner ?? '', params.repo ?? '');
  if (!name || !(await mayRepository(server, user, 'get', name))) throw notFound();
  const key = { namespace: namespaceOf(name.owner), name: objectNameOf(name.name) };
  const object = await server.client.find(Repository, key);
  if (!object || object.metadata.deletionTimestamp) throw notFound();
  if (verb !== 'get' && !(await mayRepository(server, user, verb, name))) {
    const what = verb === 'delete' ? 'delete' : 'write to';
    throw new ApiError(403, `user "${user.username}" may not ${what} repository "${nameText(name)}"`);
  }
  // An object made a moment ago may not have its storage yet.
  const defaultBranch = object.spec.defaultBranch ?? 'main';
  await server.storage.create(name, defaultBranch);
  return {
    object,
    name: { ...name, name: object.spec.name },
    path: server.storage.pathOf(name),
    defaultBranch,
  };
}
