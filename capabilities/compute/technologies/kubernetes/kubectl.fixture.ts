import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Testbed } from './testbed.ts';

/** Why kubectl cannot be asked here; undefined when it can. */
export function missingTool(): string | undefined {
  const calls = { kubectl: ['version', '--client'], openssl: ['version'], script: ['--version'] };
  const missing = Object.entries(calls).filter(([name, args]) => spawnSync(name, args).status !== 0);
  return missing.length === 0 ? undefined : `needs ${missing.map(([name]) => name).join(', ')}`;
}

export interface Said {
  code: number | null;
  out: string;
  err: string;
}

/** The real kubectl, told of one testbed's API. */
export interface Kubectl {
  /** Runs to its end with this input. */
  run(args: string[], input?: string): Promise<Said>;
  /** As `run`, on a terminal of 40 lines and 100 columns; what was typed stands between what was said. */
  onTerminal(args: string[], typed: string): Promise<Said>;
  /** Begins; the caller ends it. */
  start(args: string[]): ChildProcess;
}

export function kubectlFor(bed: Testbed): Kubectl {
  const home = join(bed.folder, 'kubectl');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'config'), bed.kube.kubeconfig());
  const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: join(home, 'config'), TERM: 'xterm' };
  const begin = (file: string, args: string[], more: Record<string, string> = {}) =>
    spawn(file, args, { env: { ...env, ...more }, cwd: home, stdio: ['pipe', 'pipe', 'pipe'] });
  return {
    run: async (args, input = '') => {
      const child = begin('kubectl', args);
      child.stdin.on('error', () => {});
      child.stdin.end(input);
      return said(child);
    },
    onTerminal: async (args, typed) => {
      const words = ['kubectl', ...args].map(word => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
      const child = begin('script', ['-qefc', `stty rows 40 cols 100; exec ${words}`, '/dev/null']);
      child.stdin.on('error', () => {});
      // Whoever types waits for a prompt.
      child.stdout.once('data', () => child.stdin.write(typed));
      return said(child);
    },
    start: args => begin('kubectl', args),
  };
}

async function said(child: ChildProcess): Promise<Said> {
  const texts = { out: '', err: '' };
  child.stdout?.on('data', chunk => {
    texts.out += String(chunk);
  });
  child.stderr?.on('data', chunk => {
    texts.err += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code, ...texts };
}
