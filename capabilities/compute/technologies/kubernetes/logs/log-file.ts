import { EventEmitter, once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '@slipway/api';

const LIMIT_BYTES = 10 * 2 ** 20;
const LINE_BYTES = 16 * 1024;

/**
 * One container run's output as container runtimes keep it: `<time> <stream> <F|P> <text>` a line, P when the line goes
 * on. Bounded: a full file becomes `<file>.1`, and the one before is dropped.
 */
export interface LogWriter {
  /** Writes a stream until it ends; `tap` sees its bytes as they come. */
  take(stream: Readable, name: 'stdout' | 'stderr', tap: (chunk: Uint8Array) => void): Promise<void>;
  close(): Promise<void>;
}

/** Tells followers that a file grew (`path`) or was closed (`closed:path`). */
export type LogNews = EventEmitter;

export function createLogNews(): LogNews {
  return new EventEmitter().setMaxListeners(0);
}

export async function openLogFile(
  file: string,
  { clock, news }: { clock: Clock; news: LogNews },
): Promise<LogWriter> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  let out = append(file);
  let size = (await stat(file).catch(() => undefined))?.size ?? 0;
  let last: Promise<void> = Promise.resolve();

  async function write(text: string): Promise<void> {
    if (size > LIMIT_BYTES) {
      await closed(out);
      await rename(file, `${file}.1`);
      out = append(file);
      size = 0;
    }
    if (out.errored) out = append(file);
    size += Buffer.byteLength(text);
    // The callback comes when the system has the bytes: a reader that hears the news finds them.
    await new Promise<void>(resolve => out.write(text, () => resolve()));
    news.emit(file);
  }
  const enqueue = (text: string) => {
    last = last.then(() => write(text)).catch(() => {});
    return last;
  };

  return {
    take: async (stream, name, tap) => {
      let rest = '';
      const decoder = new StringDecoder('utf8');
      for await (const chunk of endingQuietly(stream)) {
        tap(chunk);
        const { lines, left } = split(rest + decoder.write(chunk));
        rest = left;
        if (lines.length > 0) await enqueue(lines.map(line => entry(clock, name, line)).join(''));
      }
      if (rest !== '') await enqueue(entry(clock, name, { text: rest, whole: false }));
    },
    close: async () => {
      await last;
      await closed(out);
      news.emit(`closed:${file}`);
    },
  };
}

/** A full disk costs lines, never the process; the next line tries again. */
function append(file: string): WriteStream {
  return createWriteStream(file, { flags: 'a', mode: 0o600 }).on('error', () => {});
}

/** A container's pipe may break off; what came until then counts. */
async function* endingQuietly(stream: Readable): AsyncIterable<Buffer> {
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch {
    // Nothing more comes.
  }
}

async function closed(out: WriteStream): Promise<void> {
  if (out.closed) return;
  const over = once(out, 'close');
  out.end();
  await over;
}

interface Line {
  text: string;
  whole: boolean;
}

function split(text: string): { lines: Line[]; left: string } {
  const lines: Line[] = [];
  let from = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
    lines.push({ text: text.slice(from, at), whole: true });
    from = at + 1;
  }
  while (text.length - from > LINE_BYTES) {
    lines.push({ text: text.slice(from, from + LINE_BYTES), whole: false });
    from += LINE_BYTES;
  }
  return { lines, left: text.slice(from) };
}

function entry(clock: Clock, stream: string, { text, whole }: Line): string {
  const time = `${new Date(clock.now()).toISOString().slice(0, -1)}000000Z`;
  return `${time} ${stream} ${whole ? 'F' : 'P'} ${text}\n`;
}

export async function removeLog(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(`${file}.1`, { force: true });
}
