import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { commandNotFound } from '../../errors.ts';
import type { ContainerOptions } from '../../sandbox.ts';
import { resolveInside } from './root-path.ts';

/**
 * Fails when a container's command is not there, before anything is started, in the words of other container runtimes.
 * What a mount brings is not looked at.
 */
export function checkCommand(container: ContainerOptions, stack: string[]): void {
  const [program = ''] = container.command;
  if (program === '') throw commandNotFound(container.name, 'no command specified');
  const candidates = candidatesFor(program, container);
  const mounted = (path: string) => container.mounts.some(mount => `${path}/`.startsWith(`${mount.target}/`));
  if (candidates.some(path => mounted(path) || isThere(stack, path))) return;
  const reason = program.includes('/')
    ? `exec: ${JSON.stringify(program)}: stat ${program}: no such file or directory`
    : `exec: ${JSON.stringify(program)}: executable file not found in $PATH`;
  throw commandNotFound(container.name, reason);
}

function candidatesFor(program: string, { env, workingDir }: ContainerOptions): string[] {
  if (program.startsWith('/')) return [program];
  if (program.includes('/')) return [join(workingDir || '/', program)];
  return (env.PATH ?? DEFAULT_PATH).split(':').map(folder => join('/', folder, program));
}

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function isThere(stack: string[], path: string): boolean {
  const inside = resolveInside(stack, path);
  return stack.some(folder => {
    const file = join(folder, inside);
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}
