import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import type { Clock, Log, LogFields } from '@slipway/api';

/** Bytes after which the log starts anew, keeping one file before it. */
const LIMIT = 16 * 1024 * 1024;

export interface LogFile extends Log {
  close(): Promise<void>;
}

/** A log of JSON lines in a file of bounded size; may lose the last second (architecture: logs are not a truth). */
export function openLogFile(path: string, options: { clock: Clock; debug: boolean }): LogFile {
  let stream: WriteStream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  let size = sizeOf(path);
  const write = (level: string, message: string, fields: LogFields) => {
    const line = `${JSON.stringify({ time: new Date(options.clock.now()).toISOString(), level, message, ...fields })}\n`;
    size += line.length;
    if (size > LIMIT) {
      stream.end();
      renameSync(path, `${path}.1`);
      stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
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
  return { ...withFields({}), close: () => new Promise(resolve => stream.end(() => resolve())) };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
