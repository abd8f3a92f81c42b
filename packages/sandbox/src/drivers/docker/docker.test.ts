import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sandboxConformance } from '../../conformance/index.ts';

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
      rmSync(folder, { recursive: true, force: true });
    });
    sandboxConformance('docker driver', { driver: 'docker', dockerSocket });
  });
