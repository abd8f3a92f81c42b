// The golden path on every driver: what a team has works wherever pods run.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually, has, type Platform, type StartOptions, startPlatform } from '../platform-process.ts';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const podman = (await has('podman')) ? false : 'podman is not on this machine';

test('process: a service goes live, and its next version takes over; a second one is told why it cannot', {
  timeout: 180_000,
}, async t => {
  const platform = await goldenPath(t, { args: ['--driver', 'process'] });
  await assert.rejects(
    platform.cli(['service', 'create', '--name', 'other', '--wait', '--timeout', '15']),
    (error: { stderr: string }) => /PortTaken: .*port 8080 is taken by another pod/.test(error.stderr),
  );
});

test('docker: a service goes live, and its next version takes over', {
  skip: podman || (isRoot ? false : 'the driver links pods’ networks as root'),
  timeout: 180_000,
}, async t => {
  const socket = await podmanService(t);
  await goldenPath(t, { args: ['--driver', 'docker'], env: { DOCKER_HOST: `unix://${socket}` } });
});

test('sandbox without root: a service goes live, and its next version takes over', {
  skip: isRoot ? false : 'the other tests run it so',
  timeout: 180_000,
}, async t => {
  const prepare = (data: string) => chown(dirname(data), NOBODY, NOBODY);
  await goldenPath(t, { args: ['--driver', 'sandbox'], uid: NOBODY, prepare });
});

async function goldenPath(t: TestContext, options: StartOptions): Promise<Platform> {
  const platform = await startPlatform(options);
  t.after(() => platform.stop());
  assert.equal(platform.report.driver, options.args?.[1]);
  const { environments, repository } = await platform.json<{
    repository: string;
    environments: { url: string }[];
  }>(['service', 'create', '--name', 'shop', '--wait']);
  const url = environments[0]?.url ?? '';
  assert.match((await platform.fetch(url)).body, /^shop 0\.1\.0$/m);
  await pushVersion(platform, repository);
  await eventually('the new version answers', 60_000, async () =>
    (await platform.fetch(url)).body.includes('9.8.7') ? true : undefined,
  );
  return platform;
}

async function pushVersion(platform: Platform, repository: string): Promise<void> {
  const folder = join(platform.home, 'clone');
  await platform.git(['clone', '--quiet', repository, folder]);
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...manifest, version: '9.8.7' }, undefined, 2));
  await platform.git(['commit', '--quiet', '-am', 'version 9.8.7'], folder);
  await platform.git(['push', '--quiet'], folder);
}

/** An engine of Docker's API with storage of its own; its folder is gone afterwards. */
async function podmanService(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-podman-'));
  const socket = join(folder, 'podman.sock');
  const child = spawn('podman', ['system', 'service', '--time', '0', `unix://${socket}`], {
    cwd: folder,
    stdio: 'ignore',
  });
  t.after(async () => {
    child.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  });
  await eventually('podman listens', 20_000, async () =>
    (await has('test', ['-S', socket])) ? true : undefined,
  );
  await chown(socket, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
  return socket;
}
