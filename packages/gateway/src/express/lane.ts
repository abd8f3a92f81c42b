import type { TLSSocket } from 'node:tls';
import type { Clock } from '@slipway/api';
import { hostName } from '../listener/host-table.ts';
import type { GatewayLimits } from '../listener/limits.ts';
import { requestIdOf } from '../listener/request-id.ts';
import type { Route } from '../route.ts';
import type { ExpressClient } from './express.ts';
import { parseRequestHead } from './request-head.ts';

const SWEEP_MS = 1000;

/**
 * Connections whose requests have been plain so far: GET or HEAD, no body, to a proxied host. They are carried without
 * node:http's streams, which is most of what a request costs. The first request that is anything else takes its
 * connection to node:http for good, with its bytes untouched.
 */
export interface Lane {
  take(socket: TLSSocket): void;
  /** Ends idle connections, and the others after their request. */
  close(): void;
}

export interface LaneOptions {
  limits: GatewayLimits;
  clock: Clock;
  ids: () => string;
  find(host: string): Route | undefined;
  /** Gives a connection to node:http. */
  usual(socket: TLSSocket): void;
}

export function openLane(options: LaneOptions): Lane {
  const connections = new Set<Connection>();
  const lane: LaneState = { ...options, connections, isClosing: false };
  const sweep = setInterval(() => {
    const now = options.clock.now();
    for (const connection of connections) connection.endIfIdle(now);
  }, SWEEP_MS);
  sweep.unref();
  return {
    take: socket => void connections.add(new Connection(lane, socket)),
    close: () => {
      lane.isClosing = true;
      clearInterval(sweep);
      for (const connection of connections) connection.endIfIdle(Number.POSITIVE_INFINITY);
    },
  };
}

interface LaneState extends LaneOptions {
  connections: Set<Connection>;
  isClosing: boolean;
}

class Connection implements ExpressClient {
  onDrain: (() => void) | undefined;
  onGone: (() => void) | undefined;
  readonly #lane: LaneState;
  readonly #socket: TLSSocket;
  /** The request under way, for the case that it falls back. */
  #request: Buffer | undefined;
  /** Came before the answer was complete (pipelining). */
  #next: Buffer | undefined;
  #idleSince: number;
  #isUsed = false;
  #hasEnded = false;

  constructor(lane: LaneState, socket: TLSSocket) {
    this.#lane = lane;
    this.#socket = socket;
    this.#idleSince = lane.clock.now();
    socket.on('data', this.#onData).on('drain', this.#onSocketDrain);
    socket.on('end', this.#onEnd).on('close', this.#onClose);
  }

  readonly #onData = (bytes: Buffer): void => {
    if (!this.#request) {
      this.#begin(bytes);
      return;
    }
    this.#next = this.#next ? Buffer.concat([this.#next, bytes]) : bytes;
    this.#socket.pause();
  };

  readonly #onSocketDrain = (): void => this.onDrain?.();

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    if (!this.#request) this.#socket.end();
  };

  readonly #onClose = (): void => {
    this.#lane.connections.delete(this);
    this.onGone?.();
  };

  #begin(bytes: Buffer): void {
    const { limits, find, ids } = this.#lane;
    const head = bytes.length <= limits.maxHeaderBytes ? parseRequestHead(bytes, this.#socket) : undefined;
    const route = head && find(hostName(head.headers.host ?? ''));
    if (!head || !route?.express) {
      this.#leave(bytes);
      return;
    }
    requestIdOf(head, ids);
    this.#request = bytes;
    this.#isUsed = true;
    route.express(head, this);
  }

  write(bytes: Buffer): boolean {
    return this.#socket.write(bytes);
  }

  fallBack(): void {
    const { request, next } = { request: this.#request, next: this.#next };
    if (!request || this.#socket.destroyed) return;
    this.#reset();
    this.#leave(next ? Buffer.concat([request, next]) : request);
  }

  finish(): void {
    const next = this.#next;
    this.#reset();
    if (this.#lane.isClosing || (this.#hasEnded && !next)) {
      this.#socket.end();
      return;
    }
    if (!next) return;
    this.#socket.resume();
    this.#begin(next);
  }

  abort(): void {
    this.#socket.destroy();
  }

  endIfIdle(now: number): void {
    const { keepAliveMs, headersTimeoutMs } = this.#lane.limits;
    const limit = this.#isUsed ? keepAliveMs : headersTimeoutMs;
    if (!this.#request && now - this.#idleSince > limit) this.#socket.destroy();
  }

  #reset(): void {
    this.#request = undefined;
    this.#next = undefined;
    this.onDrain = undefined;
    this.onGone = undefined;
    this.#idleSince = this.#lane.clock.now();
  }

  #leave(bytes: Buffer): void {
    const socket = this.#socket;
    this.#lane.connections.delete(this);
    socket.off('data', this.#onData).off('drain', this.#onSocketDrain);
    socket.off('end', this.#onEnd).off('close', this.#onClose);
    socket.pause();
    socket.unshift(bytes);
    // Not at once: node:http takes the connection below its stream, and what else came in this turn (a body's first
    // part, in a TLS record of its own) would reach it before these bytes. So it waits in the stream behind them.
    setImmediate(() => {
      if (socket.destroyed) return;
      this.#lane.usual(socket);
      socket.resume();
    });
  }
}
