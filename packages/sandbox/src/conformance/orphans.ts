import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLog, systemClock } from '@slipway/api';
import { openSandbox } from '../open-sandbox.ts';
import type { Driver } from '../sandbox.ts';
import { heard } from './testbed.ts';

/** After `kill -9` of the platform its pods end too, and the next one cleans up what they left. */
export async function checkOrphans(driver: Driver, dockerSocket?: string): Promise<void> {
  const mark = `orphan-${process.pid}-${driver}`;
  const worker = fileURLToPath(new URL('./orphan-worker.ts', import.meta.url));
  const platform = spawn(process.execPath, [worker, driver, mark, dockerSocket ?? ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const folder = (await heard(platform.stdout, '\n')).trim();
  const running = processesWith(mark).length;
  platform.kill('SIGKILL');
  await once(platform, 'exit');
  assert.ok(running > 0, 'the pod ran');
  // The kernel takes a moment to bury what was killed.
  for (let tries = 0; tries < 250 && processesWith(mark).length > 0; tries++) await sleep(20);
  assert.deepEqual(processesWith(mark), [], 'its pods are gone before another platform comes');
  const options = {
    ...(dockerSocket ? { dockerSocket } : {}),
    singleUser: true,
    clock: systemClock,
    log: silentLog,
    path: process.env.PATH ?? '',
  };
  const next = await openSandbox({ driver, folder: join(folder, 'run'), ...options });
  await next.clean();
  assert.ok(!readFileSync('/proc/self/mounts', 'utf8').includes(folder));
  await next.close();
  await next.remove(folder);
  rmSync(folder, { recursive: true, force: true });
}

/** Pids of processes that have `mark` in their environment. */
export function processesWith(mark: string): string[] {
  return readdirSync('/proc').filter(pid => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
    } catch {
      return false;
    }
  });
}
