import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '@slipway/api';
import { writeDurably } from './data-folder.ts';

/** Who acts through the files of the data folder: the person who owns this machine's account. */
export const LOCAL_ADMIN = { username: 'local-admin', groups: ['system:masters'] };

/** The token of local-admin: made once, in a file of mode 0600 that the kubeconfig repeats. */
export async function localAdminToken(data: string, random: Random): Promise<string> {
  const path = join(data, 'local-admin.token');
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (kept !== '') return kept;
  const token = Buffer.from(random.bytes(32)).toString('base64url');
  await writeDurably(path, token);
  return token;
}

/** Writes the kubeconfig of local-admin (mode 0600) and gives its path. */
export async function writeKubeconfig(
  data: string,
  { name, server, caPem, token }: { name: string; server: string; caPem: string; token: string },
): Promise<string> {
  const path = join(data, 'kubeconfig');
  // Names of its own, so that the files of several platforms can be given to kubectl together.
  const user = `${LOCAL_ADMIN.username}@${name}`;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [
      { name, cluster: { server, 'certificate-authority-data': Buffer.from(caPem).toString('base64') } },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name, context: { cluster: name, user, namespace: 'default' } }],
  };
  // JSON is YAML, and every client reads it.
  await writeDurably(path, `${JSON.stringify(config, undefined, 2)}\n`);
  return path;
}
