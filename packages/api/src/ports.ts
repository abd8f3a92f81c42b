/** Time, injected so that tests can move it. */
export interface Clock {
  /** Milliseconds since 1970 (UTC). */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Randomness, injected so that plans and tests can be repeated. */
export interface Random {
  /** `size` random bytes from a cryptographic source. */
  bytes(size: number): Uint8Array;
  uuid(): string;
}

export type LogFields = Record<string, string | number | boolean | undefined>;

/** Structured log. Never give it a secret: fields are written as they are. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose every line carries these fields too. */
  with(fields: LogFields): Log;
}

/** A folder one part of the platform owns; nobody else reads or writes it. */
export interface Folder {
  /** Absolute path. */
  readonly path: string;
  /** A folder below this one, made with mode 0700 when missing. `name` is one path segment. */
  folder(name: string): Promise<Folder>;
}

/**
 * Wraps and unwraps data keys (envelope encryption). The key itself lives outside the data folder.
 * `keyId` goes into every record, so that rotation can tell old from new.
 */
export interface KeyProvider {
  readonly keyId: string;
  encrypt(plain: Uint8Array): Promise<{ keyId: string; data: Uint8Array }>;
  /** Rejects with code `KeyMissing` when this provider does not hold `keyId`. */
  decrypt(sealed: { keyId: string; data: Uint8Array }): Promise<Uint8Array>;
  /** A stable secret derived for one purpose (a cookie key, a token hash key); 32 bytes. */
  derive(purpose: string): Promise<Uint8Array>;
}

/** The wall clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    for (let left = ms; left > LONGEST_TIMER_MS; left -= LONGEST_TIMER_MS)
      await wait(LONGEST_TIMER_MS, signal);
    await wait(ms > LONGEST_TIMER_MS ? ms % LONGEST_TIMER_MS : ms, signal);
  },
};

/** JavaScript's timers count in 31 bits; a longer one would go off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** The operating system's randomness, in Node and in browsers. */
export const systemRandom: Random = {
  bytes: size => crypto.getRandomValues(new Uint8Array(size)),
  uuid: () => crypto.randomUUID(),
};

/** A log that drops everything; for tests and one-shot commands. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLog,
};

/** Kubernetes' time format: RFC 3339, UTC, whole seconds. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
