import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, createClient } from '@slipway/client';
import { loadKubeconfig, nodeTransport } from '@slipway/client/node';
import type { Connection } from './connection.ts';
import { CommandError, EXIT } from './output.ts';
import { personToken } from './session.ts';

/**
 * The API as the person who decides: the token's, else who signed in on this machine, else local-admin.
 * @throws CommandError when the file cannot be read
 */
export async function actAs(connection: Connection, options: { tokenFile?: string }): Promise<Client> {
  const token = await actorToken(connection, options);
  if (token === undefined) return connection.client;
  const config = await loadKubeconfig(join(connection.platform.data, 'kubeconfig'));
  return createClient(nodeTransport({ ...config, token }));
}

/** The token of who decides; undefined for local-admin. @throws CommandError when the file cannot be read */
export async function actorToken(
  connection: Connection,
  { tokenFile: file }: { tokenFile?: string },
): Promise<string | undefined> {
  return file === undefined ? (await personToken(connection))?.token : tokenIn(file);
}

async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    throw new CommandError(`token file ${file}: it cannot be read`, {
      exitCode: EXIT.usage,
      next: 'slipway token create --user <name> -o json, and keep its "token" in a file of mode 0600',
    });
  }
}
