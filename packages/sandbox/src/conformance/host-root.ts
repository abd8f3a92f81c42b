import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';

const PROGRAMS = [
  'sh',
  'cat',
  'echo',
  'env',
  'grep',
  'head',
  'id',
  'ls',
  'mkdir',
  'ps',
  'rm',
  'sleep',
  'stty',
  'tar',
  'touch',
  'tty',
];

/** Fills a folder with this machine's shell, a few tools and Node, with their libraries: a root for containers in tests. */
export function makeHostRoot(folder: string, path: string): void {
  for (const name of PROGRAMS) {
    const found = path
      .split(delimiter)
      .map(place => join(place, name))
      .find(file => existsSync(file));
    if (found) copyProgram(folder, realpathSync(found), join('/bin', name));
  }
  copyProgram(folder, process.execPath, '/bin/node');
}

function copyProgram(folder: string, source: string, target: string): void {
  copy(source, join(folder, target));
  // One library a line: `libc.so.6 => /lib/… (0x…)`, or the loader's own path.
  for (const [library] of librariesOf(source).matchAll(/\/[^\s()]+/g)) {
    if (library !== source && !existsSync(join(folder, library))) copy(library, join(folder, library));
  }
}

function librariesOf(program: string): string {
  try {
    return execFileSync('ldd', [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    // A static program needs none.
    return '';
  }
}

function copy(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
}
