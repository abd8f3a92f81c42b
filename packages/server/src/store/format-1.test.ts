// A data folder of format 1, as it was written when that format was made, must always open.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { silentLog, systemClock, systemRandom } from '@slipway/api';
import { openDataFolder } from './data-folder.ts';
import { databaseFile } from './database.ts';
import { passphraseKeys } from './keys/passphrase-keys.ts';
import { openStore } from './open-store.ts';

const fixture = new URL('../../testdata/format-1/', import.meta.url);

test('a folder of format 1 opens: every object, sealed ones too, and the audit is whole', async t => {
  const place = mkdtempSync(join(tmpdir(), 'slipway-format-'));
  t.after(() => rmSync(place, { recursive: true, force: true }));
  cpSync(new URL('format.json', fixture), join(place, 'format.json'));
  const database = new DatabaseSync(databaseFile(place));
  database.exec(readFileSync(new URL('objects.sql', fixture), 'utf8'));
  database.close();
  const ports = { clock: systemClock, random: systemRandom };
  const folder = openDataFolder({ path: place, ...ports });
  const passphrase = 'the fixture of format 1';
  const keys = await passphraseKeys({ passphrase, platformId: folder.id, random: systemRandom });
  const store = await openStore({ folder, keys, ...ports, log: silentLog });
  t.after(async () => {
    await store.close();
    folder.release();
  });
  const data = (resource: string) =>
    [...store.snapshot(resource).entries({ prefix: '' })].map(({ key, text }) => [
      key,
      JSON.parse(text).data,
    ]);
  assert.deepEqual(data('/configmaps'), [
    ['default/plain', { a: 'b' }],
    ['default/text', { t: "it's\n“quoted”" }],
  ]);
  assert.deepEqual(data('/secrets'), [['default/sealed', { k: 'dmFsdWU=' }]]);
  assert.equal(store.resourceVersion, 3);
  const verdict = await store.audit.verify();
  assert.equal(verdict.intact, true);
  assert.equal(verdict.records, 3);
});
