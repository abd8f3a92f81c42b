import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { PassThrough, type Readable } from 'node:stream';
import type { Exit } from './sandbox.ts';

const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number as number, name]));

/** How a process ended as container runtimes tell it: 128 and the signal's number when one ended it. */
export function exitOf(code: number | null, signal: NodeJS.Signals | null): Exit {
  if (signal) return { exitCode: 128 + constants.signals[signal], signal };
  const exitCode = code ?? 255;
  const name = SIGNALS.get(exitCode - 128);
  return name === undefined ? { exitCode } : { exitCode, signal: name };
}

/** Resolves when the process has ended; a program that could not be run counts as 127. */
export function exited(child: ChildProcess): Promise<Exit> {
  return new Promise(resolve => {
    child.once('exit', (code, signal) => resolve(exitOf(code, signal)));
    child.once('error', () => resolve({ exitCode: 127 }));
  });
}

/**
 * A child's output for somebody who may begin to read late: Node throws away what nobody reads by the time the child
 * has ended.
 */
export function kept(stream: Readable | null): Readable {
  if (!stream) return new PassThrough().end();
  const reader = new PassThrough();
  stream.once('error', () => reader.end());
  stream.pipe(reader);
  return reader;
}
