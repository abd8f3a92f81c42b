import { rootCertificates } from 'node:tls';
import { type Clock, type Folder, type Log, type Random, SlipwayError, type UserInfo } from '@slipway/api';
import type { Address, Addresses, Ports, Workers } from '@slipway/definition';
import { accountTokens } from '../account-tokens.ts';
import type { ClusterAccess } from './connect-cluster.ts';
import { gitDoor } from './git-door.ts';

export interface ClusterPortsOptions {
  access: ClusterAccess;
  clock: Clock;
  random: Random;
  log: Log;
  data: Folder;
  keys: Ports['keys'];
  pool: Workers;
  addresses: Addresses;
  /** Whether Services' names lead to the tools. */
  isInside: boolean;
  /** PEM text that the tools' certificates may lead to, besides the system's authorities. */
  ca?: string;
}

/** What our own engines get on a cluster, by technology: each acts with its own ServiceAccount. */
export function clusterPorts(options: ClusterPortsOptions): (technology: string) => Promise<Ports> {
  const { access, clock, random, log, keys, pool } = options;
  const tokenOf = accountTokens(access.client, clock);
  const resolve = clusterNames(options);
  const { isInside, addresses } = options;
  const publicUrl = addresses.url('git');
  const ca = authoritiesWith(options.ca);
  const enter = gitDoor({ client: access.client, clock, isInside, publicUrl, ca });
  // One for each technology, for its connections are kept by it.
  const tokens = new Map<string, () => Promise<string>>();
  return async technology => {
    const token = tokens.get(technology) ?? (() => tokenOf(technology));
    tokens.set(technology, token);
    const ports = {
      client: access.clientWith(token),
      as: (user: UserInfo) => access.clientWith(token, user),
      token,
      clock,
      random,
      keys,
      pool,
      resolve,
      enter,
      log: log.with({ technology }),
      data: await options.data.folder(technology),
    };
    // Not enumerable: an engine may copy its ports, and be refused only what it asks for.
    return Object.defineProperties(ports, {
      run: { get: () => absent(technology, 'a sandbox: pods run on the cluster’s nodes') },
      blobs: { get: () => absent(technology, 'a store of images: the cluster has its registry') },
    }) as typeof ports & Pick<Ports, 'run' | 'blobs'>;
  };
}

function absent(technology: string, what: string): never {
  throw new SlipwayError('PortAbsent', `${technology}: on a cluster there is not ${what}`);
}

/** PEM text of the system's authorities, and of one more. */
export function authoritiesWith(ca: string | undefined): string {
  return [...rootCertificates, ...(ca ? [ca] : [])].join('\n');
}

/** Names that are stored lead to the tools' public addresses: `git.slipway.internal` is `git.acme.example`. */
function clusterNames({ access, addresses, ca }: ClusterPortsOptions): (name: string) => Address {
  const authorities = authoritiesWith(ca);
  const { domain, port } = addresses;
  return name => {
    if (/^kubernetes(\.default(\.svc(\.cluster\.local)?)?)?$/.test(name)) {
      const url = new URL(access.url);
      return {
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: Number(url.port || 443),
        serverName: 'kubernetes.default.svc',
        ca: access.ca ?? authorities,
      };
    }
    const host = name.replace(/\.slipway\.internal$/, `.${domain}`);
    if (host === domain || host.endsWith(`.${domain}`))
      return { host, port, serverName: host, ca: authorities };
    throw new SlipwayError('NameUnknown', `name ${JSON.stringify(name)}: not one of this platform's`);
  };
}
