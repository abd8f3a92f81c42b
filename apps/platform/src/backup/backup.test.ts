// What a platform sets aside, packs and restores, over a store, repositories and blobs of its own; no platform runs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLog, systemClock, systemRandom } from '@slipway/api';
import { checkArchive, createArchive } from '@slipway/oci';
import { openDataFolder, openKeyFile, openStore, rotateKeyFile, type Store } from '@slipway/server';
import { encodeBech32 } from '../age/bech32.ts';
import { recipientOf } from '../age/x25519.ts';
import { BACKUP_FORMAT, macWith } from './backup-format.ts';
import { packBackup } from './pack.ts';
import { restoreBackup } from './restore.ts';
import { stage } from './stage.ts';

const ports = { clock: systemClock, random: systemRandom };
const secret = systemRandom.bytes(32);
const identity = encodeBech32('age-secret-key-', secret).toUpperCase();
const lock = { recipients: [recipientOf(secret)] };
const opener = { identity };

interface Place {
  folder: string;
  data: string;
  id: string;
  keys: string;
  store: Store;
}

async function place(t: TestContext): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-backup-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [data, keys] = [join(folder, 'data'), join(folder, 'keys')];
  const opened = openDataFolder({ path: data, ...ports });
  const key = openKeyFile({ path: join(keys, opened.id), random: systemRandom });
  const store = await openStore({ folder: opened, keys: key, ...ports, log: silentLog });
  t.after(() => store.close().then(() => opened.release()));
  await put(store, 'one');
  await put(store, 'sealed', '/secrets');
  makeRepository(join(data, 'engines/gitea/repositories/default/shop.git'));
  makeRepository(join(data, 'engines/gitea/repositories/default/empty.git'), { empty: true });
  writeBlob(data, 'a blob');
  mkdirSync(join(data, 'engines/registry/runs/x'), { recursive: true });
  writeFileSync(join(data, 'engines/registry/catalog.jsonl'), '{"op":"blob"}\n');
  writeFileSync(join(data, 'engines/registry/runs/x/out'), 'output');
  writeFileSync(join(data, 'local-admin.token'), 'not to leave this machine');
  return { folder, data, id: opened.id, keys, store };
}

function put(store: Store, name: string, resource = '/things'): Promise<unknown> {
  const object = { apiVersion: 'v1', kind: 'Thing', metadata: { name }, data: { canary: 'canary-0815' } };
  const audit = {
    ...{ actor: 'ann', door: 'api', verb: 'create', resource, object: name },
    ...{ source: 'test', outcome: 'allowed' as const },
  };
  return store.write({ resource, key: `a/${name}`, audit, decide: () => ({ change: 'put', object }) });
}

function git(args: string[], cwd: string): string {
  const person = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'gc.auto=0'];
  return execFileSync('git', [...person, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function makeRepository(path: string, { empty = false } = {}): void {
  mkdirSync(path, { recursive: true });
  git(['init', '--bare', '--quiet', '--initial-branch=trunk', '.'], path);
  if (empty) return;
  const work = `${path}.work`;
  mkdirSync(work);
  git(['init', '--quiet', '--initial-branch=trunk', '.'], work);
  writeFileSync(join(work, 'a.txt'), 'first');
  git(['add', '.'], work);
  git(['commit', '--quiet', '-m', 'first'], work);
  git(['tag', '-a', 'v1', '-m', 'one'], work);
  git(['push', '--quiet', path, 'trunk', 'v1', 'trunk:refs/pull/1/head', 'trunk:refs/slipway/keep'], work);
  rmSync(work, { recursive: true });
}

function writeBlob(data: string, text: string): void {
  const folder = join(data, 'blobs/sha256');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, createHash('sha256').update(text).digest('hex')), text);
}

const kept = new Map([
  ['gitea', { repositories: ['repositories'] }],
  ['registry', { files: ['catalog.jsonl', 'runs', 'missing.json'] }],
]);

async function backUp({ data, store, id, keys, folder }: Place, name = 'one.backup'): Promise<string> {
  const platform = { id, name: 'acme', domain: 'acme.localhost' };
  const staged = await stage(
    { data, store, platform, kept, clock: systemClock, log: silentLog },
    process.pid,
  );
  const file = join(folder, name);
  await packBackup({ folder: staged.folder, file, keysFolder: keys, lock, ...ports, progress: () => {} });
  return file;
}

function restore(from: Place, file: string, more: Partial<Parameters<typeof restoreBackup>[0]> = {}) {
  const data = join(from.folder, 'second');
  const keysFolder = join(from.folder, 'other-keys');
  return restoreBackup({ file, data, keysFolder, opener, ...ports, progress: () => {}, ...more });
}

