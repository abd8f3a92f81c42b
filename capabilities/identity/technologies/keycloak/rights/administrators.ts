import { type Log, messageOf } from '@slipway/api';
import type { Client } from '@slipway/client';
import { ConfigMap } from '@slipway/kinds';
import { PLATFORM_ADMINS, SYSTEM_NAMESPACE } from '../../../objects/names.ts';
import type { Directory } from '../people/directory.ts';
import { MANAGER } from './apply.ts';
import { ADMINISTRATORS } from './policies.ts';

/**
 * Keeps the list of platform admins that the policy on the last of them reads. Two who remove each other in the same
 * instant can both succeed; `local-admin` is there for that.
 */
export async function followAdministrators(options: {
  client: Client;
  directory: Directory;
  log: Log;
}): Promise<void> {
  const { client, directory, log } = options;
  let written: string | undefined;
  let writing = Promise.resolve();
  const write = async (): Promise<void> => {
    const names = namesOf(directory);
    if (names === written) return;
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: SYSTEM_NAMESPACE, name: ADMINISTRATORS },
      data: { names },
    };
    await client.apply(ConfigMap, object, { fieldManager: MANAGER, force: true });
    written = names;
  };
  const follow = () => {
    writing = writing
      .then(write)
      .catch(error => log.warn('platform admins not written down', { error: messageOf(error) }));
  };
  await directory.synced;
  directory.onChange(follow);
  follow();
  await writing;
}

function namesOf(directory: Directory): string {
  return directory
    .people()
    .filter(({ groups }) => groups.includes(PLATFORM_ADMINS))
    .map(({ name }) => name)
    .sort()
    .join(',');
}
