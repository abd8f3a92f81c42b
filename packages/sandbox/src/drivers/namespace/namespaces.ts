import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { SlipwayError } from '@slipway/api';
import type { Tools } from './tools.ts';

/** Kinds of namespaces as `/proc/<pid>/ns` names them. */
export type Space = 'user' | 'net' | 'uts' | 'ipc';

/** Namespaces held by open descriptors: they live exactly as long as this process does, or until `close`. */
export interface Spaces {
  descriptors: Partial<Record<Space, number>>;
  close(): void;
}

/** Environment of the tools: never a container's, whose LD_PRELOAD would run with our privileges. */
export const TOOL_ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/**
 * Runs a script in new namespaces, takes hold of them at its first line and waits for its line `ready`.
 * `command` must exec into the script, so that the child's pid has the namespaces.
 */
export async function makeSpaces(options: {
  command: string[];
  kinds: Space[];
  descriptors: number[];
}): Promise<Spaces> {
  const [file = '', ...args] = options.command;
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', 'pipe', ...options.descriptors],
    env: TOOL_ENV,
  });
  const spaces: Spaces = { descriptors: {}, close: () => {} };
  spaces.close = () => {
    for (const descriptor of Object.values(spaces.descriptors)) closeSync(descriptor);
    spaces.descriptors = {};
  };
  try {
    await Promise.race([hold(child, options.kinds, spaces), failure(child)]);
    return spaces;
  } catch (error) {
    spaces.close();
    throw error;
  } finally {
    child.stdin?.destroy();
    child.stdout?.resume();
  }
}

async function hold(child: ChildProcess, kinds: Space[], spaces: Spaces): Promise<void> {
  const errors: Buffer[] = [];
  child.stderr?.on('data', chunk => errors.push(chunk));
  if (!child.stdout) throw new SlipwayError('SandboxUnsupported', 'namespaces: no output from the tools');
  for await (const line of createInterface({ input: child.stdout })) {
    if (Object.keys(spaces.descriptors).length === 0) {
      for (const kind of kinds) spaces.descriptors[kind] = openSync(`/proc/${child.pid}/ns/${kind}`, 'r');
    }
    if (line === 'ready') return;
  }
  const said = Buffer.concat(errors).toString().trim();
  throw new SlipwayError(
    'SandboxUnsupported',
    `namespaces: could not be made: ${said || 'the tools ended early'}`,
  );
}

function failure(child: ChildProcess): Promise<never> {
  return new Promise((_resolve, reject) => child.once('error', reject));
}

/** `nsenter` into held namespaces, whose descriptors the child gets from number `first` on. */
export function entering(tools: Tools, kinds: Space[], first: number): string[] {
  const flags = kinds.map((kind, index) => `--${kind}=/proc/self/fd/${first + index}`);
  const keep = kinds.includes('user') ? ['--preserve-credentials'] : [];
  return [tools.nsenter, ...flags, ...keep, '--'];
}
