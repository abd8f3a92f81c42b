// What tests give an engine to stand on: folders, and an account with the rights that its technology names.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folder, UserInfo } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Technology } from '@slipway/definition';
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

/** A port that the tests give nobody: who asks for it fails. */
export function unavailable(name: string): never {
  throw new Error(`the tests give no port "${name}"`);
}
