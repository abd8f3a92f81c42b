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

/** Sets the size of the terminal that the process `script` made: the standard input of its child. */
export function resizeTerminal(
  stty: string | undefined,
  script: number | undefined,
  { width, height }: TerminalSize,
): void {
  const pid = script === undefined ? undefined : childrenOf(script)[0];
  if (!stty || pid === undefined) return;
  const args = ['-F', `/proc/${pid}/fd/0`, 'rows', String(height), 'cols', String(width)];
  spawn(stty, args, { stdio: 'ignore', env: ENV }).on('error', () => {});
}
