import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createRegistryClient, credentialsFor, type Endpoint, type RegistryClient } from '@slipway/oci';
import { CommandError, EXIT } from '../../output.ts';

/** Registries as Docker's configuration of this user knows them; with a URL that one stands in for all of them. */
export async function imageRegistry(url: string | undefined): Promise<RegistryClient> {
  const config = await readFile(join(homedir(), '.docker', 'config.json'), 'utf8').catch(() => '{}');
  const only = url === undefined ? undefined : endpointOf(url);
  return createRegistryClient({
    credentials: async registry => credentialsFor(config, only ? only.serverName : registry),
    ...(only ? { endpoint: () => only } : {}),
  });
}

/** @throws CommandError for anything but a URL of a registry */
export function endpointOf(url: string): Endpoint & { serverName: string } {
  const parsed = URL.parse(url);
  const isRegistry = parsed && /^https?:$/.test(parsed.protocol) && parsed.pathname === '/';
  if (!parsed || !isRegistry)
    throw new CommandError(
      `${JSON.stringify(url)}: a registry is named as https://HOST or http://HOST:PORT`,
      {
        exitCode: EXIT.usage,
      },
    );
  const plain = parsed.protocol === 'http:';
  const port = Number(parsed.port) || (plain ? 80 : 443);
  return { host: parsed.hostname, port, serverName: parsed.hostname, ...(plain ? { plain } : {}) };
}
