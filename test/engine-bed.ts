// What tests give an engine to stand on: folders, and an account with the rights that its technology names.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Folder, type Log, silentLog, systemClock, systemRandom, type UserInfo } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Ports, Technology, Workers } from '@slipway/definition';
import { ClusterRole, ClusterRoleBinding } from '@slipway/kinds';

/** Folders below `path`, each made when it is asked for. */
export function folderAt(path: string): Folder {
  return {
    path,
    folder: async name => {
      await mkdir(join(path, name), { recursive: true, mode: 0o700 });
      return folderAt(join(path, name));
    },
  };
}

/** As whom a technology's engine acts in a platform. */
export function engineUser({ id }: Pick<Technology, 'id'>): UserInfo {
  return {
    username: `system:serviceaccount:slipway-system:${id}`,
    groups: ['system:serviceaccounts', 'system:authenticated'],
  };
}

/** Gives that one the rules it asks for and no others; role and binding have the technology's id as their name. */
export async function engineAccount(
  client: Client,
  technology: Pick<Technology, 'id' | 'rules'>,
): Promise<UserInfo> {
  const { id, rules } = technology;
  const user = engineUser(technology);
  const apiGroup = 'rbac.authorization.k8s.io';
  const role = { apiVersion: `${apiGroup}/v1`, metadata: { name: id } };
  await client.create(ClusterRole, { ...role, kind: 'ClusterRole', rules });
  await client.create(ClusterRoleBinding, {
    ...role,
    kind: 'ClusterRoleBinding',
    subjects: [{ kind: 'User', name: user.username, apiGroup }],
    roleRef: { apiGroup, kind: 'ClusterRole', name: id },
  });
  return user;
}

/** As whom an engine acts, where it is not the administrator. */
export interface EngineAccount {
  client: Client;
  as(user: UserInfo): Client;
}

/** A port that the tests give nobody: who asks for it fails. */
export function unavailable(name: string): never {
  throw new Error(`the tests give no port "${name}"`);
}

/** Says what goes wrong; the rest is not of interest. */
export const loudLog: Log = {
  ...silentLog,
  warn: (message, fields) => console.error(message, fields),
  error: (message, fields) => console.error(message, fields),
  with: () => loudLog,
};

/** A pool's tasks in this thread, with input that is copied as for another one: threads are the platform's own. */
export const poolHere: Workers = {
  run: async ({ module, task, input }) => {
    const exported = (await import(module.href)) as Record<string, (value: unknown) => unknown>;
    return (await exported[task]?.(structuredClone(input))) as never;
  },
};

/** A client, a clock, a folder and what is given; every other port fails when it is asked for. */
export function barePorts(client: Client, path: string, given: Partial<Ports> = {}): Ports {
  const none: Ports = {
    client,
    as: () => unavailable('as'),
    token: async () => unavailable('token'),
    clock: systemClock,
    random: systemRandom,
    log: loudLog,
    data: folderAt(path),
    get keys() {
      return unavailable('keys');
    },
    get run() {
      return unavailable('run');
    },
    get blobs() {
      return unavailable('blobs');
    },
    get pool() {
      return unavailable('pool');
    },
    resolve: () => unavailable('resolve'),
  };
  // A spread would ask for every port at once.
  return Object.defineProperties(none, Object.getOwnPropertyDescriptors(given));
}
