import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../test/platform-process.ts';
import { root } from '../test/source-tree.ts';
import type { Series } from './statistics.ts';

const RUNS = 2;

/** `git clone` to ready in a fresh home, as a newcomer does it: installing and building are in it, the network too. */
export async function benchClone(): Promise<Series[]> {
  const values: number[] = [];
  for (let each = 0; each < RUNS; each++) values.push(await once());
  return [{ name: 'clone → ready, packages from the registry', unit: 'ms', values }];
}

async function once(): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), 'slipway-clone-'));
  try {
    // How this machine reaches the package registry is not what is measured.
    await cp(join(homedir(), '.npmrc'), join(home, '.npmrc')).catch(() => {});
    const began = performance.now();
    await run('git', ['clone', '--quiet', root, join(home, 'slipway')]);
    await ready(home);
    return performance.now() - began;
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

function ready(home: string): Promise<void> {
  const ports = ['--port', '0', '--http-port', '0', '--api-port', '0'];
  const child = spawn('npm', ['start', '--', '-o', 'json', '--data', join(home, 'data'), ...ports], {
    cwd: join(home, 'slipway'),
    env: { ...process.env, HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    let output = '';
    child.once('exit', code => reject(new Error(`npm start ended with ${code} before it was ready`)));
    child.stdout.on('data', async chunk => {
      output += chunk;
      if (!output.includes('"ready":true')) return;
      resolve();
      if (child.pid) process.kill(-child.pid, 'SIGTERM');
      await ended;
    });
  });
}
