import type { AddressInfo, Server } from 'node:net';
import { SlipwayError } from '@slipway/api';

/**
 * Listens and answers the port.
 * @throws SlipwayError PortInUse, ListenFailed
 */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(listenError(error, host, port));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.removeListener('error', fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): SlipwayError {
  if (error.code === 'EADDRINUSE') {
    const message = `gateway: ${host}:${port}: the port is in use; stop what listens there or choose another port`;
    return new SlipwayError('PortInUse', message, { cause: error });
  }
  return new SlipwayError('ListenFailed', `gateway: ${host}:${port}: ${error.message}`, { cause: error });
}
