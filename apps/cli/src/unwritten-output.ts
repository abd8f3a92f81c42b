import { writeSync } from 'node:fs';

/** What a shell says of a program that SIGPIPE ended: 128 + 13. */
const READER_GONE = 141;

let isWatched = false;
let isEnding = false;

/** Ends the command when Node's streams cannot write what it prints; see `endUnwritten`. */
export function endWhenUnwritten(): void {
  if (isWatched) return;
  isWatched = true;
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endUnwritten);
}

/**
 * Ends the command for an error of its own output: without a word when the reader has closed the pipe (`| head -1`), as
 * Unix tools end then, else with the reason (a full disk) and code 1. Who listens for SIGTERM, such as a platform, has
 * something to close first, and gets that instead.
 */
export function endUnwritten(error: NodeJS.ErrnoException): void {
  if (isEnding) return;
  isEnding = true;
  const isGone = error.code === 'EPIPE';
  const exitCode = isGone ? READER_GONE : 1;
  if (!isGone) sayAtOnce(`slipway: output: ${error.message}\n`);
  if (process.listenerCount('SIGTERM') === 0) process.exit(exitCode);
  process.once('exit', () => {
    process.exitCode = exitCode;
  });
  process.kill(process.pid, 'SIGTERM');
}

function sayAtOnce(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // There is nowhere left to say it.
  }
}
