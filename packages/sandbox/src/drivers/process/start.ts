import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { SlipwayError } from '@slipway/api';
import { commandNotFound } from '../../errors.ts';
import { exited, kept } from '../../exit.ts';
import { isThere, signal } from '../../process-tree.ts';
import type { Container, ContainerOptions, Process } from '../../sandbox.ts';
import { onTerminal, terminalResizer } from '../../terminal.ts';
import { makePlainRoot, realPath } from './root.ts';
import type { Warden } from './warden.ts';

/** How often, and how many times, it is asked whether all that was killed is gone: a second at most. */
const LOOK_MS = 5;
const MOST_LOOKS = 200;

export interface Surroundings {
  /** Places of this machine's programs. */
  path: string[];
  marker: Record<string, string>;
  warden: Warden;
}

/** Starts a container's command as a process group of its own, in a folder that stands for its root. */
export async function startPlain(options: ContainerOptions, surroundings: Surroundings): Promise<Container> {
  if (!options.hostBased) {
    const text = `container "${options.name}": image ${options.image} is not made for this machine (label dev.slipway.base=host); the process driver runs only those`;
    throw new SlipwayError('ImageNotForHost', text);
  }
  const root = await makePlainRoot(options);
  const place = { root, options, surroundings };
  const child = await run(place, { ...options, env: {} });
  const ended = exited(child);
  return {
    pid: child.pid,
    stdout: kept(child.stdout),
    stderr: kept(child.stderr),
    ...(child.stdin ? { stdin: child.stdin } : {}),
    exited: ended.then(async exit => {
      // What the main process started ends with it.
      killGroup(child, 'SIGKILL');
      await groupEnd(child);
      return exit;
    }),
    // As container runtimes: only the main process is asked to end, all are made to.
    kill: name => (name === 'SIGKILL' ? killGroup(child, name) : child.kill(name)),
    resize: resizer(place, child, options.tty),
    exec: async call => {
      const made = await run(place, { env: {}, ...call, stdin: true });
      return processOf(made, resizer(place, made, call.tty));
    },
  };
}

interface Place {
  root: string;
  options: ContainerOptions;
  surroundings: Surroundings;
}

async function run(
  { root, options, surroundings }: Place,
  call: { command: string[]; env: Record<string, string>; stdin: boolean; tty: boolean },
): Promise<ChildProcess> {
  const env = { ...options.env, ...call.env };
  const inImage = (env.PATH ?? '').split(':').filter(Boolean);
  const places = [
    ...inImage.map(folder => join(root, folder)),
    ...surroundings.path,
    dirname(process.execPath),
  ];
  const [program = '', ...rest] = call.command;
  const file = await find(root, program, places);
  if (file === undefined) {
    throw commandNotFound(
      options.name,
      `exec: ${JSON.stringify(program)}: executable file not found in $PATH`,
    );
  }
  const args = await Promise.all(rest.map(argument => realPath(root, argument)));
  const chain = { command: [file, ...args], env: {} };
  const script = call.tty ? await find(root, 'script', surroundings.path) : undefined;
  const { command, env: more } = script ? onTerminal({ script, sh: '/bin/sh' }, chain.command) : chain;
  const [first = '', ...others] = command;
  const child = spawn(first, others, {
    cwd: join(root, options.workingDir || '/'),
    env: { ...env, ...more, ...surroundings.marker, PATH: places.join(delimiter), SLIPWAY_ROOT: root },
    detached: true,
    stdio: [call.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  const { pid } = child;
  if (pid !== undefined) {
    surroundings.warden.watch(pid);
    child.once('exit', () => surroundings.warden.forget(pid));
  }
  return child;
}

async function find(root: string, program: string, places: string[]): Promise<string | undefined> {
  const candidates = program.startsWith('/')
    ? [await realPath(root, program), join('/', program)]
    : places.map(place => join(place, program));
  const named = program.startsWith('/')
    ? places.map(place => join(place, program.split('/').at(-1) ?? ''))
    : [];
  return [...candidates, ...named].find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A process that is killed is not gone at once; one that the kernel holds back is not waited for. */
async function groupEnd({ pid }: ChildProcess): Promise<void> {
  for (let look = 0; look < MOST_LOOKS && pid !== undefined && isThere(-pid); look++)
    await setTimeout(LOOK_MS);
}

/** A negative pid is a group (kill(2)). */
function killGroup(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid !== undefined) signal(-child.pid, name);
}

function resizer({ surroundings }: Place, child: ChildProcess, tty: boolean): Process['resize'] {
  return tty
    ? terminalResizer(
        () => find('/', 'stty', surroundings.path),
        () => child.pid,
      )
    : () => {};
}

function processOf(child: ChildProcess, resizeTo: Process['resize']): Process {
  return {
    stdin: child.stdin ?? new PassThrough().resume(),
    stdout: kept(child.stdout),
    stderr: kept(child.stderr),
    exited: exited(child),
    resize: resizeTo,
    kill: name => killGroup(child, name),
  };
}
