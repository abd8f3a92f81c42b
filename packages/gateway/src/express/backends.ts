import type { Duplex } from 'node:stream';
import type { Target } from '../proxy/choice.ts';
import { dial } from '../proxy/pools.ts';
import { BackendConnection } from './backend-connection.ts';

const MOST_CONNECTIONS = 512;
const KEEP_ALIVE_MS = 30_000;
const SWEEP_MS = 5_000;

/** Kept connections of the express lane, by target key. */
export interface Backends {
  /** A free connection, the one used last; undefined: dial one. */
  free(key: string): BackendConnection | undefined;
  /** Undefined when this target has as many as it may. */
  dial(target: Target): Promise<BackendConnection> | undefined;
  /** Targets whose answers need the full parser. */
  readonly unusual: Set<string>;
  /** Closes free connections of all other keys; those under way are closed after their request. */
  retain(keys: ReadonlySet<string>): void;
  close(): void;
}

interface Pool {
  free: BackendConnection[];
  count: number;
}

/** @param options.answerMs until an answer begins */
export function createBackends(options: { answerMs: number }): Backends {
  const pools = new Map<string, Pool>();
  const unusual = new Set<string>();
  let kept: ReadonlySet<string> | undefined;
  const isKept = (key: string) => kept === undefined || kept.has(key);
  const sweep = setInterval(() => {
    const before = performance.now() - KEEP_ALIVE_MS;
    for (const pool of pools.values()) endOld(pool, before);
  }, SWEEP_MS);
  sweep.unref();

  function poolOf(key: string): Pool {
    const known = pools.get(key);
    if (known) return known;
    const made = { free: [], count: 0 };
    pools.set(key, made);
    return made;
  }

  async function open(target: Target, pool: Pool): Promise<BackendConnection> {
    pool.count++;
    try {
      const socket: Duplex = await dial(target);
      const connection: BackendConnection = new BackendConnection(socket, {
        answerMs: options.answerMs,
        onFree: () => {
          if (isKept(target.key)) pool.free.push(connection);
          if (!isKept(target.key)) connection.end();
        },
        onUnusual: () => unusual.add(target.key),
        onClosed: () => {
          pool.count--;
          const at = pool.free.indexOf(connection);
          if (at >= 0) pool.free.splice(at, 1);
        },
      });
      return connection;
    } catch (error) {
      pool.count--;
      throw error;
    }
  }

  return {
    unusual,
    free: key => pools.get(key)?.free.pop(),
    dial: target => {
      const pool = poolOf(target.key);
      return pool.count < MOST_CONNECTIONS ? open(target, pool) : undefined;
    },
    retain: keys => {
      kept = keys;
      for (const [key, pool] of pools) {
        if (keys.has(key)) continue;
        for (const connection of [...pool.free]) connection.end();
        if (pool.count === 0) pools.delete(key);
      }
      for (const key of unusual) if (!keys.has(key)) unusual.delete(key);
    },
    close: () => {
      clearInterval(sweep);
      kept = new Set();
      for (const pool of pools.values()) for (const connection of [...pool.free]) connection.end();
    },
  };
}

function endOld(pool: Pool, before: number): void {
  for (const connection of [...pool.free]) if (connection.freeSince < before) connection.end();
}
