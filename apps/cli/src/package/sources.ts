import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Bringing } from '@slipway/definition';
import { credentialsFor } from '@slipway/oci';
import { type RunningPlatform, readConfig, readRunning } from '@slipway/platform';
import { isOci, type SourceAccess } from '@slipway/sources';
import { type Connection, connect, type Target } from '../connection.ts';

/** The words of the platform's own servers, of a connection or of the parts that access takes. */
type Own = Pick<Connection, 'token' | 'ca'> & { platform: Pick<RunningPlatform, 'domain'> };

/** How this command reaches where packages, blueprints and technologies stand. */
export async function bringing(
  connection: Own | undefined,
  { folder = process.cwd(), plainHttp = false }: { folder?: string; plainHttp?: boolean } = {},
): Promise<Bringing> {
  const config = await readFile(join(homedir(), '.docker', 'config.json'), 'utf8').catch(() => '{}');
  return {
    folder,
    cacheFolder: join(readConfig().cacheFolder, 'packages'),
    access: url => accessOf(url, { own: connection, config, plainHttp }),
  };
}

function accessOf(
  url: string,
  { own, config, plainHttp }: { own: Own | undefined; config: string; plainHttp: boolean },
): SourceAccess {
  const isRegistry = isOci(url);
  const parsed = URL.parse(isRegistry ? url.replace(/^(oci:\/\/)?/, 'https://') : url);
  if (!parsed) return {};
  if (own && parsed.hostname.endsWith(`.${own.platform.domain}`)) {
    const port = Number(parsed.port) || 443;
    const address = { host: '127.0.0.1', port, serverName: parsed.hostname, ca: own.ca };
    return { password: own.token, address };
  }
  const known = isRegistry ? credentialsFor(config, parsed.host) : undefined;
  return { ...known, ...(plainHttp && isRegistry ? { plainHttp } : {}) };
}

/** The platform that runs with these options; undefined when none does. */
export async function connectionOf(options: Target): Promise<Connection | undefined> {
  const running = await readRunning(readConfig(options.data).data);
  return running ? connect(options) : undefined;
}
