import { DEFAULT_PATH } from './command.ts';
import { quoted } from './scripts.ts';

/** Shell text that sets a container's environment; it travels through a pipe, so that no process list shows it. */
export function environmentScript(env: Record<string, string>): string {
  const all = { PATH: DEFAULT_PATH, ...env };
  const lines = Object.entries(all)
    // A shell can export nothing else.
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map(([name, value]) => `export ${name}=${quoted(value.replaceAll('\0', ''))}`);
  return ['unset SLIPWAY_TTY SHELL TERM', ...lines, ''].join('\n');
}
