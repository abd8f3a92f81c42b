import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import type { Clock, Log, LogFields } from '@slipway/api';

/** Bytes after which the log starts anew, keeping one file before it. */
const LIMIT = 16 * 1024 * 1024;
/** How soon a log that could not be written is tried again. */
const AGAIN_MS = 1_000;

export interface LogFile extends Log {
  close(): Promise<void>;
}

/** A log of JSON lines in a file of bounded size; may lose the last second (architecture: logs are not a truth). */
export function openLogFile(path: string, options: { clock: Clock; debug: boolean }): LogFile {
  let stream: WriteStream | undefined;
  let size = sizeOf(path);
  let triedAt = 0;
  const open = (now: number) => {
    triedAt = now;
    stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
    // A full disk costs lines of the log, never the platform.
    stream.on('error', () => {
      stream = undefined;
    });
  };
  open(options.clock.now());
  const write = (level: string, message: string, fields: LogFields) => {
    const now = options.clock.now();
    if (!stream && now - triedAt > AGAIN_MS) open(now);
    if (!stream) return;
    const line = `${JSON.stringify({ time: new Date(now).toISOString(), level, message, ...fields })}\n`;
    size += line.length;
    if (size > LIMIT) {
      stream.end();
      renameSync(path, `${path}.1`);
      open(now);
      size = line.length;
    }
    stream.write(line);
  };
  const withFields = (base: LogFields): Log => ({
    debug: (message, fields) => (options.debug ? write('debug', message, { ...base, ...fields }) : undefined),
    info: (message, fields) => write('info', message, { ...base, ...fields }),
    warn: (message, fields) => write('warn', message, { ...base, ...fields }),
    error: (message, fields) => write('error', message, { ...base, ...fields }),
    with: more => withFields({ ...base, ...more }),
  });
  return { ...withFields({}), close: () => ended(stream) };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function ended(stream: WriteStream | undefined): Promise<void> {
  if (!stream || stream.closed) return Promise.resolve();
  return new Promise(resolve => {
    stream.once('close', () => resolve());
    stream.end();
  });
}
