import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Target } from './choice.ts';

const MOST_CONNECTIONS = 256;
const KEEP_ALIVE_MS = 30_000;
const CONNECT_MS = 5_000;

/** A dial that failed, as opposed to a connection that broke later. */
export class DialError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'DialError';
  }
}

/** Connections to backends, kept alive, by target key. */
export interface Pools {
  of(target: Target): Dispatcher;
  /** Closes pools of all other keys; their requests under way finish first. */
  retain(keys: ReadonlySet<string>): void;
  close(): Promise<void>;
}

export function createPools(): Pools {
  const pools = new Map<string, InstanceType<typeof Pool>>();
  return {
    of(target) {
      const known = pools.get(target.key);
      if (known) return known;
      const pool = new Pool('http://backend', {
        connections: MOST_CONNECTIONS,
        pipelining: 1,
        keepAliveTimeout: KEEP_ALIVE_MS,
        keepAliveMaxTimeout: KEEP_ALIVE_MS,
        bodyTimeout: 0,
        connect: (_options, done) => {
          dial(target).then(
            socket => done(null, socket as never),
            error => done(error instanceof DialError ? error : new DialError(error), null),
          );
        },
      });
      pools.set(target.key, pool);
      return pool;
    },
    retain(keys) {
      for (const [key, pool] of pools) {
        if (keys.has(key)) continue;
        pools.delete(key);
        void pool.close();
      }
    },
    async close() {
      await Promise.all([...pools.values()].map(pool => pool.destroy()));
      pools.clear();
    },
  };
}

/** Dials with a limit on time. */
export async function dial(target: Target): Promise<Duplex> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(new DialError(new Error(`no connection within ${CONNECT_MS} ms`))),
    CONNECT_MS,
  );
  const dialing = target.dial();
  try {
    const socket: Duplex = await Promise.race([dialing, timeout.promise]);
    return socket;
  } catch (error) {
    dialing.then(socket => socket.destroy()).catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
