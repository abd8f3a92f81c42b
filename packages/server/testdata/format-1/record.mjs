// Writes this folder anew: `node packages/server/testdata/format-1/record.mjs`. It was run once, when the format was
// made; running it again would show only that this program reads what it writes itself.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLog, systemClock, systemRandom } from '@slipway/api';
import { openDataFolder } from '../../src/store/data-folder.ts';
import { databaseFile } from '../../src/store/database.ts';
import { passphraseKeys } from '../../src/store/keys/passphrase-keys.ts';
import { openStore } from '../../src/store/open-store.ts';

const place = mkdtempSync(join(tmpdir(), 'slipway-format-'));
const folder = openDataFolder({ path: place, clock: systemClock, random: systemRandom });
const keys = await passphraseKeys({
  passphrase: 'the fixture of format 1',
  platformId: folder.id,
  random: systemRandom,
});
const store = await openStore({ folder, keys, clock: systemClock, random: systemRandom, log: silentLog });
const objects = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'plain' }, data: { a: 'b' } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'text' }, data: { t: "it's\n“quoted”" } },
  { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'default', name: 'sealed' }, data: { k: 'dmFsdWU=' } },
];
for (const object of objects) {
  const key = `default/${object.metadata.name}`;
  await store.write({
    resource: `/${object.kind.toLowerCase()}s`,
    key,
    audit: { actor: 'recorder', door: 'api', verb: 'create', resource: object.kind, object: key, source: 'here', outcome: 'allowed' },
    decide: () => ({ change: 'put', object }),
  });
}
await store.close();
folder.release();

const database = new DatabaseSync(databaseFile(place));
const value = item => {
  if (item === null) return 'NULL';
  if (item instanceof Uint8Array) return `X'${Buffer.from(item).toString('hex')}'`;
  return typeof item === 'string' ? `'${item.replaceAll("'", "''")}'` : String(item);
};
const lines = [];
for (const { name, sql } of database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").all()) {
  lines.push(`${sql.replace(/\s+/g, ' ')};`);
  for (const row of database.prepare(`SELECT * FROM ${name}`).all())
    lines.push(`INSERT INTO ${name} VALUES (${Object.values(row).map(value).join(', ')});`);
}
database.close();
const here = new URL('./', import.meta.url);
writeFileSync(new URL('objects.sql', here), `${lines.join('\n')}\n`);
writeFileSync(new URL('format.json', here), readFileSync(join(place, 'format.json')));
rmSync(place, { recursive: true });
