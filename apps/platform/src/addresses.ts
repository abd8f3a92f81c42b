import { createServer } from 'node:net';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import type { Addresses } from '@slipway/definition';
import type { UpOptions } from './config.ts';
import { readJson, writeDurably } from './data-folder.ts';

export interface Ports {
  port: number;
  httpPort: number;
  apiPort: number;
}

/** Name, option and what the port is for, as messages have them. */
const LISTENERS = [
  { name: 'port', option: '--port', title: 'gateway (HTTPS)' },
  { name: 'httpPort', option: '--http-port', title: 'plain HTTP' },
  { name: 'apiPort', option: '--api-port', title: 'Kubernetes API' },
] as const;

/**
 * The ports of this platform: a port given as 0 is chosen once and kept in the data folder, so that addresses stay
 * true after a restart.
 * @throws SlipwayError PortInUse naming the port, what it is for and the option that changes it
 */
export async function choosePorts(dataFolder: string, wanted: Pick<UpOptions, keyof Ports>): Promise<Ports> {
  const path = join(dataFolder, 'addresses.json');
  const kept = await readJson<Ports>(path);
  const ports = { port: 0, httpPort: 0, apiPort: 0 };
  for (const { name, option, title } of LISTENERS) {
    const asked = wanted[name] === 0 ? (kept?.[name] ?? 0) : wanted[name];
    // One that was chosen for us before, and is somebody else's now, is given up: nobody asked for it.
    ports[name] = await freePort(asked, title, option).catch(error => {
      if (wanted[name] !== 0 || asked === 0) throw error;
      return freePort(0, title, option);
    });
  }
  if (JSON.stringify(kept) !== JSON.stringify(ports)) await writeDurably(path, JSON.stringify(ports));
  return ports;
}

async function freePort(port: number, title: string, option: string): Promise<number> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve);
    });
    const address = server.address();
    return typeof address === 'object' && address ? address.port : port;
  } catch (error) {
    const cause =
      (error as NodeJS.ErrnoException).code === 'EACCES' ? 'may not be used by this user' : 'is in use';
    throw new SlipwayError(
      'PortInUse',
      `port ${port} for the ${title}: ${cause}; choose another with ${option} (0: any free one)`,
    );
  } finally {
    await new Promise(resolve => server.close(resolve));
  }
}

/** Where things are reached from outside. */
export function addressesOf(ports: Ports, names: { domain: string; appsDomain: string }): Addresses {
  const suffix = ports.port === 443 ? '' : `:${ports.port}`;
  return {
    ...names,
    ...ports,
    url: host => `https://${host === '' ? '' : `${host}.`}${names.domain}${suffix}`,
    appUrl: (service, environment) => `https://${service}.${environment}.${names.appsDomain}${suffix}`,
  };
}
