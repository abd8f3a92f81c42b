import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { SlipwayError } from '@slipway/api';
import type { Address } from '@slipway/definition';
import type { PodNetwork } from '@slipway/sandbox';
import type { BuildLog } from './build-log.ts';

/** Names get addresses of this range (RFC 2544, never routed): what a build connects to tells us whom it means. */
const FIRST = '198.18.0.';

export interface BuildNetworkOptions {
  /** Host names outside that a build may reach: the package registry's. */
  allowed: string[];
  resolve(name: string): Address;
  log: BuildLog;
}

/** What RUN may reach: the package registry and the platform's internal names, and nothing else. */
export function buildNetwork({ allowed, resolve, log }: BuildNetworkOptions): PodNetwork {
  const names: string[] = [];
  const said = new Set<string>();
  const isInternal = (name: string) => name.endsWith('.slipway.internal');

  return {
    lookup: async asked => {
      const name = asked.toLowerCase().replace(/\.$/, '');
      if (!isInternal(name) && !allowed.includes(name)) {
        if (!said.has(name))
          log.line(
            `network: ${name} is not reachable from builds (only ${allowed.join(', ') || 'internal names'})`,
          );
        said.add(name);
        return [];
      }
      if (!names.includes(name)) names.push(name);
      return [`${FIRST}${names.indexOf(name) + 1}`];
    },
    connect: async ({ address, port }) => {
      const name = address.startsWith(FIRST) ? names[Number(address.slice(FIRST.length)) - 1] : undefined;
      if (name === undefined) {
        throw new SlipwayError('NetworkDenied', `network: a build may not connect to ${address}:${port}`);
      }
      if (!isInternal(name)) return dial(name, port);
      const { host, port: own } = resolve(name);
      return dial(host, own);
    },
  };
}

function dial(host: string, port: number): Promise<Duplex> {
  return new Promise((done, failed) => {
    const socket = connect({ host, port });
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      done(socket);
    });
  });
}
