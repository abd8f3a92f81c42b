import { lookup as systemLookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { SlipwayError } from '@slipway/api';
import type { Address } from '@slipway/definition';
import type { PodNetwork, Sandbox } from '@slipway/sandbox';
import { isForbiddenAddress } from './egress.ts';
import type { Endpoint, ServiceTable } from './service-table.ts';
import type { VirtualNames } from './virtual-names.ts';

export interface NetworkOptions {
  table: ServiceTable;
  names: VirtualNames;
  run: Pick<Sandbox, 'dial'>;
  /** How our own processes reach one of the platform's names. */
  resolve(name: string): Address;
  /** Is it a name of the platform: internal, or below its domains? */
  isOurs(name: string): boolean;
  /** Ports of the platform's TLS and plain listeners as they stand in public URLs, besides 443 and 80. */
  ports: { tls: number; plain: number };
  isPod(address: string): boolean;
}

/** What one pod may do. */
export interface PodRights {
  egress(): { allowed: boolean; reason: string };
  /** A connection that was refused, for people to see. */
  refused(target: string, reason: string): void;
}

const CLUSTER = 'svc.cluster.local';
const CONNECT_TIMEOUT_MS = 30_000;

/** The network as one pod sees it: Services, other pods, the platform's names, and outside what the egress rule allows. */
export function podNetwork(options: NetworkOptions, rights: PodRights): PodNetwork {
  return {
    lookup: async name => lookup(options, name),
    connect: target => open(options, rights, target),
  };
}

function lookup({ table, names, isOurs }: NetworkOptions, name: string): string[] {
  if (name.endsWith(`.${CLUSTER}`)) {
    const found = table.lookup(name.slice(0, -CLUSTER.length - 1));
    if (!found?.external) return found?.addresses ?? [];
    return isIP(found.external) ? [found.external] : [names.addressOf(found.external)];
  }
  if (isOurs(name)) return [names.addressOf(name)];
  // What has no dot, or ends like the cluster's names, can be nobody's outside.
  if (!name.includes('.') || /\.(cluster\.local|svc|localhost)$/.test(name)) return [];
  return [names.addressOf(name)];
}

async function open(
  options: NetworkOptions,
  rights: PodRights,
  target: { address: string; port: number },
): Promise<Duplex> {
  const service = options.table.endpoints(target.address, target.port);
  if (service?.service === 'default/kubernetes') return dialAddress(options.resolve('kubernetes'));
  if (service) return dialFirst(options, service.service, target.port, service.ready);
  if (options.isPod(target.address)) return options.run.dial(target);
  const name = options.names.nameOf(target.address);
  if (name !== undefined && options.isOurs(name)) return dialOurs(options, name, target.port);
  return dialOutside(rights, name ?? target.address, target.port);
}

/** Takes turns, per Service; when one does not answer, the others are tried. */
const turns = new WeakMap<ServiceTable, Map<string, number>>();

async function dialFirst(
  { run, table }: NetworkOptions,
  service: string,
  port: number,
  ready: Endpoint[],
): Promise<Duplex> {
  const counts = turns.get(table) ?? new Map<string, number>();
  turns.set(table, counts);
  const start = counts.get(service) ?? 0;
  counts.set(service, start + 1);
  for (const index of ready.keys()) {
    const endpoint = ready[(start + index) % ready.length];
    const stream = endpoint && (await run.dial(endpoint).catch(() => undefined));
    if (stream) return stream;
  }
  throw new SlipwayError('NoEndpoint', `service ${service}: port ${port}: no ready pod answers`);
}

function dialOurs({ resolve, ports }: NetworkOptions, name: string, port: number): Promise<Duplex> {
  const address = resolve(name);
  if (port === 443 || port === ports.tls) return dialAddress(address);
  if (port === 80 || port === ports.plain) return dialAddress({ ...address, port: ports.plain });
  throw new SlipwayError('PortUnknown', `${name}: port ${port}: the platform answers at 443 and 80`);
}

function dialAddress({ host, port }: { host: string; port: number }): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    const late = () =>
      socket.destroy(new SlipwayError('ConnectTimeout', `${host}:${port}: no answer in time`));
    socket.setTimeout(CONNECT_TIMEOUT_MS, late);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

async function dialOutside(rights: PodRights, name: string, port: number): Promise<Duplex> {
  const target = `${name}:${port}`;
  const { allowed, reason } = rights.egress();
  const refuse = (why: string) => {
    rights.refused(target, why);
    return new SlipwayError('EgressRefused', `connection to ${target}: refused: ${why}`);
  };
  if (!allowed) throw refuse(reason);
  const found = isIP(name) ? [{ address: name }] : await systemLookup(name, { all: true });
  const usable = found.find(({ address }) => !isForbiddenAddress(address));
  if (!usable) throw refuse('its address belongs to this machine');
  return dialAddress({ host: usable.address, port });
}
