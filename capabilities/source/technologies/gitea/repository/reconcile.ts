import { messageOf, type Stored } from '@slipway/api';
import { holdOn, letGo } from '@slipway/client';
import { Repository } from '@slipway/kinds';
import { type Context, type Controller, done, type Outcome, terminal } from '@slipway/runtime';
import { readHead } from '@slipway/sources';
import { SourceError, STORAGE_FINALIZER } from '../../../contract.ts';
import type { RepositoryName } from '../git/name.ts';
import { writeHead } from '../git/storage.ts';
import type { GitServer } from '../server.ts';
import { planRepository } from './plan.ts';

/** Repository object ↔ bare repository: made with it, told of in its status, removed with it. */
export function repositoryController(server: GitServer): Controller<Repository> {
  return {
    name: 'repository',
    kind: Repository,
    condition: 'Ready',
    reconcile: (object, context) => reconcile(server, object, context),
  };
}

async function reconcile(
  server: GitServer,
  object: Stored<Repository>,
  { client }: Context,
): Promise<Outcome> {
  const _key = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
  const isOurs = object.metadata.finalizers?.includes(STORAGE_FINALIZER);
  if (object.metadata.deletionTimestamp) {
    if (!isOurs) return done;
    await removeStorage(server, object);
    await letGo(client, Repository, object, STORAGE_FINALIZER);
    return done;
  }
  const name = nameOf(object);
  if (name instanceof SourceError) return terminal(name.code, name.message);
  await holdOn(client, Repository, object, STORAGE_FINALIZER);
  const branch = object.spec.defaultBranch ?? 'main';
  await server.storage.create(name, branch);
  const repository = server.storage.pathOf(name);
  if ((await readHead(repository)) !== branch) await writeHead(repository, branch);
  await server.publisher.publish(name, undefined);
  return done;
}

function nameOf(object: Stored<Repository>): RepositoryName | SourceError {
  try {
    return planRepository(object);
  } catch (error) {
    if (error instanceof SourceError) return error;
    throw error;
  }
}

/** An object whose fields never fitted has no storage of its own to remove. */
export async function removeStorage(server: GitServer, object: Stored<Repository>): Promise<void> {
  const name = nameOf(object);
  if (name instanceof SourceError) {
    server.log.debug('nothing stored for a repository', { reason: messageOf(name) });
    return;
  }
  server.readers.forget(server.storage.pathOf(name));
  await server.storage.remove(name);
}
