import { join } from 'node:path';
import { systemClock } from '@slipway/api';
import { BRANCH, type PlatformRepository, type RepositoryPlan } from '@slipway/cluster';
import { Secret } from '@slipway/kinds';
import { openBranch } from '@slipway/sources';
import { CommandError } from '../output.ts';
import type { Cluster } from './open-cluster.ts';
import { platformAuthority } from './platform-authority.ts';

/** Opens the platform's repository for as long as an apply goes on; commits carry who applies. */
export async function openPlatformRepository(
  { client, selection, sources }: Pick<Cluster, 'client' | 'selection' | 'sources'>,
  { publicUrl, secret }: RepositoryPlan,
  actor: string,
): Promise<PlatformRepository & { close(): Promise<void> }> {
  const { data = {} } = (await client.find(Secret, secret)) ?? {};
  const [username, password] = ['username', 'password'].map(key =>
    Buffer.from(data[key] ?? '', 'base64').toString(),
  );
  if (!username || !password)
    throw new CommandError(
      `the platform’s repository: Secret ${secret.namespace}/${secret.name} has no username and password`,
      { next: `kubectl -n ${secret.namespace} describe gitaccesses.source.slipway.dev` },
    );
  const ca = await platformAuthority(client, selection)();
  return openBranch({
    remote: { url: publicUrl, auth: { username, password }, ...(ca ? { tls: { ca } } : {}) },
    branch: BRANCH,
    cacheFolder: join(sources.cacheFolder, 'repository'),
    author: { name: actor, email: 'slipway@slipway.internal' },
    clock: systemClock,
  });
}
