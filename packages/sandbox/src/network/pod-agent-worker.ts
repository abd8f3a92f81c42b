// The pods' end of the network: a process inside the network namespace that all pods are joined to. It opens sockets
// there and hands them to the platform over its IPC channel, so that no byte of traffic passes through it.
// Plain and small on purpose: it needs no part of ours.
import type { SendHandle } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import process from 'node:process';
import type { FromAgent, ToAgent } from './agent-messages.ts';

function send(message: FromAgent, handle?: SendHandle, then?: () => void) {
  if (!process.connected) return;
  process.send?.(message, handle, {}, () => then?.());
}

/** Passes the listening socket on; what is accepted in the meantime follows by hand. */
function listen(port: number): void {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, socket =>
    send({ op: 'accepted' }, socket),
  );
  server.on('error', error => send({ op: 'notListening', port, message: error.message }));
  server.listen({ host: '0.0.0.0', port, backlog: 128 }, () =>
    send({ op: 'listening', port }, server, () => server.close()),
  );
}

function dial(id: number, address: string, port: number): void {
  const socket: Socket = connect({ host: address, port, allowHalfOpen: true });
  // Not a byte may be read here: the platform reads it all.
  socket.pause();
  const failed = (error: NodeJS.ErrnoException) =>
    send({ op: 'notDialled', id, code: error.code ?? 'EUNKNOWN', message: error.message });
  socket.once('error', failed);
  socket.once('connect', () => {
    socket.off('error', failed);
    socket.on('error', () => {});
    send({ op: 'dialled', id }, socket);
  });
}

function resolveNames(address: string): void {
  const socket = createSocket('udp4');
  socket.on('error', error => send({ op: 'notListening', port: 53, message: error.message }));
  socket.bind(53, address, () => send({ op: 'resolving' }, socket, () => socket.close()));
}

process.on('message', (message: ToAgent) => {
  if (message.op === 'listen') listen(message.port);
  if (message.op === 'dial') dial(message.id, message.address, message.port);
  if (message.op === 'resolve') resolveNames(message.address);
});
process.on('disconnect', () => process.exit(0));
send({ op: 'ready' });
