// What strangers get without a clone: the package that `npm pack` makes, and the image that a platform builds of itself.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import {
  environment,
  eventually,
  FREE_PORTS,
  has,
  type Platform,
  type Report,
  run,
  startPlatform,
  temporaryHome,
} from '../platform-process.ts';
import { root } from '../source-tree.ts';

const home = await temporaryHome();
after(() => rm(home, { recursive: true, force: true }));

test('npm pack makes a package that runs by itself in an empty folder', async () => {
  const env = environment(home);
  // The Node of these tests; people with an older one get theirs as an optional dependency.
  env.PATH = [dirname(process.execPath), env.PATH].join(delimiter);
  const packed = await run('npm', ['pack', '--silent', '--pack-destination', home], { cwd: root, env });
  const folder = join(home, 'empty');
  await mkdir(folder);
  const tarball = join(home, packed.stdout.trim());
  await run('npm', ['install', '--silent', '--offline', '--omit=optional', tarball], { cwd: folder, env });
  const installed = join(folder, 'node_modules', 'slipway');
  for (const file of ['man/slipway.1', 'completions/slipway.fish', 'LICENCES.txt', 'portal/licences.md'])
    assert.ok(existsSync(join(installed, 'dist', 'package', file)), file);
  assert.match(
    await readFile(join(installed, 'dist/package/LICENCES.txt'), 'utf8'),
    /^commander \S+ \(MIT\)/m,
  );

  const up = spawn(join(folder, 'node_modules/.bin/slipway'), ['up', '-o', 'json', ...FREE_PORTS], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>(resolve => up.once('exit', resolve));
  try {
    const lines = createInterface(up.stdout);
    const report = await new Promise<Report>((resolve, reject) => {
      lines.once('line', line => resolve(JSON.parse(line)));
      void ended.then(code => reject(new Error(`ended with ${code} before it was ready`)));
    });
    assert.ok(report.ready);
    const create = ['exec', '--offline', '--', 'slipway', 'service', 'create', '--name', 'shop'];
    const made = await run('npm', [...create, '--wait', '-o', 'json'], { cwd: folder, env });
    assert.equal(JSON.parse(made.stdout).environments[0].healthy, true);
  } finally {
    up.kill('SIGINT');
  }
  assert.equal(await ended, 0);
});

const kubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
const clone = existsSync(join(root, '.git')) ? false : 'these sources are not a Git clone';

test('a platform builds an image of itself, which is a platform', { skip: kubectl || clone }, async () => {
  const platform = await startPlatform();
  try {
    const revision = (await platform.git(['rev-parse', 'HEAD'], root)).trim();
    await create(platform, {
      apiVersion: 'source.slipway.dev/v1alpha1',
      kind: 'Repository',
      metadata: { name: 'slipway', namespace: 'team-default' },
      spec: { owner: 'default', name: 'slipway' },
    });
    const portal = new URL(platform.report.portal);
    const address = `https://git.${portal.host}/default/slipway.git`;
    await eventually('the repository', 10_000, async () => {
      await platform.git(['push', '--quiet', address, 'HEAD:refs/heads/main'], root);
      return true;
    });
    await create(platform, {
      apiVersion: 'artifacts.slipway.dev/v1alpha1',
      kind: 'Build',
      metadata: { name: 'slipway', namespace: 'team-default' },
      spec: {
        source: { git: { url: 'https://git.slipway.internal/default/slipway.git', revision } },
        image: 'registry.slipway.internal/default/slipway',
      },
    });
    const { image } = await eventually('the image', 170_000, async () => {
      const found = await platform.kubectl([
        ...['get', 'build', 'slipway', '--namespace', 'team-default'],
        '--output=jsonpath={.status}',
      ]);
      const status = JSON.parse(found || '{}');
      assert.notEqual(status.phase, 'Failed', `${status.message}\n${status.tail}`);
      return status.phase === 'Succeeded' ? status : undefined;
    });
    await create(platform, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'slipway', namespace: 'default-dev' },
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'slipway', image, args: ['up', '--driver', 'process', '-o', 'json'] }],
      },
    });
    const report = await eventually('the platform inside', 60_000, async () => {
      const log = await platform.kubectl(['logs', 'slipway', '--namespace', 'default-dev']);
      const line = log.split('\n').find(each => each.startsWith('{"ready"'));
      return line ? (JSON.parse(line) as Report) : undefined;
    });
    assert.deepEqual(
      report.components.filter(each => !each.healthy),
      [],
    );
  } finally {
    await platform.stop();
  }
});

function create(platform: Platform, object: object): Promise<string> {
  return platform.kubectl(['create', '--filename', '-'], JSON.stringify(object));
}
