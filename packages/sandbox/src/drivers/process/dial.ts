import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** A connection to this machine's own port, wherever on loopback it is listened to. */
export async function dialLoopback(port: number): Promise<Duplex> {
  try {
    return await dial('127.0.0.1', port);
  } catch (error) {
    // `localhost` may mean IPv6 to who listens; the first answer is what people expect to read.
    return dial('::1', port).catch(() => {
      throw error;
    });
  }
}

function dial(host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
