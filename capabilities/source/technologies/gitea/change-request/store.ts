import { hasReason, type Key, type Stored } from '@slipway/api';
import { ChangeRequest, Repository } from '@slipway/kinds';
import { namespaceOf, objectNameOf, type RepositoryName } from '../git/name.ts';
import type { GitServer } from '../server.ts';
import type { ChangeStatus } from './plan.ts';

const LABEL = 'source.slipway.dev/repository';

/** A change that was opened at a door of ours: only of those it is known who opened them. */
export type OpenedChange = Stored<ChangeRequest> & { status: ChangeStatus };

export function isOpened(change: Stored<ChangeRequest> | undefined): change is OpenedChange {
  return change?.status?.author !== undefined;
}

/** Numbers are the last segment, so no two repositories share a name. */
export function changeKey({ owner, name }: RepositoryName, number: number): Key {
  return { namespace: namespaceOf(owner), name: `${objectNameOf(name)}.${number}` };
}

export async function findChange(
  { client }: GitServer,
  name: RepositoryName,
  number: number,
): Promise<OpenedChange | undefined> {
  const found = await client.find(ChangeRequest, changeKey(name, number));
  return isOpened(found) ? found : undefined;
}

/** All changes of a repository, newest first. */
export async function listChanges({ client }: GitServer, name: RepositoryName): Promise<OpenedChange[]> {
  const { items } = await client.list(ChangeRequest, {
    namespace: namespaceOf(name.owner),
    labelSelector: `${LABEL}=${labelOf(name)}`,
  });
  const own = items.filter(item => item.spec.repository === objectNameOf(name.name));
  return own.filter(isOpened).sort((a, b) => b.spec.number - a.spec.number);
}

/** A label's value has at most 63 characters. */
function labelOf({ name }: RepositoryName): string {
  return objectNameOf(name).slice(0, 63);
}

/**
 * Makes the object as the person who asks, with the next free number, then the status that makes it a change.
 * @throws StatusError Forbidden when the person may not create change requests
 */
export async function createChange(
  server: GitServer,
  repository: Stored<Repository>,
  change: {
    name: RepositoryName;
    as: ReturnType<GitServer['as']>;
    /** Tells the audit; when it cannot, nothing was opened. */
    record(number: number): Promise<void>;
    spec: Omit<ChangeRequest['spec'], 'repository' | 'number'>;
    status: ChangeStatus;
  },
): Promise<OpenedChange> {
  const { name, spec, status } = change;
  const known = (await listChanges(server, name)).map(each => each.spec.number);
  let number = Math.max(0, repository.status?.lastChange ?? 0, ...known);
  for (;;) {
    number++;
    const key = changeKey(name, number);
    const object: ChangeRequest = {
      apiVersion: 'source.slipway.dev/v1alpha1',
      kind: 'ChangeRequest',
      metadata: { ...key, labels: { [LABEL]: labelOf(name) }, ownerReferences: [ownerOf(repository)] },
      spec: { ...spec, repository: objectNameOf(name.name), number },
    };
    const made = await change.as.create(ChangeRequest, object).catch(error => {
      // Somebody made one by hand under that name.
      if (hasReason(error, 'AlreadyExists')) return undefined;
      throw error;
    });
    if (!made) continue;
    await rememberNumber(server, name, number);
    await change.record(number).catch(async error => {
      await server.client.delete(ChangeRequest, key);
      throw error;
    });
    const opened = await server.client.patch(
      ChangeRequest,
      key,
      { type: 'merge', body: { status } },
      { subresource: 'status' },
    );
    return { ...opened, status: opened.status ?? status };
  }
}

function ownerOf({ metadata }: Stored<Repository>) {
  return {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'Repository',
    name: metadata.name,
    uid: metadata.uid,
  };
}

async function rememberNumber({ client }: GitServer, name: RepositoryName, number: number): Promise<void> {
  const key = { namespace: namespaceOf(name.owner), name: objectNameOf(name.name) };
  const body = { status: { lastChange: number } };
  await client.patch(Repository, key, { type: 'merge', body }, { subresource: 'status' });
}
