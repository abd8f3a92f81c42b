// A data folder whose disk is full: the message names it and the way out, nothing acknowledged is lost, nothing crashes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  eventually,
  FREE_PORTS,
  has,
  type Platform,
  run,
  slipway,
  startPlatform,
  temporaryHome,
} from '../platform-process.ts';

const kubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
const mounting = (await canMount()) ? false : 'a small disk can be mounted by root only';

async function canMount(): Promise<boolean> {
  const folder = await temporaryHome();
  try {
    await mount(folder, '1m');
    await unmount(folder);
    return true;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function mount(folder: string, size: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', folder]);
}

async function unmount(folder: string): Promise<void> {
  await run('umount', ['--lazy', folder]);
}

for (const size of ['64k', '1m', '3m']) {
  test(`up on a disk of ${size} names the folder and the way out`, { skip: mounting }, async () => {
    const home = await temporaryHome();
    const data = join(home, 'data');
    await mount(data, size);
    try {
      const { code, stderr } = await slipway(['up', ...FREE_PORTS], home);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /slipway: data folder \S+\/data: .*(no space left|is full).*--data/s);
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack is shown');
    } finally {
      await unmount(data);
      await rm(home, { recursive: true });
    }
  });
}

describe('a disk that fills up under a platform', { skip: mounting || kubectl }, () => {
  let platform: Platform;
  let data: string;
  const ballast = () => join(data, 'ballast');

  before(async () => {
    platform = await startPlatform({
      prepare: async path => {
        data = path;
        await mount(path, '96m');
      },
    });
  });
  after(async () => {
    await rm(ballast(), { force: true });
    await platform.stop().catch(() => {});
    await unmount(data);
    await platform.stop();
  });

  test('writes are refused with the reason, reads go on, and freed space is used at once', async () => {
    await platform.kubectl(['create', 'configmap', 'before', '--from-literal=a=b']);
    await fill(ballast());
    const large = 'x'.repeat(500_000);
    const acknowledged = await writeUntilRefused(platform, large);
    assert.ok((await platform.fetch(platform.report.portal)).status < 400, 'the portal answers');
    const folder = join(platform.home, 'app');
    await mkdir(folder);
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'app', scripts: { start: 'node .' } }),
    );
    await writeFile(join(folder, 'index.js'), `// ${large}`);
    await assert.rejects(
      platform.cli(['service', 'import', folder, '--name', 'refused']),
      (error: { stderr: string }) => /disk is full|no space left/i.test(error.stderr),
    );
    await rm(ballast());
    await eventually('a write is taken again', 15_000, () =>
      platform.kubectl(['create', 'configmap', 'later', '--from-literal=a=c']),
    );
    await platform.crash();
    await platform.restart();
    assert.equal(await platform.kubectl(['get', 'configmap', 'before', '-o', 'jsonpath={.data.a}']), 'b');
    assert.equal(await platform.kubectl(['get', 'configmap', 'later', '-o', 'jsonpath={.data.a}']), 'c');
    const kept = (await platform.kubectl(['get', 'configmaps', '-l', 'many', '-o', 'name'])).split('\n');
    assert.equal(
      kept.filter(Boolean).length,
      acknowledged,
      'what was acknowledged, and nothing that was refused',
    );
  });
});

/** Room that the store had already goes first; then a write is refused, for the reason there is. How many were taken? */
async function writeUntilRefused(platform: Platform, text: string): Promise<number> {
  for (let count = 0; count < 200; count++) {
    const metadata = { name: `many-${count}`, namespace: 'default', labels: { many: '' } };
    const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text } };
    try {
      await platform.kubectl(['create', '-f', '-'], JSON.stringify(manifest));
    } catch (error) {
      assert.match((error as { stderr: string }).stderr, /nothing was written: the disk is full; free space/);
      return count;
    }
  }
  return assert.fail('nothing was refused');
}

/** Writes until there is no room for another byte. */
async function fill(path: string): Promise<void> {
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${path}`, 'bs=4096'], { stdio: 'ignore' });
  } catch {
    return;
  }
  assert.fail('the disk did not fill up');
}
