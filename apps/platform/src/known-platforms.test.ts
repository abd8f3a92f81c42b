import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  currentPlatform,
  dataOfPlatform,
  forgetPlatform,
  knownPlatforms,
  type PlatformFolders,
  rememberPlatform,
  usePlatform,
} from './known-platforms.ts';

function folders(t: TestContext): PlatformFolders {
  const place = mkdtempSync(join(tmpdir(), 'slipway-known-'));
  t.after(() => rmSync(place, { recursive: true, force: true }));
  return {
    settings: join(place, 'settings'),
    platforms: join(place, 'platforms'),
    defaultData: join(place, 'slipway'),
  };
}

test('a platform is known by its name for as long as its folder is there', async t => {
  const own = folders(t);
  assert.deepEqual(knownPlatforms(own), []);
  const elsewhere = join(own.platforms, '..', 'elsewhere');
  for (const folder of [own.defaultData, join(own.platforms, 'second'), elsewhere])
    mkdirSync(folder, { recursive: true });
  await rememberPlatform(own, { name: 'third', data: elsewhere });
  assert.deepEqual(
    knownPlatforms(own).map(({ name }) => name),
    ['second', 'slipway', 'third'],
  );
  assert.equal(dataOfPlatform(own, 'third'), elsewhere);
  rmSync(elsewhere, { recursive: true });
  assert.deepEqual(
    knownPlatforms(own).map(({ name }) => name),
    ['second', 'slipway'],
  );
  assert.equal(dataOfPlatform(own, 'third'), join(own.platforms, 'third'), 'the name is free again');
});

test('a name belongs to one folder, and a folder has one name', async t => {
  const own = folders(t);
  for (const name of ['a', 'b']) mkdirSync(join(own.platforms, '..', name), { recursive: true });
  const [a, b] = [join(own.platforms, '..', 'a'), join(own.platforms, '..', 'b')];
  assert.equal((await rememberPlatform(own, { name: 'x', data: a })).data, a);
  assert.deepEqual(await rememberPlatform(own, { name: 'x', data: b }), { name: 'x', data: a });
  assert.deepEqual(await rememberPlatform(own, { name: 'y', data: a }), { name: 'x', data: a });
  await forgetPlatform(own, 'x');
  assert.deepEqual(knownPlatforms(own), []);
});

test('the current platform is what somebody chose; a damaged file is nobody', async t => {
  const own = folders(t);
  assert.equal(currentPlatform(own), undefined);
  await usePlatform(own, 'second');
  assert.equal(currentPlatform(own), 'second');
  writeFileSync(join(own.settings, 'current'), '../../etc');
  assert.equal(currentPlatform(own), undefined);
  await assert.rejects(usePlatform(own, '../x'), { code: 'PlatformName' });
  assert.throws(() => dataOfPlatform(own, 'A'), { code: 'PlatformName' });
});
