import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../test/platform-process.ts';
import { root } from '../test/source-tree.ts';
import { median, type Series } from './statistics.ts';

const RUNS = 21;
/** In one process, code has been compiled after this many. */
const WARM = 20;

export interface BesideCommand {
  /** What is rendered, as it stands before `, in one process` and `, slipway render`. */
  title: string;
  /** Renders it in this process. */
  once: () => Promise<string>;
  /** The command line that does the same as `slipway render`. */
  command: string[];
  /** The real tool's; absent when it is not on the PATH. */
  real: { name: string; command: string[] } | undefined;
}

/** `slipway render` of the newest build as people have it: installed, below this folder. */
export async function renderCommand(folder: string): Promise<string[]> {
  const { stdout } = await run(process.execPath, ['scripts/launch.mjs', '--build'], { cwd: root });
  const bundle = stdout.trim().split('\n').at(-1) ?? '';
  const installed = join(folder, 'installed');
  cpSync(join(root, 'apps/cli/bin'), join(installed, 'apps/cli/bin'), { recursive: true });
  mkdirSync(join(installed, 'dist'));
  symlinkSync(bundle, join(installed, 'dist/package'));
  return [process.execPath, join(installed, 'apps/cli/bin/slipway.mjs'), 'render'];
}

/** In one process and as a command, in alternation with the real tool. @throws Error when they do not print the same */
export async function besideCommand({ title, once, command, real }: BesideCommand): Promise<Series[]> {
  const times = { inProcess: [] as number[], asCommand: [] as number[], theirs: [] as number[] };
  for (let each = 0; each < WARM; each++) await once();
  for (let each = 0; each < RUNS; each++) {
    const began = performance.now();
    const text = await once();
    times.inProcess.push(performance.now() - began);
    times.asCommand.push(timed(command, text));
    if (real) times.theirs.push(timed(real.command, text));
  }
  const against = real ? { against: { name: real.name, value: median(times.theirs) } } : {};
  return [
    { name: `${title}, in one process`, unit: 'ms', values: times.inProcess, ...against },
    { name: `${title}, slipway render`, unit: 'ms', values: times.asCommand, ...against },
  ];
}

function timed([program = '', ...args]: string[], expected: string): number {
  const began = performance.now();
  const { stdout } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const took = performance.now() - began;
  if (stdout !== expected) throw new Error(`${program} ${args.join(' ')}: prints something else`);
  return took;
}
