import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { onPath } from '../../../../test/on-path.ts';
import { selfSigned } from '../../../../test/self-signed.ts';
import { startTestRegistry } from './testbed.ts';

const run = promisify(execFile);

test('podman signs in, pushes an image over TLS and pulls it back', {
  skip: !onPath('podman') && 'podman is not installed',
}, async context => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-podman-'));
  const tls = await selfSigned({ names: ['localhost'] });
  const registry = await startTestRegistry({ tls });
  const certificates = join(folder, 'certs');
  await mkdir(certificates);
  await writeFile(join(certificates, 'ca.crt'), tls.cert);
  const storage = [
    '--root',
    join(folder, 'storage'),
    '--runroot',
    join(folder, 'runroot'),
    '--storage-driver',
    'vfs',
  ];
  const podman = (...args: string[]) => run('podman', [...storage, ...args], { timeout: 60_000 });
  const access = ['--cert-dir', certificates, '--authfile', join(folder, 'auth.json')];
  const host = `localhost:${registry.port}`;
  const name = `${host}/acme/podman:v1`;
  try {
    await mkdir(join(folder, 'content'));
    await writeFile(join(folder, 'content', 'hello'), 'from podman');
    execFileSync('tar', ['-C', join(folder, 'content'), '-cf', join(folder, 'image.tar'), '.']);
    await podman('import', join(folder, 'image.tar'), name).catch(error => {
      context.skip(`podman does not work here: ${String(error.stderr ?? error).slice(0, 200)}`);
      throw error;
    });
    await assert.rejects(
      podman('login', ...access, '-u', 'x', '-p', 'wrong', host),
      /401|unauthorized|invalid/i,
    );
    await podman('login', ...access, '-u', 'anybody', '-p', 'ada', host);
    await podman('push', ...access, name);
    assert.deepEqual(registry.opened.registry.tags('acme/podman'), ['v1']);
    await podman('rmi', name);
    await podman('pull', ...access, name);
    const { stdout } = await podman('image', 'inspect', '--format', '{{.Digest}}', name);
    assert.match(stdout, /^sha256:/);
    await podman('login', ...access, '-u', 'anybody', '-p', 'bob', host);
    await assert.rejects(podman('push', ...access, name), /denied|403|DENIED/i);
  } finally {
    await registry.close();
    await podman('rmi', '-a', '-f').catch(() => {});
    await rm(folder, { recursive: true, force: true });
  }
});
