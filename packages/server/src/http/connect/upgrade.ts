import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Incoming, Parts } from '../exchange.ts';

export interface Upgrading {
  incoming: Incoming;
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** Stand-in until exec and port-forward are here. */
export async function upgrade(_parts: Parts, { socket }: Upgrading): Promise<void> {
  socket.end('HTTP/1.1 501 Not Implemented\r\ncontent-length: 0\r\n\r\n');
}
