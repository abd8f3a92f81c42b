import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type NodeConnector, StatusError } from '@slipway/api';
import { type WebSocket, WebSocketServer } from 'ws';
import { ANONYMOUS, authenticate, authorize, impersonate } from '../access.ts';
import { validateByAdmission } from '../admit.ts';
import { type Exchange, type Incoming, type Parts, runSteps, sourceOf, targetOf } from '../exchange.ts';
import { connectorOf, podOf } from '../log.ts';
import { errorAnswer } from '../pipeline.ts';
import { isTrue, route } from '../route.ts';
import { CHANNEL_PROTOCOLS, channelStreams, finish } from './channels.ts';
import { exitStatus, failureStatus } from './exec-status.ts';
import { portForwardSession } from './port-forward.ts';

export interface Upgrading {
  incoming: Incoming;
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

const LARGEST_MESSAGE = 32 * 1024 * 1024;
const PORT_FORWARD = 'SPDY/3.1+portforward.k8s.io';

/** Takes over a connection for exec, attach or port-forward, after the same steps as any request. */
export async function upgrade(parts: Parts, upgrading: Upgrading): Promise<void> {
  const { incoming, socket } = upgrading;
  const exchange: Exchange = { parts, incoming, user: ANONYMOUS, warnings: [], complaints: [] };
  socket.on('error', () => {});
  try {
    await runSteps(exchange, [authenticate, impersonate, authorize, route]);
    await start(exchange, upgrading);
  } catch (error) {
    refuse(parts, socket, error);
  }
}

function refuse(parts: Parts, socket: Duplex, error: unknown): void {
  const { status, body } = errorAnswer(parts, error);
  const text = String(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}

async function start(exchange: Exchange, upgrading: Upgrading): Promise<void> {
  const target = targetOf(exchange);
  const { subresource = '', info } = target;
  const connects = ['exec', 'attach', 'portforward'].includes(subresource);
  if (info.kind.plural !== 'pods' || info.kind.group !== '' || !connects) {
    throw new StatusError('BadRequest', 'unable to upgrade: nothing here speaks another protocol');
  }
  const connector = connectorOf(exchange);
  const pod = podOf(exchange);
  await validateByAdmission(exchange, { operation: 'CONNECT', target, name: pod.key.name, dryRun: false });
  const protocols = subresource === 'portforward' ? [PORT_FORWARD] : CHANNEL_PROTOCOLS;
  const webSocket = await accept(upgrading, protocols);
  await exchange.parts.store.audit.append({
    actor: exchange.user.username,
    door: 'api',
    verb: subresource,
    resource: `/pods/${subresource}`,
    object: `${pod.key.namespace}/${pod.key.name}`,
    source: sourceOf(exchange),
    outcome: 'allowed',
  });
  if (subresource === 'portforward') {
    forwardPorts(webSocket, { connector, pod: pod.key });
    webSocket.resume();
    return;
  }
  await runCommand(exchange, webSocket, { connector, ...pod, attach: subresource === 'attach' });
}

/** Subprotocols are compared exactly; without a common one the client is told so. */
function accept({ request, socket, head }: Upgrading, protocols: string[]): Promise<WebSocket> {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim());
  const chosen = protocols.find(protocol => offered.includes(protocol));
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
    throw new StatusError(
      'BadRequest',
      `exec, attach and port-forward are served over WebSockets only, not ${request.headers.upgrade}: use a client that speaks them, as kubectl does from 1.31 on`,
    );
  }
  if (chosen === undefined) {
    throw new StatusError(
      'BadRequest',
      `unable to upgrade: the subprotocol must be one of ${protocols.join(', ')}`,
    );
  }
  const server = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  // The library refuses names with a slash, which Kubernetes has: it does not see the header, we answer it.
  delete request.headers['sec-websocket-protocol'];
  server.on('headers', headers => headers.push(`Sec-WebSocket-Protocol: ${chosen}`));
  return new Promise(resolve => {
    server.handleUpgrade(request, socket, head, opened => {
      // What the client sends at once waits until somebody listens.
      opened.pause();
      resolve(opened);
    });
  });
}

async function runCommand(
  exchange: Exchange,
  webSocket: WebSocket,
  about: {
    connector: NodeConnector;
    key: { namespace?: string; name: string };
    containers: string[];
    attach: boolean;
  },
): Promise<void> {
  const { query } = exchange.incoming;
  const wants = (name: string) => isTrue(query.get(name));
  const tty = wants('tty');
  const streams = channelStreams(webSocket, {
    stdin: wants('stdin'),
    stdout: wants('stdout'),
    stderr: wants('stderr'),
    tty,
  });
  const container = query.get('container') || about.containers[0];
  const options = { tty, ...(container === undefined ? {} : { container }) };
  webSocket.resume();
  const gone = new AbortController();
  webSocket.on('close', () => gone.abort()).on('error', () => gone.abort());
  try {
    const { connector, key } = about;
    if (about.attach) await connector.attach(key, options, streams, gone.signal);
    const exit = about.attach
      ? { exitCode: 0 }
      : await connector.exec(key, { ...options, command: query.getAll('command') }, streams, gone.signal);
    await finish(webSocket, exitStatus(exit.exitCode));
  } catch (error) {
    await finish(webSocket, failureStatus(error));
  }
}

function forwardPorts(
  webSocket: WebSocket,
  options: { connector: NodeConnector; pod: { namespace?: string; name: string } },
): void {
  const session = portForwardSession({
    ...options,
    write: bytes =>
      new Promise((resolve, reject) => {
        webSocket.send(bytes, error => (error ? reject(error) : resolve()));
      }),
  });
  let turn: Promise<void> = Promise.resolve();
  webSocket.on('message', (data: Buffer) => {
    webSocket.pause();
    turn = turn
      .then(() => session.feed(data))
      .catch(() => webSocket.close(1011))
      .finally(() => webSocket.resume());
  });
  webSocket.on('close', () => session.close()).on('error', () => session.close());
}
