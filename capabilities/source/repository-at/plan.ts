import type { Stored } from '@slipway/api';
import { Repository } from '@slipway/kinds';
import { SourceError } from '../contract.ts';
import { PLATFORM_NAMESPACE } from '../git-access/grant.ts';
import { checkName, namespaceOf, objectNameOf, type RepositoryName } from '../repository-name.ts';
import type { ListedRepository, SeenRepository, WantedRepository } from './repository-host.ts';

/**
 * What has to be at the server. A team's repositories belong to objects of its namespace, the platform's own (those of
 * `owner`) to `slipway-system`, so nobody has another's by an object of his own.
 * @throws SourceError when its fields do not fit each other
 */
export function planRepositoryAt(object: Stored<Repository>, owner: string): WantedRepository {
  const { spec, metadata } = object;
  checkName({ owner: spec.owner === owner ? PLATFORM_NAMESPACE : spec.owner, name: spec.name });
  const wanted = keyOfRepository(spec, owner);
  if (metadata.namespace !== wanted.namespace || metadata.name !== wanted.name)
    throw new SourceError(
      'RepositoryNameMismatch',
      `spec.owner "${spec.owner}" and spec.name "${spec.name}": belong to object "${wanted.namespace}/${wanted.name}", this is "${metadata.namespace}/${metadata.name}"; create that one instead`,
    );
  return {
    owner: spec.owner,
    name: spec.name,
    defaultBranch: spec.defaultBranch ?? 'main',
    isPrivate: spec.private !== false,
    ...(spec.description === undefined ? {} : { description: spec.description }),
  };
}

/** Where a repository's object is; `owner` is that of the platform's own. */
export function keyOfRepository(
  repository: RepositoryName,
  owner: string,
): { namespace: string; name: string } {
  const namespace = repository.owner === owner ? PLATFORM_NAMESPACE : namespaceOf(repository.owner);
  return { namespace, name: objectNameOf(repository.name) };
}

/** As servers' lists are looked things up in: they compare without regard to case. */
export function listKey({ owner, name }: RepositoryName): string {
  return `${owner}/${name}`.toLowerCase();
}

/** The object for a repository that people made at the server. */
export function foundRepository(found: ListedRepository, team: string): Repository {
  const { name, defaultBranch, isPrivate } = found;
  return {
    apiVersion: `${Repository.group}/${Repository.version}`,
    kind: Repository.kind,
    metadata: { namespace: namespaceOf(team), name: objectNameOf(name) },
    spec: { owner: team, name, defaultBranch, private: isPrivate },
  };
}

/** What a merge patch of the status has to say; undefined: it says so already. Branches that are gone are null. */
export function statusChange(
  { status }: Stored<Repository>,
  url: string,
  { branches, push }: SeenRepository,
): Record<string, unknown> | undefined {
  const before = status?.branches ?? {};
  const isSame =
    status?.url === url &&
    Object.keys(before).length === Object.keys(branches).length &&
    Object.entries(branches).every(([name, commit]) => before[name] === commit);
  if (isSame && (!push || push.at === status?.pushedAt)) return undefined;
  const gone = Object.keys(before).filter(name => !(name in branches));
  return {
    url,
    branches: { ...branches, ...Object.fromEntries(gone.map(name => [name, null])) },
    ...(push ? { pushedAt: push.at, pushedBy: push.by } : {}),
  };
}
