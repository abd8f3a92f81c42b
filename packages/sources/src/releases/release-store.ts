import { type Clock, hasReason, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Secret } from '@slipway/kinds';
import type { Release, ReleaseStatus } from './release.ts';
import { decodeRelease, encodeRelease, RELEASE_TYPE, secretName } from './release-codec.ts';

/** Releases of one namespace, in Secrets as Helm keeps them. */
export interface ReleaseStore {
  /** All revisions of a name, the oldest first; none when there is no such release. */
  history(name: string): Promise<Release[]>;
  /** Every revision of every release, those that cannot be read left out. */
  all(): Promise<Release[]>;
  /** @throws SlipwayError ReleaseExists when that revision is there: somebody else was first */
  create(release: Release): Promise<void>;
  update(release: Release): Promise<void>;
  delete(release: Pick<Release, 'name' | 'version'>): Promise<void>;
}

const ANYWHERE = '';

/** `namespace` '' reads all namespaces. */
export function releaseStore(client: Client, namespace: string, clock: Clock): ReleaseStore {
  const stamp = () => String(Math.floor(clock.now() / 1000));
  const list = async (labelSelector: string): Promise<Release[]> => {
    const where = namespace === ANYWHERE ? {} : { namespace };
    const { items } = await client.list(Secret, { ...where, labelSelector });
    return items.filter(({ type }) => type === RELEASE_TYPE).flatMap(secret => readable(secret));
  };
  return {
    history: async name => (await list(`owner=helm,name=${name}`)).sort((a, b) => a.version - b.version),
    all: () => list('owner=helm'),
    create: async release => {
      await client.create(Secret, encodeRelease(release, { createdAt: stamp() })).catch(error => {
        if (!hasReason(error, 'AlreadyExists')) throw error;
        throw new SlipwayError(
          'ReleaseExists',
          `release ${JSON.stringify(release.name)}: revision ${release.version} exists already: another operation (install/upgrade/rollback) is in progress; look at its history and try again`,
        );
      });
    },
    update: async release => {
      await client.update(Secret, encodeRelease(release, { modifiedAt: stamp() }));
    },
    delete: ({ name, version }) => client.delete(Secret, { namespace, name: secretName(name, version) }),
  };
}

/** One broken record does not hide the others. */
function readable(secret: Secret): Release[] {
  try {
    return [decodeRelease(secret)];
  } catch {
    return [];
  }
}

export function withStatus(releases: Release[], ...statuses: ReleaseStatus[]): Release[] {
  return releases.filter(({ info }) => statuses.includes(info.status));
}

/** Removes the oldest revisions so that `most` are left with the next one; the deployed one always stays. */
export async function makeRoom(store: ReleaseStore, history: Release[], most: number): Promise<void> {
  if (most <= 0) return;
  const deployed = withStatus(history, 'deployed').at(-1);
  let left = history.length;
  for (const release of history) {
    if (left <= most - 1) return;
    if (release.version === deployed?.version) continue;
    await store.delete(release);
    left--;
  }
}
