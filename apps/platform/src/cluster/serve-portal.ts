import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { messageOf, SlipwayError } from '@slipway/api';
import { type Addresses, httpRequest, type Ports, type Running, type Selection } from '@slipway/definition';
import { createPortalSession, type PortalSession } from '@slipway/gateway';
import { groupsOf, issuerVerifier, PEOPLE } from '@slipway/identity/contract';
import { portalFolder } from '../engine-parameters.ts';
import { authoritiesWith } from './cluster-ports.ts';
import { withIssuer } from './issuer-client.ts';

export interface PortalOptions {
  selection: Selection;
  addresses: Addresses;
  /** Of the portal's own account. */
  ports: Ports;
  /** Where it is served, in plain HTTP: TLS ends before it. */
  listen: { host: string; port: number };
  /** Folder with the files `clientId`, `clientSecret` and `issuer`. */
  signIn: string;
  ca?: string;
}

export interface ServedPortal {
  port: number;
  running: Running;
  close(): Promise<void>;
}

export const PORTAL = 'slipway-portal';

/** The portal's pages and API at the domain, with sessions of the platform's issuer, in every process. */
export async function servePortal(options: PortalOptions): Promise<ServedPortal> {
  const { selection, addresses, ports, listen } = options;
  const found = selection.components.find(({ technology }) => technology.id === PORTAL);
  const beside = found?.technology.beside;
  if (!beside) throw new SlipwayError('EngineAbsent', `${PORTAL}: it is not in the definition`);
  const client = readClient(options.signIn);
  const read = async (url: string) =>
    (await httpRequest({ url, ...(options.ca ? { ca: options.ca } : {}) })).json();
  const verify = issuerVerifier({ ...client, read, clock: ports.clock });
  const environments = selection.environments.map(({ name }) => name);
  const parameters = { site: portalFolder(), ...found.parameters };
  const own = Object.defineProperties({}, Object.getOwnPropertyDescriptors(ports)) as Ports;
  Object.defineProperty(own, 'client', { value: withIssuer(ports.client, verify) });
  const running = await beside.start(own, { addresses, environments, parameters });
  const session = await openSession(options, client, running);
  const server = createServer((request, response) => {
    Promise.resolve(session.handler(request, response)).catch(error => {
      ports.log.error('a request failed', { error: messageOf(error) });
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end('something went wrong\n');
    });
  });
  server.on('upgrade', session.upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    running,
    close: async () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await session.close();
      await running.stop();
    },
  };
}

interface ClientFiles {
  clientId: string;
  clientSecret: string;
  issuer: string;
}

function readClient(folder: string): ClientFiles {
  const text = (name: string) => readFileSync(join(folder, name), 'utf8').trim();
  return { clientId: text('clientId'), clientSecret: text('clientSecret'), issuer: text('issuer') };
}

async function openSession(
  { addresses, ports, ca }: PortalOptions,
  client: ClientFiles,
  running: Running,
): Promise<PortalSession> {
  const pages = running.routes.find(({ host }) => host === '')?.handler;
  if (!pages) throw new SlipwayError('EngineAbsent', `${PORTAL}: it serves no pages`);
  const { clock, random, log, resolve } = ports;
  const issuer = new URL(client.issuer);
  return createPortalSession({
    ...client,
    portalUrl: addresses.url(''),
    key: await ports.keys.derive('portal/session'),
    clock,
    random,
    log,
    // Wherever it is: it need not be one of the platform's.
    upstream: () => ({
      host: issuer.hostname,
      port: Number(issuer.port || 443),
      serverName: issuer.hostname,
      hostHeader: issuer.host,
      ca: authoritiesWith(ca),
    }),
    kubernetes: () => resolve('kubernetes.default.svc'),
    // The cluster's API server need not know the issuer: whoever signed in is acted for, with their rights.
    actFor: async ({ user, groups }) => {
      if (/^system:/.test(user)) throw new SlipwayError('Forbidden', `user ${user}: the name is reserved`);
      return [
        ['authorization', `Bearer ${await ports.token()}`],
        ['impersonate-user', user],
        ...[...groupsOf(groups), PEOPLE].map(group => ['impersonate-group', group] as [string, string]),
      ];
    },
    apiOf: () => undefined,
    pages,
  });
}
