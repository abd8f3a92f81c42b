import { spawnSync } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, silentLog, systemClock } from '@slipway/api';
import { openSandbox } from '@slipway/sandbox';
import type { Config } from './config.ts';
import { openFolder, requireWritable } from './data-folder.ts';

/** One thing that was checked. `advice` says what to do when it is not ok. */
export interface Finding {
  check: string;
  ok: boolean;
  /** Slipway works without it. */
  optional: boolean;
  found: string;
  advice: string;
}

const LEAST_FREE_BYTES = 2 * 1024 ** 3;

/** Looks at this machine without changing anything but a probe file in the data folder. */
export async function diagnose(config: Config): Promise<Finding[]> {
  return [
    program('git', ['--version'], { optional: false, advice: 'install git' }),
    program('kubectl', ['version', '--client'], {
      optional: true,
      advice: 'install kubectl to look into the platform with it',
    }),
    await dataFolder(config),
    await freeSpace(config),
    await isolation(config),
  ];
}

function program(
  name: string,
  args: string[],
  { optional, advice }: { optional: boolean; advice: string },
): Finding {
  const done = spawnSync(name, args, { encoding: 'utf8' });
  const ok = done.status === 0;
  return {
    check: name,
    ok,
    optional,
    found: ok ? (done.stdout.trim().split('\n')[0] ?? '') : 'not found',
    advice,
  };
}

async function dataFolder(config: Config): Promise<Finding> {
  const finding = { check: 'data folder', optional: false, advice: 'choose another with --data' };
  try {
    await requireWritable(await openFolder(config.data));
    return { ...finding, ok: true, found: config.data };
  } catch (error) {
    return { ...finding, ok: false, found: messageOf(error) };
  }
}

async function freeSpace(config: Config): Promise<Finding> {
  const { bavail, bsize } = await statfs(config.data).catch(() => statfs(dirname(config.data)));
  const free = bavail * bsize;
  return {
    check: 'free space',
    ok: free >= LEAST_FREE_BYTES,
    optional: false,
    found: `${(free / 1024 ** 3).toFixed(1)} GiB`,
    advice: 'images need room: free at least 2 GiB, or choose another folder with --data',
  };
}

async function isolation(config: Config): Promise<Finding> {
  const { path: folder } = await openFolder(config.data).then(data => data.folder('sandbox'));
  const sandbox = await openSandbox({
    driver: 'auto',
    folder,
    clock: systemClock,
    log: silentLog,
    path: config.searchPath,
    singleUser: true,
    ...(config.dockerSocket ? { dockerSocket: config.dockerSocket } : {}),
  });
  await sandbox.close();
  const missing = Object.values(sandbox.guarantees).filter(guarantee => !guarantee.holds);
  return {
    check: 'pods',
    ok: missing.length === 0,
    optional: true,
    found: `driver ${sandbox.driver}`,
    advice: missing.map(guarantee => (guarantee.holds ? '' : guarantee.reason)).join('; '),
  };
}