test('a backup restores elsewhere: objects, secrets, audit, every reference, files, blobs and the id', async t => {
  const from = await place(t);
  const file = await backUp(from);
  await put(from.store, 'later');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(from.data, 'backup')), [], 'nothing that was set aside is left');
  const text = readFileSync(file);
  for (const never of [
    'not to leave this machine',
    readFileSync(join(from.keys, from.id), 'utf8').slice(20, 90),
  ])
    assert.ok(!text.includes(never), 'no token and no key stands in it');
  const restored = await restore(from, file);
  assert.equal(restored.about.platform.id, from.id);
  assert.equal(restored.audit.records, 2);
  assert.equal(restored.audit.head, restored.about.audit?.hash);
  const folder = openDataFolder({ path: restored.data, ...ports });
  assert.equal(folder.id, from.id);
  const keys = openKeyFile({ path: join(from.folder, 'other-keys', folder.id), random: systemRandom });
  const store = await openStore({ folder, keys, ...ports, log: silentLog });
  assert.deepEqual(
    [...store.snapshot('/things').entries({ prefix: '' })].map(each => each.key),
    ['a/one'],
  );
  assert.match(store.get('/secrets', 'a/sealed')?.text ?? '', /canary-0815/);
  await store.close();
  folder.release();
  const repository = 'engines/gitea/repositories/default/shop.git';
  const refs = (base: string) => git(['for-each-ref'], join(base, repository));
  assert.equal(refs(restored.data), refs(from.data));
  assert.equal(git(['symbolic-ref', 'HEAD'], join(restored.data, repository)), 'refs/heads/trunk\n');
  git(['fsck', '--strict'], join(restored.data, repository));
  const empty = join(restored.data, 'engines/gitea/repositories/default/empty.git');
  assert.equal(git(['symbolic-ref', 'HEAD'], empty), 'refs/heads/trunk\n');
  assert.equal(readFileSync(join(restored.data, 'engines/registry/runs/x/out'), 'utf8'), 'output');
  assert.equal(
    readFileSync(join(restored.data, 'engines/registry/catalog.jsonl'), 'utf8'),
    '{"op":"blob"}\n',
  );
  assert.equal(readdirSync(join(restored.data, 'blobs/sha256')).length, 1);
  assert.ok(!existsSync(join(restored.data, 'local-admin.token')), 'tokens are made anew');
});

test('a restore that cannot be leaves nothing, and says why', async t => {
  const from = await place(t);
  const file = await backUp(from);
  const other = encodeBech32('age-secret-key-', systemRandom.bytes(32)).toUpperCase();
  const full = join(from.folder, 'full');
  mkdirSync(full);
  writeFileSync(join(full, 'mine.txt'), 'x');
  const rows: { more: Parameters<typeof restore>[2]; file?: string; code: string; because: RegExp }[] = [
    { more: { opener: { identity: other } }, code: 'AgeLocked', because: /other recipients/ },
    { more: { opener: { passphrase: 'a wrong passphrase' } }, code: 'AgeLocked', because: /identity file/ },
    { more: { opener: undefined }, code: 'KeyMissing', because: /--passphrase-file or --identity-file/ },
    { more: { data: full }, code: 'FolderNotEmpty', because: /is not empty \(mine\.txt\); give/ },
    { more: { data: join(full, 'mine.txt') }, code: 'FolderNotEmpty', because: /a file of that name/ },
    {
      more: {},
      file: await forged(from, { dataFormat: 2 }),
      code: 'FormatUnknown',
      because: /format 2, newer/,
    },
    {
      more: {},
      file: await forged(from, { platform: { id: '../x' } }),
      code: 'ArchiveDamaged',
      because: /no platform/,
    },
    {
      more: {},
      file: await forged(from, {}, 'bin/sh'),
      code: 'ArchiveDamaged',
      because: /bin\/sh is no part/,
    },
  ];
  for (const { more, file: own, code, because } of rows) {
    await assert.rejects(restore(from, own ?? file, more), { code, message: because });
  }
  const key = await foreignKey(from, file);
  await assert.rejects(restore(from, file, { keysFolder: key }), {
    code: 'KeyDiffers',
    message: /another key/,
  });
  assert.deepEqual(
    readdirSync(from.folder).filter(name => /second|restoring/.test(name)),
    [],
  );
});

/** An archive with a right manifest over wrong things, as somebody would make it who has no key. */
async function forged(from: Place, about: object, part = 'format.json'): Promise<string> {
  const file = join(from.folder, `forged-${Object.keys(about)}-${part.replace('/', '-')}`);
  const archive = await createArchive(file, { pid: process.pid, clock: systemClock });
  await archive.add(part, Buffer.from('{}'));
  const platform = { id: from.id, name: 'x', domain: 'x' };
  const whole = { platform, dataFormat: 1, at: '2026-01-01T00:00:00Z', ...about };
  await archive.finish({ format: BACKUP_FORMAT, created: whole.at, about: whole });
  return file;
}

async function foreignKey(from: Place, file: string): Promise<string> {
  const folder = join(from.folder, 'foreign');
  openKeyFile({ path: join(folder, from.id), random: systemRandom });
  assert.ok(await checkArchive(file, BACKUP_FORMAT));
  return folder;
}

test('a manifest that was changed without the key is refused, though every digest fits', async t => {
  const from = await place(t);
  const file = await forged(from, {});
  await assert.rejects(restore(from, file, { keysFolder: from.keys, opener: undefined }), {
    code: 'ArchiveDamaged',
    message: /not written with this platform's key/,
  });
});

test('a machine that has the key, or a newer one, needs no passphrase and keeps its own', async t => {
  const from = await place(t);
  const file = await backUp(from);
  rotateKeyFile({ path: join(from.keys, from.id), random: systemRandom });
  const key = readFileSync(join(from.keys, from.id), 'utf8');
  const restored = await restore(from, file, { keysFolder: from.keys, opener: undefined });
  assert.equal(restored.audit.records, 2);
  assert.equal(readFileSync(join(from.keys, from.id), 'utf8'), key);
  assert.deepEqual(readdirSync(from.keys), [from.id]);
});

test('stage() removes what was set aside for processes that are gone', async t => {
  const from = await place(t);
  mkdirSync(join(from.data, 'backup/2147483646-left'), { recursive: true });
  await backUp(from);
  assert.deepEqual(readdirSync(join(from.data, 'backup')), []);
  assert.ok(await macWith(join(from.keys, from.id), systemRandom));
});
