// Files from each kind of place: the same digest wherever they stand, and what could lead elsewhere is refused.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { emptyLock } from '../lock.ts';
import { packFiles } from './archive.ts';
import { bringSource } from './bring-source.ts';
import { configMap, filesOf, packageYaml } from './files.fixture.ts';
import { entryOf, resolvePackages } from './resolve-packages.ts';
import { parseSource, sourceText } from './source-address.ts';

let folder = '';
let server: Server;
let address = '';
const how = () => ({ folder, cacheFolder: join(folder, 'cache') });
const bring = (text: string) => bringSource(parseSource(text), how());
const files = {
  'package.yaml': packageYaml('shop', 'source: { manifests: . }'),
  'a.yaml': configMap('a', '1'),
};

async function write(texts: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-bring-'));
  await write(Object.fromEntries(Object.entries(files).map(([path, text]) => [`own/${path}`, text])));
  const chart = packFiles(
    filesOf({
      'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\n',
      'web/templates/a.yaml': configMap('a', 'x'),
    }),
  );
  server = createServer((request, response) => {
    const index =
      'apiVersion: v1\nentries: {web: [{version: 1.2.0, urls: [web.tgz]}, {version: 1.0.0, urls: [web.tgz]}]}\n';
    if (request.url === '/charts/index.yaml') return response.end(index);
    if (request.url === '/charts/web.tgz') return response.end(chart);
    return response.writeHead(404).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/charts`;
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

test('bringSource() of a folder takes all but .git, and refuses links and what is no folder', async () => {
  await write({ 'own/.git/config': 'x' });
  const { files: found, digest } = await bring('./own');
  assert.deepEqual(
    found.map(({ path }) => path),
    ['a.yaml', 'package.yaml'],
  );
  assert.match(digest, /^sha256:[0-9a-f]{64}$/);
  await rm(join(folder, 'own/.git'), { recursive: true });
  await mkdir(join(folder, 'linked'));
  await symlink('/etc/hostname', join(folder, 'linked/a'));
  await assert.rejects(bring('./linked'), /source "\.\/linked": a is a symbolic link/);
  await assert.rejects(bring('./none'), /source "\.\/none": there is no folder/);
  await assert.rejects(bring('./own/a.yaml'), /it is no folder/);
  await mkdir(join(folder, 'empty'));
  await assert.rejects(bring('./empty'), /there are no files/);
});

test('bringSource() of a chart takes the newest version that is allowed, and pins it', async () => {
  const { files: found, pinned, version } = await bring(`chart+${address}/web@^1.0`);
  assert.equal(version, '1.2.0');
  assert.equal(sourceText(pinned), `chart+${address}/web@1.2.0`);
  assert.deepEqual(
    found.map(({ path }) => path),
    ['Chart.yaml', 'templates/a.yaml'],
  );
  await assert.rejects(bring(`chart+${address}/web@2.x`), /version matching constraint "2.x" not found/);
});

test('resolvePackages() takes what the lock pins: other bytes, or another place, are refused', async () => {
  const request = { name: 'shop', from: { path: './own' } };
  const [first] = await resolvePackages([request], emptyLock(), how());
  assert.ok(first);
  assert.deepEqual(first.entry, entryOf(first.definition, await bring('./own')));
  const lock = { ...emptyLock(), packages: { shop: first.entry } };
  await write({ 'own/a.yaml': configMap('a', '2') });
  await assert.rejects(
    resolvePackages([request], lock, how()),
    /package shop: the files at \.\/own have sha256:.*, not sha256:/,
  );
  const [upgraded] = await resolvePackages([request], lock, { ...how(), upgrade: () => true });
  assert.notEqual(upgraded?.entry.digest, first.entry.digest);
  const moved = { name: 'shop', from: { path: './other' } };
  await assert.rejects(
    resolvePackages([moved], lock, how()),
    /the lock has it from \.\/own, the definition from \.\/other/,
  );
});
