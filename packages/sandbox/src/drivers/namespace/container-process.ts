import { type ChildProcess, type IOType, spawn } from 'node:child_process';
import { type Duplex, PassThrough, type Readable, type Writable } from 'node:stream';
import { kept } from '../../exit.ts';
import { onTerminal } from '../../terminal.ts';
import { environmentScript } from './environment.ts';
import { TOOL_ENV } from './namespaces.ts';
import { JOIN_GROUPS } from './scripts.ts';
import type { Tools } from './tools.ts';

/** Where the scripts expect them. */
export const ENVIRONMENT_DESCRIPTOR = 7;
const REPORT_DESCRIPTOR = 8;
const FIRST_NAMESPACE = 3;

export interface ProcessOptions {
  tools: Tools;
  /** cgroup files to join. */
  joinFiles: string[];
  command: string[];
  /** Where the tools start. */
  folder: string;
  env: Record<string, string>;
  /** Namespaces, from descriptor 3 on; at most four. */
  descriptors: number[];
  tty: boolean;
  stdin: boolean;
}

export interface ContainerProcess {
  child: ChildProcess;
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** What the scripts say about themselves, apart from what the container writes. */
  report: Readable;
}

/** Starts a chain of tools that ends in a container's command, with the container's environment in a pipe. */
export function startProcess(options: ProcessOptions): ContainerProcess {
  const { tools } = options;
  const chain = [tools.sh, '-c', JOIN_GROUPS, 'join', ...options.joinFiles, '--', ...options.command];
  const { script, sh } = tools;
  const plain = { command: chain, env: {} };
  const call = options.tty && script !== undefined ? onTerminal({ script, sh }, chain) : plain;
  const [file = '', ...args] = call.command;
  const spaces: (IOType | number)[] = [...options.descriptors];
  while (FIRST_NAMESPACE + spaces.length < ENVIRONMENT_DESCRIPTOR) spaces.push('ignore');
  const child = spawn(file, args, {
    cwd: options.folder,
    stdio: [options.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe', ...spaces, 'pipe', 'pipe'],
    env: { ...TOOL_ENV, ...call.env },
  });
  // Node's types know five of them.
  const pipes: readonly unknown[] = child.stdio;
  const environment = pipes[ENVIRONMENT_DESCRIPTOR] as Duplex | undefined;
  const term = options.tty ? { TERM: 'xterm' } : {};
  environment?.on('error', () => {});
  // It can be read too: its end must be seen for it to close.
  environment?.resume();
  environment?.end(environmentScript({ ...term, ...options.env }));
  child.stdin?.on('error', () => {});
  child.on('error', () => {});
  return {
    child,
    stdin: child.stdin ?? new PassThrough().resume(),
    stdout: kept(child.stdout),
    stderr: kept(child.stderr),
    report: kept((pipes[REPORT_DESCRIPTOR] as Readable | undefined) ?? null),
  };
}
