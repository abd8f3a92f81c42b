import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket as DatagramSocket } from 'node:dgram';
import type { Server, Socket } from 'node:net';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Log, SlipwayError } from '@slipway/api';
import type { FromAgent, ToAgent } from '../../network/agent-messages.ts';
import { serveDns } from '../../network/dns-server.ts';
import { entering, type Space, type Spaces, TOOL_ENV } from './namespaces.ts';
import { unprivileged } from './privileges.ts';
import type { Tools } from './tools.ts';

/** Opens sockets in the pods' network, and tells what arrives there. */
export interface Agent {
  readonly pid: number | undefined;
  dial(target: { address: string; port: number }): Promise<Socket>;
  carry(port: number): Promise<void>;
  close(): void;
}

export interface AgentOptions {
  tools: Tools;
  spaces: Spaces;
  /** Where and how names are resolved; absent: nowhere. */
  resolver?: { address: string; lookup(name: string, podAddress: string): Promise<string[]> };
  log: Log;
  /** A connection from a pod; its local address is where the pod meant to go. */
  accept(socket: Socket): void;
}

/** Little heap: it keeps no data. */
const NODE_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=32'];

interface State {
  options: AgentOptions;
  child: ChildProcess;
  dials: Map<number, { resolve(socket: Socket): void; reject(error: Error): void }>;
  ports: Map<number, PromiseWithResolvers<void>>;
  sockets: (Server | DatagramSocket)[];
  ready: PromiseWithResolvers<void>;
  resolving: PromiseWithResolvers<void>;
  last: number;
}

export async function startAgent(options: AgentOptions): Promise<Agent> {
  const state: State = {
    options,
    child: spawnAgent(options),
    dials: new Map(),
    ports: new Map(),
    sockets: [],
    ready: Promise.withResolvers(),
    resolving: Promise.withResolvers(),
    last: 0,
  };
  const { child } = state;
  child.on('message', (message: FromAgent, handle) => hear(state, message, handle));
  child.once('exit', (code, signal) => {
    const error = new SlipwayError('AgentEnded', `pod agent: ended with ${signal ?? code}`);
    for (const waiting of [state.ready, state.resolving, ...state.dials.values()]) waiting.reject(error);
  });
  child.once('error', error => state.ready.reject(error));
  state.resolving.promise.catch(() => {});
  await state.ready.promise;
  if (options.resolver) {
    tell(state, { op: 'resolve', address: options.resolver.address });
    await state.resolving.promise;
  }
  return {
    pid: child.pid,
    dial: target => dial(state, target),
    carry: port => carry(state, port),
    close: () => {
      for (const socket of state.sockets) socket.close();
      if (child.connected) child.disconnect();
    },
  };
}

function tell({ child }: State, message: ToAgent): void {
  child.send(message, () => {});
}

function hear(state: State, message: FromAgent, handle: unknown): void {
  const { options, ports, sockets } = state;
  if (message.op === 'ready') state.ready.resolve();
  if (message.op === 'accepted') options.accept(handle as Socket);
  if (message.op === 'dialled') {
    const socket = handle as Socket;
    socket.allowHalfOpen = true;
    taken(state, message.id)?.resolve(socket);
  }
  if (message.op === 'notDialled') taken(state, message.id)?.reject(failedDial(message));
  if (message.op === 'listening') {
    sockets.push(takeOver(handle as Server, options.accept));
    ports.get(message.port)?.resolve();
  }
  if (message.op === 'notListening') ports.get(message.port)?.reject(notListening(message));
  if (message.op === 'resolving') {
    sockets.push(handle as DatagramSocket);
    serveDns(handle as DatagramSocket, async (...question) => options.resolver?.lookup(...question) ?? []);
    state.resolving.resolve();
  }
}

function taken({ dials }: State, id: number) {
  const dialling = dials.get(id);
  dials.delete(id);
  return dialling;
}

function dial(state: State, target: { address: string; port: number }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    state.last++;
    const id = state.last;
    state.dials.set(id, { resolve, reject });
    state.child.send({ op: 'dial', id, ...target } satisfies ToAgent, error => {
      if (error) taken(state, id)?.reject(error);
    });
  });
}

function carry(state: State, port: number): Promise<void> {
  const known = state.ports.get(port);
  if (known) return known.promise;
  const asked = Promise.withResolvers<void>();
  state.ports.set(port, asked);
  tell(state, { op: 'listen', port });
  return asked.promise;
}

function spawnAgent({ tools, spaces, log }: AgentOptions): ChildProcess {
  const kinds = (['user', 'net'] as Space[]).filter(kind => spaces.descriptors[kind] !== undefined);
  const worker = fileURLToPath(new URL('../../network/pod-agent-worker.ts', import.meta.url));
  const [file = '', ...args] = [
    ...entering(tools, kinds, 4),
    ...unprivileged(tools),
    process.execPath,
    ...NODE_FLAGS,
    worker,
  ];
  const descriptors = kinds.map(kind => spaces.descriptors[kind] ?? 'ignore');
  const child = spawn(file, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', ...descriptors],
    env: { ...TOOL_ENV, NODE_DISABLE_COMPILE_CACHE: '1', UV_THREADPOOL_SIZE: '1' },
  });
  child.stderr?.on('data', chunk => log.warn('pod agent', { said: String(chunk).slice(0, 500) }));
  return child;
}

function takeOver(server: Server, accept: (socket: Socket) => void): Server {
  // `net.Server` that arrives over IPC has neither option; both are read when a connection comes.
  Object.assign(server, { allowHalfOpen: true, pauseOnConnect: true });
  server.on('connection', accept);
  server.on('error', () => {});
  return server;
}

function failedDial(message: { code: string; message: string }): Error {
  return Object.assign(new Error(message.message), { code: message.code });
}

function notListening(message: { port: number; message: string }): Error {
  return new SlipwayError('AgentFailed', `pod agent: port ${message.port}: ${message.message}`);
}
