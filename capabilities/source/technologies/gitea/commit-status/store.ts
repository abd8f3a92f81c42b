import { hasReason } from '@slipway/api';
import { type Check, CommitStatus, Repository } from '@slipway/kinds';
import { namespaceOf, objectNameOf, type RepositoryName } from '../git/name.ts';
import type { GitServer } from '../server.ts';

/** Of one commit; when there are more, those go first that a newer one of the same context replaced. */
const MOST_CHECKS = 300;

function keyOf({ owner, name }: RepositoryName, revision: string) {
  return { namespace: namespaceOf(owner), name: `${objectNameOf(name)}.${revision}` };
}

/** Checks of a commit, oldest first. */
export async function checksOf(
  { client }: GitServer,
  name: RepositoryName,
  revision: string,
): Promise<Check[]> {
  return (await client.find(CommitStatus, keyOf(name, revision)))?.spec.checks ?? [];
}

/** Adds one; its number is counted within the commit. */
export async function addCheck(
  server: GitServer,
  name: RepositoryName,
  { revision, check }: { revision: string; check: Omit<Check, 'id'> },
): Promise<Check> {
  const { client } = server;
  const key = keyOf(name, revision);
  for (;;) {
    const present = await client.find(CommitStatus, key);
    const before = present?.spec.checks ?? [];
    const added = { ...check, id: Math.max(0, ...before.map(({ id }) => id)) + 1 };
    const spec = {
      repository: objectNameOf(name.name),
      revision,
      checks: bounded([...before, added]),
    };
    try {
      if (present) await client.update(CommitStatus, { ...present, spec });
      else await client.create(CommitStatus, await objectOf(server, name, { key, spec }));
      return added;
    } catch (error) {
      if (!hasReason(error, 'Conflict', 'AlreadyExists')) throw error;
    }
  }
}

async function objectOf(
  { client }: GitServer,
  name: RepositoryName,
  { key, spec }: { key: { namespace: string; name: string }; spec: CommitStatus['spec'] },
): Promise<CommitStatus> {
  const owner = await client.get(Repository, { ...key, name: objectNameOf(name.name) });
  const { uid } = owner.metadata;
  const reference = { apiVersion: 'source.slipway.dev/v1alpha1', kind: 'Repository' };
  return {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'CommitStatus',
    metadata: { ...key, ownerReferences: [{ ...reference, name: owner.metadata.name, uid }] },
    spec,
  };
}

function bounded(checks: Check[]): Check[] {
  if (checks.length <= MOST_CHECKS) return checks;
  const replaced = checks.find((check, at) =>
    checks.slice(at + 1).some(later => later.context === check.context),
  );
  return checks.filter(check => check !== (replaced ?? checks[0]));
}
