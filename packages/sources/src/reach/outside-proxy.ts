import { connect, createServer, type Server, type Socket } from 'node:net';
import { SlipwayError } from '@slipway/api';
import { outsideOnly } from './outside.ts';

const VERSION = 5;
const CONNECT = 1;
/** Replies of RFC 1928, section 6. */
const GRANTED = 0;
const NOT_ALLOWED = 2;
const UNREACHABLE = 4;

/** Why a program could not reach what it wanted: it only learns a number. */
export type ProxyProblem = { host: string; port: number; error: NodeJS.ErrnoException };

/**
 * Runs a program that can use a SOCKS5 proxy (RFC 1928) through one that dials only what is outside this machine, and
 * `home` (`host:port`) wherever it is: names, redirects and rebinding are all judged where the connection is made.
 * @throws SlipwayError AddressRefused, when that is why the work failed; else what `explain` makes of it
 */
export async function withOutsideProxy<T>(
  { home, explain }: { home?: string; explain: (error: unknown, problem: ProxyProblem) => unknown },
  work: (proxy: string) => Promise<T>,
): Promise<T> {
  let problem: ProxyProblem | undefined;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const server = createServer(client => {
    keep(client);
    serve(client, home, keep).catch((found: ProxyProblem) => {
      problem = found;
    });
  });
  try {
    return await work(`socks5h://127.0.0.1:${await listen(server)}`);
  } catch (error) {
    if (!problem) throw error;
    if (problem.error instanceof SlipwayError) throw problem.error;
    throw explain(error, problem);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

/** One connection. Rejects with the problem of whoever could not be reached. */
async function serve(
  client: Socket,
  home: string | undefined,
  keep: (socket: Socket) => void,
): Promise<void> {
  const read = reader(client);
  const [version, methods = 0] = await read(2);
  await read(methods);
  if (version !== VERSION) return void client.destroy();
  client.write(Buffer.of(VERSION, 0));
  const { command, host, port } = await readRequest(read);
  if (command !== CONNECT) return void client.end(reply(NOT_ALLOWED));
  try {
    const target = await dial(host, port, `${host}:${port}` === home);
    keep(target);
    client.write(reply(GRANTED));
    client.pipe(target).pipe(client);
  } catch (error) {
    client.end(reply(error instanceof SlipwayError ? NOT_ALLOWED : UNREACHABLE));
    throw { host, port, error };
  }
}

type Read = (bytes: number) => Promise<Buffer>;

/** Exactly so many bytes; the connection's end leaves them undelivered for ever, and nobody waits. */
function reader(socket: Socket): Read {
  return async bytes => {
    for (;;) {
      if (bytes === 0) return Buffer.alloc(0);
      const chunk: Buffer | null = socket.read(bytes);
      if (chunk) return chunk;
      await new Promise<void>(resolve => socket.once('readable', resolve));
    }
  };
}

async function readRequest(read: Read): Promise<{ command: number; host: string; port: number }> {
  const [, command = 0, , type] = await read(4);
  const host = await readHost(read, type ?? 0);
  return { command, host, port: (await read(2)).readUInt16BE() };
}

async function readHost(read: Read, type: number): Promise<string> {
  if (type === 1) return [...(await read(4))].join('.');
  if (type === 3) return (await read((await read(1))[0] ?? 0)).toString('latin1');
  const bytes = await read(16);
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  // In the short form that addresses of URLs have.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Address and port that were bound are nobody's business. */
function reply(code: number): Buffer {
  return Buffer.of(VERSION, code, 0, 1, 0, 0, 0, 0, 0, 0);
}

function dial(host: string, port: number, isHome: boolean): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ...(isHome ? {} : outsideOnly(host)) });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}
