import { spawn } from 'node:child_process';
import { quoted } from './drivers/namespace/scripts.ts';
import { childrenOf } from './process-tree.ts';
import type { TerminalSize } from './sandbox.ts';

const ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/** Runs what SLIPWAY_TTY holds, quoted for a shell, on a terminal of its own. */
const SCRIPT = 'eval "unset SLIPWAY_TTY; exec $SLIPWAY_TTY"';

/** A command on a terminal of its own (script(1)), with the environment that this needs besides the command's. */
export function onTerminal(
  { script, sh }: { script: string; sh: string },
  command: string[],
): { command: string[]; env: Record<string, string> } {
  const env = { SHELL: sh, TERM: 'xterm', SLIPWAY_TTY: command.map(quoted).join(' ') };
  return { command: [script, '-qefc', SCRIPT, '/dev/null'], env };
}

const TRY_EVERY_MS = 20;
const TRIES = 100;

/**
 * Sets the size of the terminal that the process `script` makes: the standard input of its child. A size may come
 * before there is a child, so it is tried again for a while; a newer size takes an older one's place.
 */
export function terminalResizer(
  stty: () => Promise<string | undefined>,
  script: () => number | undefined,
): (size: TerminalSize) => void {
  let last: TerminalSize | undefined;
  return size => {
    last = size;
    void repeat(async () => last !== size || (await resize(await stty(), script(), size)));
  };
}

async function repeat(attempt: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (await attempt()) return;
    await new Promise(resolve => setTimeout(resolve, TRY_EVERY_MS));
  }
}

/** False when there is no terminal yet. */
function resize(
  stty: string | undefined,
  script: number | undefined,
  { width, height }: TerminalSize,
): Promise<boolean> {
  const pid = script === undefined ? undefined : childrenOf(script)[0];
  if (!stty) return Promise.resolve(true);
  if (pid === undefined) return Promise.resolve(false);
  const args = ['-F', `/proc/${pid}/fd/0`, 'rows', String(height), 'cols', String(width)];
  const child = spawn(stty, args, { stdio: 'ignore', env: ENV });
  return new Promise(resolve => {
    child.once('error', () => resolve(true));
    child.once('exit', code => resolve(code === 0));
  });
}
