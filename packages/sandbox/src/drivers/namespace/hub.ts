import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '@slipway/api';
import { refused } from '../../errors.ts';
import { join } from '../../network/join.ts';
import type { PodNetwork } from '../../sandbox.ts';
import { type Agent, startAgent } from './agent.ts';
import { entering, makeSpaces, type Space, type Spaces } from './namespaces.ts';
import { HUB, POD } from './scripts.ts';
import type { Tools } from './tools.ts';

/** Gateway and name server of every pod; link-local, so that it never meets an address of the pods' or Services'. */
const GATEWAY = '169.254.20.10';

/** The network that all pods hang on: nothing leaves it but through `PodNetwork`. */
export interface Hub {
  readonly gateway: string;
  readonly agentPid: number | undefined;
  /** The user namespace everything is made in; absent as root. */
  readonly user: number | undefined;
  join(pod: { address: string; hostname: string; network: PodNetwork }): Promise<Spaces>;
  /** Links a network namespace that somebody else has made. */
  adopt(pod: { address: string; network: PodNetwork }, net: number): Promise<void>;
  leave(address: string): void;
  dial(target: { address: string; port: number }): Promise<Duplex>;
  carry(ports: Iterable<number>): Promise<void>;
  close(): void;
}

export async function openHub(options: { tools: Tools; rootless: boolean; log: Log }): Promise<Hub> {
  const { tools, rootless, log } = options;
  const spaces = await hubSpaces(tools, rootless);
  const pods = new Map<string, PodNetwork>();
  const agent = await startAgent({
    tools,
    spaces,
    log,
    resolver: {
      address: GATEWAY,
      lookup: async (name, address) => (await pods.get(address)?.lookup(name)) ?? [],
    },
    accept: socket => accept(socket, pods),
  }).catch(error => {
    spaces.close();
    throw error;
  });
  let links = 0;
  return {
    gateway: GATEWAY,
    agentPid: agent.pid,
    user: spaces.descriptors.user,
    join: async pod => {
      links++;
      const made = await podSpaces({ tools, hub: spaces, link: `pod${links}`, ...pod });
      pods.set(pod.address, pod.network);
      return made;
    },
    adopt: async (pod, net) => {
      links++;
      await linkForeign({ tools, hub: spaces, link: `pod${links}`, address: pod.address, net });
      pods.set(pod.address, pod.network);
    },
    leave: address => pods.delete(address),
    dial: async target => {
      // An address without a pod would lead back to our own listeners.
      if (!pods.has(target.address)) throw refused(target);
      return agent.dial(target);
    },
    carry: ports => carry(agent, ports, log),
    close: () => {
      agent.close();
      spaces.close();
    },
  };
}

function hubSpaces(tools: Tools, rootless: boolean): Promise<Spaces> {
  const user = rootless ? ['--user', '--map-root-user'] : [];
  return makeSpaces({
    command: [tools.unshare, ...user, '--net', '--', tools.sh, '-c', HUB, 'hub', tools.ip, GATEWAY],
    kinds: rootless ? ['user', 'net'] : ['net'],
    descriptors: [],
  });
}

function podSpaces(options: {
  tools: Tools;
  hub: Spaces;
  link: string;
  address: string;
  hostname: string;
}): Promise<Spaces> {
  const { tools, hub, link, address, hostname } = options;
  const { user, net = -1 } = hub.descriptors;
  const kinds: Space[] = user === undefined ? [] : ['user'];
  return makeSpaces({
    command: [
      ...(kinds.length > 0 ? entering(tools, kinds, 4) : []),
      tools.unshare,
      '--net',
      '--uts',
      '--ipc',
      '--',
      ...[tools.sh, '-c', POD, 'pod', tools.ip, tools.nsenter],
      ...[link, address, GATEWAY, hostname, tools.hostname ?? ''],
    ],
    kinds: ['net', 'uts', 'ipc'],
    descriptors: user === undefined ? [net] : [net, user],
  });
}

async function linkForeign(options: {
  tools: Tools;
  hub: Spaces;
  link: string;
  address: string;
  net: number;
}): Promise<void> {
  const { tools, hub, link, address, net } = options;
  const made = await makeSpaces({
    command: [
      ...[tools.nsenter, '--net=/proc/self/fd/4', '--', tools.sh, '-c', POD, 'pod', tools.ip, tools.nsenter],
      ...[link, address, GATEWAY, '', ''],
    ],
    kinds: [],
    descriptors: [hub.descriptors.net ?? -1, net],
  });
  made.close();
}

/** The socket's own ends say who asks (remote) and for what (local). */
function accept(socket: Socket, pods: Map<string, PodNetwork>): void {
  const network = pods.get(socket.remoteAddress ?? '');
  const target = { address: socket.localAddress ?? '', port: socket.localPort ?? 0 };
  socket.on('error', () => {});
  if (!network) return void socket.resetAndDestroy();
  network.connect(target).then(
    stream => join(socket, stream),
    () => socket.resetAndDestroy(),
  );
}

async function carry(agent: Agent, ports: Iterable<number>, log: Log): Promise<void> {
  const asked = [...ports].map(port =>
    agent
      .carry(port)
      .catch(error => log.warn('pod network: port not carried', { port, reason: String(error) })),
  );
  await Promise.all(asked);
}
