import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '@slipway/api';
import { TOOL_ENV } from './namespaces.ts';
import type { Tools } from './tools.ts';

const run = promisify(execFile);

/** Mounts an overlay for a moment, as pods will; resolves with its options, or why there are none. */
export async function probeOverlay(options: {
  tools: Tools;
  rootless: boolean;
  folder: string;
}): Promise<{ options?: string[]; reason: string }> {
  const { tools, rootless, folder } = options;
  const trial = join(folder, 'trial');
  const extra = rootless ? ['userxattr'] : [];
  try {
    for (const name of ['lower', 'upper', 'work', 'root'])
      await mkdir(join(trial, name), { recursive: true });
    const user = rootless ? ['--user', '--map-root-user'] : [];
    const mount = ['lowerdir=lower', 'upperdir=upper', 'workdir=work', ...extra].join(',');
    const command = [
      ...user,
      '--mount',
      '--',
      tools.mount,
      '-n',
      '-t',
      'overlay',
      '-o',
      mount,
      'overlay',
      'root',
    ];
    await run(tools.unshare, command, { cwd: trial, env: TOOL_ENV });
    return { options: extra, reason: '' };
  } catch (error) {
    return { reason: `overlay file systems cannot be mounted here (${firstLine(messageOf(error))})` };
  } finally {
    await removeFolder(options, trial);
  }
}

/** Removes a folder; as the user that containers' files belong to, and whatever modes they left. */
export async function removeFolder(
  { tools, rootless }: { tools: Tools; rootless: boolean },
  folder: string,
): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    if (!rootless || !tools.rm) throw error;
    const command = ['--user', '--map-root-user', '--', tools.rm, '-rf', '--', folder];
    await run(tools.unshare, command, { env: TOOL_ENV });
  }
}

function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .filter(line => !line.startsWith('Command failed'))[0]
      ?.trim() ||
    text.split('\n')[0] ||
    ''
  );
}
