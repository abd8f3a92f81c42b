import type { UserInfo } from './http.ts';
import type { Key } from './kind.ts';

/** A two-way byte stream without Node's types, so that both ends of a seam may live anywhere. */
export interface ByteStream {
  readonly incoming: AsyncIterable<Uint8Array>;
  /** Resolves when the other side can take more. */
  write(chunk: Uint8Array): Promise<void>;
  /** No more writes follow; what was written is still delivered. */
  end(): void;
  /** Both directions end now. */
  destroy(): void;
}

export interface LogOptions {
  container?: string;
  follow?: boolean;
  previous?: boolean;
  timestamps?: boolean;
  tailLines?: number;
  sinceSeconds?: number;
  limitBytes?: number;
}

export interface ExecOptions {
  container?: string;
  command: string[];
  tty: boolean;
}

/** Streams of one exec; an absent one is not wanted. */
export interface ExecStreams {
  stdin?: AsyncIterable<Uint8Array>;
  stdout?: (chunk: Uint8Array) => Promise<void>;
  stderr?: (chunk: Uint8Array) => Promise<void>;
  resizes?: AsyncIterable<{ width: number; height: number }>;
}

/** What the API server needs of whoever runs the pods. Every method rejects with a StatusError. */
export interface NodeConnector {
  /** Refuses when it is called, before anything is read. */
  logs(pod: Key, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  exec(
    pod: Key,
    options: ExecOptions,
    streams: ExecStreams,
    signal: AbortSignal,
  ): Promise<{ exitCode: number }>;
  /** The running main process's own streams. */
  attach(
    pod: Key,
    options: { container?: string; tty: boolean },
    streams: ExecStreams,
    signal: AbortSignal,
  ): Promise<void>;
  portForward(pod: Key, port: number): Promise<ByteStream>;
}

/** What a request proves about who sends it. */
export interface Credentials {
  bearer?: string;
  /** Subject of a client certificate that the listener has verified. */
  certificate?: { commonName: string; organizations: string[] };
}

/** Finds out who acts; undefined means "not mine", a StatusError Unauthorized means "mine, and wrong". */
export interface Authenticator {
  authenticate(credentials: Credentials): Promise<UserInfo | undefined>;
  /** Whether somebody whom it let in is nobody any more; false for whom it does not know. */
  isOut?(user: UserInfo): boolean;
}
