import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLog, systemClock, systemRandom } from '@slipway/api';
import { openDataFolder } from './data-folder.ts';
import { openKeyFile } from './keys/key-file.ts';
import { openStore } from './open-store.ts';

const ROUNDS = Number(process.env.SLIPWAY_CRASH_ROUNDS ?? 6);
const ports = { clock: systemClock, random: systemRandom };

/** What the last acknowledged write to each key left: a step, or `gone`. */
type Acknowledged = Map<string, { value: string; version: number }>;

/** Runs the writer on the folder, kills it a random time after its first write, returns what it noted. */
async function writeAndKill(place: string, round: number): Promise<string> {
  const fixture = fileURLToPath(new URL('./crash.fixture.ts', import.meta.url));
  const notes = join(place, `acknowledged-${round}`);
  const child = spawn(process.execPath, [fixture, place, notes], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  await delay(Math.random() * 250);
  child.kill('SIGKILL');
  const [code] = await closed;
  assert.equal(code, null, 'the writer ended by itself');
  return readFileSync(notes, 'utf8');
}

function take(acknowledged: Acknowledged, printed: string): number {
  // The last line may be cut: it was not fully told, so it counts as not acknowledged.
  const lines = printed.split('\n').slice(0, -1);
  for (const line of lines) {
    const [resource, key, value = '', version] = line.split(' ');
    acknowledged.set(`${resource} ${key}`, { value, version: Number(version) });
  }
  return lines.length;
}

test(`a store whose process is killed ${ROUNDS} times holds every acknowledged write and an unbroken audit chain`, async t => {
  const place = mkdtempSync(join(tmpdir(), 'slipway-crash-'));
  t.after(() => rmSync(place, { recursive: true, force: true }));
  let total = 0;
  for (let round = 0; round < ROUNDS; round++) {
    // Keys not written in this round may have been changed by unacknowledged writes of the last one: start afresh.
    const acknowledged: Acknowledged = new Map();
    total += take(acknowledged, await writeAndKill(place, round));
    await check(place, acknowledged);
  }
  assert.ok(total > ROUNDS, `only ${total} writes were acknowledged`);
  t.diagnostic(`${total} acknowledged writes`);
});

async function check(place: string, acknowledged: Acknowledged): Promise<void> {
  const folder = openDataFolder({ path: join(place, 'data'), ...ports });
  const keys = openKeyFile({ path: join(place, 'keys'), random: systemRandom });
  const store = await openStore({ folder, keys, ...ports, log: silentLog });
  try {
    for (const [where, { value, version }] of acknowledged) {
      const [resource = '', key = ''] = where.split(' ');
      const entry = store.get(resource, key);
      // A later write of the same key may have been committed and not told.
      if (entry && entry.resourceVersion > version) continue;
      const found = entry ? String((JSON.parse(entry.text) as { step: number }).step) : 'gone';
      const later = value !== 'gone' && found === 'gone' && (await wasRemoved(store.audit, key, version));
      assert.ok(found === value || later, `${where}: acknowledged ${value}, found ${found}`);
      assert.ok(version <= store.resourceVersion, `${where}: the version went back`);
    }
    const verdict = await store.audit.verify();
    assert.deepEqual(verdict.intact, true, JSON.stringify(verdict));
  } finally {
    await store.close();
    folder.release();
  }
}

/** A removal that was committed but not told has left its audit record. */
async function wasRemoved(
  audit: { search(filter: { object: string; limit: number }): Promise<{ resourceVersion?: number }[]> },
  key: string,
  version: number,
): Promise<boolean> {
  const [newest] = await audit.search({ object: key, limit: 1 });
  return (newest?.resourceVersion ?? 0) > version;
}
