import { type Clock, hasReason, type Log, messageOf, timestamp, type UserInfo } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Repository } from '@slipway/kinds';
import type { Recorder } from '@slipway/runtime';
import { readRefs } from '@slipway/sources';
import { INTERNAL_HOST } from '../../contract.ts';
import type { Maintenance } from './git/maintenance.ts';
import { namespaceOf, objectNameOf, type RepositoryName } from './git/name.ts';
import type { Storage } from './git/storage.ts';
import { createSerially } from './serially.ts';

/** A branch or tag that moved. The zero id stands for "was not" and "is no more". */
export interface RefChange {
  /** `refs/heads/main` */
  ref: string;
  before: string;
  after: string;
}

export const ZERO_ID = '0'.repeat(40);

/** Tells everybody what a repository's branches are, before whoever changed them gets an answer. */
export interface RefsPublisher {
  /**
   * Compares branches with what the Repository object says and writes the difference; resolves with the changes.
   * Rejects only when the API cannot be written; the branches themselves are safe then, and the controller repeats it.
   */
  publish(name: RepositoryName, by: UserInfo | undefined): Promise<RefChange[]>;
  /** Called with the changes of every push that came through here. */
  onPush(listener: (name: RepositoryName, changes: RefChange[], by: UserInfo) => void): void;
}

export function createRefsPublisher(options: {
  client: Client;
  clock: Clock;
  log: Log;
  storage: Storage;
  record: Recorder;
  maintenance: Maintenance;
}): RefsPublisher {
  const listeners: Parameters<RefsPublisher['onPush']>[0][] = [];
  const serially = createSerially();
  /** One at a time for each repository: what is read last is then written last. */
  const publish: RefsPublisher['publish'] = (name, by) =>
    serially(options.storage.pathOf(name), () => publishNow(options, name, by));
  return {
    publish: async (name, by) => {
      const changes = await publish(name, by);
      if (by) options.maintenance.changed(options.storage.pathOf(name));
      if (by && changes.length > 0) for (const listener of listeners) listener(name, changes, by);
      return changes;
    },
    onPush: listener => {
      listeners.push(listener);
    },
  };
}

async function publishNow(
  { client, clock, log, storage, record }: Parameters<typeof createRefsPublisher>[0],
  name: RepositoryName,
  by: UserInfo | undefined,
): Promise<RefChange[]> {
  const key = { namespace: namespaceOf(name.owner), name: objectNameOf(name.name) };
  const object = await client.find(Repository, key);
  if (!object) {
    log.warn('a repository has no object', { repository: `${name.owner}/${name.name}` });
    return [];
  }
  const branches = Object.fromEntries(await readRefs(storage.pathOf(name)));
  const changes = changesBetween(object.status?.branches ?? {}, branches);
  const url = `https://${INTERNAL_HOST}/${object.spec.owner}/${object.spec.name}.git`;
  if (changes.length === 0 && object.status?.url === url) return [];
  const removed = changes
    .filter(change => change.after === ZERO_ID)
    .map(change => [shortName(change.ref), null]);
  const pushed = by && changes.length > 0 ? { pushedAt: timestamp(clock.now()), pushedBy: by.username } : {};
  const status = { url, branches: { ...branches, ...Object.fromEntries(removed) }, ...pushed };
  await client
    .patch(Repository, key, { type: 'merge', body: { status } }, { subresource: 'status' })
    .catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
  if (by) for (const change of changes) record(object, 'Normal', 'Pushed', describe(change, by));
  return changes;
}

/** Branches that differ between two states. */
function changesBetween(before: Record<string, string>, after: Record<string, string>): RefChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter(branch => before[branch] !== after[branch])
    .sort()
    .map(branch => ({
      ref: `refs/heads/${branch}`,
      before: before[branch] ?? ZERO_ID,
      after: after[branch] ?? ZERO_ID,
    }));
}

function shortName(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

function describe({ ref, after }: RefChange, by: UserInfo): string {
  const branch = shortName(ref);
  if (after === ZERO_ID) return `${by.username} deleted branch "${branch}"`;
  return `${by.username} pushed ${after.slice(0, 10)} to "${branch}"`;
}

/** For logs where an error must not stop what is done already. */
export function describeFailure(error: unknown): string {
  return `the push is stored, but the platform was not told of it yet: ${messageOf(error)}`;
}
