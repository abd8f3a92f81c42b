import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sandboxConformance } from '../../conformance/index.ts';
import { signal } from '../../process-tree.ts';

const missing = ['podman', 'runc'].filter(name => spawnSync(name, ['--version']).error);
const reason =
  missing.length > 0 ? `needs ${missing.join(' and ')}` : process.getuid?.() === 0 ? false : 'needs root';

if (reason) test('docker driver', { skip: reason });
else
  describe('with Podman', () => {
    const folder = mkdtempSync(join(tmpdir(), 'podman-'));
    const dockerSocket = join(folder, 'podman.sock');
    const storage = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run')];
    const service = ['system', 'service', '--time=0', `unix://${dockerSocket}`];
    const options = [
      ...storage,
      '--runtime',
      'runc',
      '--cgroup-manager',
      'cgroupfs',
      '--tmpdir',
      join(folder, 'tmp'),
    ];
    let podman: ReturnType<typeof spawn>;
    before(async () => {
      podman = spawn('podman', [...options, ...service], { stdio: 'ignore' });
      for (let tries = 0; tries < 200 && !existsSync(dockerSocket); tries++) await sleep(25);
    });
    after(async () => {
      const ended = once(podman, 'exit');
      podman.kill('SIGKILL');
      await ended;
      spawnSync('podman', [...options, 'system', 'reset', '--force'], { stdio: 'ignore' });
      // Its watchers of exec stay for five minutes; they name this folder and nobody else's.
      for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
        if (commandOf(pid).includes(folder)) signal(Number(pid), 'SIGKILL');
      }
      // Podman leaves its storage mounted on itself.
      spawnSync('umount', ['--lazy', join(folder, 'storage', 'overlay')], { stdio: 'ignore' });
      rmSync(folder, { recursive: true, force: true });
    });
    sandboxConformance('docker driver', { driver: 'docker', dockerSocket });
  });

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
