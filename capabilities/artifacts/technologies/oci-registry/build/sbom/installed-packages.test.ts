import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { packagesOfLayer, visiblePackages } from './installed-packages-worker.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-packages-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function layer(name: string, files: Record<string, string>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name, path)), { recursive: true });
    await writeFile(join(folder, name, path), content);
  }
  return join(folder, name);
}

const named = (name: string) => JSON.stringify({ name, version: '1.0.0' });

test('packagesOfLayer() finds packages where Node looks for them, and nothing else', async () => {
  const root = await layer('places', {
    'node_modules/a/package.json': named('a'),
    'app/node_modules/@s/b/package.json': named('@s/b'),
    'app/node_modules/.pnpm/c@1.0.0/node_modules/c/package.json': named('c'),
    'app/node_modules/a/test/fixture/package.json': named('fixture'),
    'app/node_modules/.cache/x/package.json': named('cache'),
    'app/package.json': named('app'),
  });
  const { packages, isWhole } = packagesOfLayer({ folder: root });
  assert.deepEqual(
    packages.map(({ name }) => name),
    ['c', '@s/b', 'a'],
  );
  assert.equal(isWhole, true);
});

test('packagesOfLayer() reads hostile files without harm', async () => {
  const root = await layer('hostile', {
    'node_modules/array/package.json': '[1]',
    'node_modules/null/package.json': 'null',
    'node_modules/large/package.json': `{"name":"large","x":"${'x'.repeat(1 << 20)}"}`,
    'node_modules/types/package.json': '{"name":{},"version":7,"license":[],"licenses":"MIT"}',
    'node_modules/old/package.json': '{"name":"old","version":"1.0.0","licenses":[{"type":"BSD"}]}',
    'node_modules/long/package.json': JSON.stringify({ name: 'l'.repeat(10_000), version: '1' }),
    'outside/secret': named('secret'),
  });
  await mkdir(join(root, 'node_modules/link'));
  await symlink(join(root, 'outside/secret'), join(root, 'node_modules/link/package.json'));
  await symlink(root, join(root, 'node_modules/circle'));
  const { packages } = packagesOfLayer({ folder: root });
  assert.deepEqual(
    packages.map(({ name, version, licence }) => [name.slice(0, 8), version, licence]),
    [
      ['array', undefined, undefined],
      ['large', undefined, undefined],
      ['llllllll', '1', undefined],
      ['null', undefined, undefined],
      ['old', '1.0.0', 'BSD'],
      ['types', undefined, undefined],
    ],
  );
  assert.ok(packages.every(({ name }) => name.length <= 214));
});

test('packagesOfLayer() says when there is more than it looks at', async () => {
  const deep = Array.from({ length: 70 }, () => 'd').join('/');
  const root = await layer('deep', { [`${deep}/node_modules/a/package.json`]: named('a') });
  assert.deepEqual(packagesOfLayer({ folder: root }), { packages: [], isWhole: false });
});

test('visiblePackages() leaves out what a higher layer replaces or hides', async () => {
  const folders = [
    await layer('low', {
      'a/node_modules/kept/package.json': named('kept'),
      'a/node_modules/replaced/package.json': named('replaced'),
      'a/node_modules/hidden/package.json': named('hidden'),
      'b/node_modules/gone/package.json': named('gone'),
    }),
    // A file where a folder was hides it, as a whiteout does.
    await layer('high', {
      'a/node_modules/replaced/package.json': JSON.stringify({ name: 'replaced', version: '2.0.0' }),
      'a/node_modules/hidden': '',
      b: '',
    }),
  ];
  const layers = folders.map(each => ({
    folder: each,
    packages: packagesOfLayer({ folder: each }).packages,
  }));
  assert.deepEqual(
    visiblePackages(layers).map(({ name, version }) => `${name} ${version}`),
    ['kept 1.0.0', 'replaced 2.0.0'],
  );
});
