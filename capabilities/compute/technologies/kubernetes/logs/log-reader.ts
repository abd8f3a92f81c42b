import { open, readFile } from 'node:fs/promises';
import type { Clock, LogOptions } from '@slipway/api';
import type { LogNews } from './log-file.ts';

export interface ReadOptions {
  clock: Clock;
  news: LogNews;
  /** False once the container's run is over: then there is nothing to follow. */
  isOpen(): boolean;
  signal: AbortSignal;
}

/** A log as `kubectl logs` shows it. */
export async function* readLog(
  file: string,
  wanted: LogOptions,
  options: ReadOptions,
): AsyncIterable<Uint8Array> {
  const budget = { left: wanted.limitBytes ?? Number.POSITIVE_INFINITY };
  // News that comes while the file is read must not be missed, so listening starts first.
  const news = wanted.follow ? listen(file, options) : undefined;
  try {
    const { lines, size } = await present(file);
    const chosen = select(lines, wanted, options.clock.now());
    yield* limited(chosen, wanted, budget);
    let position = size;
    while (news && budget.left > 0 && (await news.next())) {
      const grown = await readOn(file, position);
      position = grown.position;
      yield* limited(grown.lines, wanted, budget);
    }
  } finally {
    news?.stop();
  }
}

async function present(file: string): Promise<{ lines: string[]; size: number }> {
  const older = await readFile(`${file}.1`, 'utf8').catch(() => '');
  const newer = await readFile(file).catch(() => Buffer.alloc(0));
  return { lines: linesOf(older + newer.toString()), size: newer.length };
}

/** Entries are written whole, so what is there ends with a line break. */
async function readOn(file: string, position: number): Promise<{ lines: string[]; position: number }> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return { lines: [], position };
  try {
    const { size } = await handle.stat();
    // Smaller than before: it was rotated, and this one is new.
    const start = size < position ? 0 : position;
    const buffer = Buffer.alloc(size - start);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
    return { lines: linesOf(buffer.subarray(0, bytesRead).toString()), position: start + bytesRead };
  } finally {
    await handle.close();
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter(line => line !== '');
}

function select(lines: string[], { tailLines, sinceSeconds }: LogOptions, now: number): string[] {
  const since =
    sinceSeconds === undefined ? undefined : new Date(now - sinceSeconds * 1000).toISOString().slice(0, -1);
  const recent = since === undefined ? lines : lines.filter(line => line.slice(0, since.length) >= since);
  if (tailLines === undefined) return recent;
  return tailLines === 0 ? [] : recent.slice(-tailLines);
}

function* limited(
  lines: string[],
  { timestamps }: LogOptions,
  budget: { left: number },
): Iterable<Uint8Array> {
  const text = lines.map(line => shown(line, timestamps === true)).join('');
  const bytes = Buffer.from(text).subarray(0, Math.min(budget.left, Number.MAX_SAFE_INTEGER));
  budget.left -= bytes.length;
  if (bytes.length > 0) yield bytes;
}

function shown(line: string, timestamps: boolean): string {
  const [time = '', , tag = 'F'] = line.split(' ', 3);
  const text = line.slice(line.indexOf(` ${tag} `, time.length) + 3);
  return `${timestamps ? `${time} ` : ''}${text}${tag === 'F' ? '\n' : ''}`;
}

/** Turns events into steps: `next` resolves with true when there may be more, false when there is no more. */
function listen(file: string, { news, isOpen, signal }: ReadOptions) {
  let pending = false;
  let ended = false;
  let wake: (() => void) | undefined;
  const grew = () => {
    pending = true;
    wake?.();
  };
  const close = () => {
    ended = true;
    grew();
  };
  news.on(file, grew);
  news.on(`closed:${file}`, close);
  signal.addEventListener('abort', close);
  return {
    next: async (): Promise<boolean> => {
      if (!isOpen()) ended = true;
      if (!pending && ended) return false;
      if (!pending)
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      wake = undefined;
      pending = false;
      return !signal.aborted;
    },
    stop: () => {
      news.off(file, grew);
      news.off(`closed:${file}`, close);
      signal.removeEventListener('abort', close);
    },
  };
}
