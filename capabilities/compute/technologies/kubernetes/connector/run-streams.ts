import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { ExecStreams } from '@slipway/api';
import type { Exit, Process } from '@slipway/sandbox';

/** Connects a process to a caller's streams until it ends; the caller going away ends the process. */
export async function runStreams(
  process: Process,
  streams: ExecStreams,
  { tty, signal }: { tty: boolean; signal: AbortSignal },
): Promise<Exit> {
  const abandon = () => process.kill('SIGKILL');
  signal.addEventListener('abort', abandon, { once: true });
  const outputs = Promise.all([
    carryOut(process.stdout, streams.stdout),
    // A terminal has one output.
    carryOut(process.stderr, tty ? streams.stdout : streams.stderr),
  ]);
  void carryIn(streams.stdin, process.stdin);
  void follow(streams.resizes, size => process.resize(size));
  try {
    const exit = await process.exited;
    await outputs;
    return exit;
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}

async function carryOut(
  from: Readable,
  to: ((chunk: Uint8Array) => Promise<void>) | undefined,
): Promise<void> {
  try {
    for await (const chunk of from) await to?.(chunk as Uint8Array);
  } catch {
    // The caller has gone; the process is ended by the signal.
  }
}

async function carryIn(from: AsyncIterable<Uint8Array> | undefined, to: Writable): Promise<void> {
  to.on('error', () => {});
  try {
    for await (const chunk of from ?? []) {
      if (!to.write(chunk)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
    }
  } catch {
    // The caller has gone.
  }
  to.end();
}

/** Takes each value as it comes, until there are no more. */
export async function follow<T>(from: AsyncIterable<T> | undefined, take: (value: T) => void): Promise<void> {
  try {
    for await (const value of from ?? []) take(value);
  } catch {
    // The caller has gone.
  }
}
