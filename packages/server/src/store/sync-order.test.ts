import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CALLS = 'trace=write,pwrite64,fsync,fdatasync';

/** Why system calls cannot be traced here; undefined when they can. */
async function untraceable(): Promise<string | undefined> {
  const found = await promisify(execFile)('strace', ['-o', '/dev/null', 'true']).then(
    () => true,
    () => false,
  );
  return found ? undefined : 'strace is not installed or may not trace';
}

/** The system calls of a process that writes one object after the other and notes each when it is acknowledged. */
async function traceOfWrites(place: string, wanted: number): Promise<string[]> {
  const [trace, notes] = [join(place, 'trace'), join(place, 'acknowledged')];
  const fixture = fileURLToPath(new URL('./crash.fixture.ts', import.meta.url));
  const command = ['-f', '-y', '-e', CALLS, '-o', trace, process.execPath, fixture, place, notes, '1'];
  const child = spawn('strace', command, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  while (readFileSync(notes, 'utf8').split('\n').length <= wanted) await delay(20);
  // The group: strace alone would leave the process it traces behind.
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await closed;
  return readFileSync(trace, 'utf8').split('\n');
}

interface Order {
  acknowledged: number;
  /** Acknowledgements before which the log was not written, or not synced after its last write. */
  early: string[];
}

/** Only one write is under way at a time: what is logged between two notes belongs to the second. */
function orderIn(lines: string[]): Order {
  const order: Order = { acknowledged: 0, early: [] };
  let [logged, synced] = [false, false];
  for (const line of lines) {
    if (/pwrite64\(\d+<[^>]*-wal>/.test(line)) [logged, synced] = [true, false];
    if (/(fdatasync|fsync)\(\d+<[^>]*-wal>\)\s+= 0|<\.\.\. (fdatasync|fsync) resumed>\)\s+= 0/.test(line)) {
      synced = logged;
    }
    if (!/ write\(\d+<[^>]*acknowledged>/.test(line)) continue;
    order.acknowledged++;
    // What was not there needs no removal, and nothing is logged of it.
    const nothing = !logged && / gone /.test(line);
    if (!synced && !nothing) order.early.push(line);
    [logged, synced] = [false, false];
  }
  return order;
}

test('no write is acknowledged before its bytes are synced, as the kernel saw it', async t => {
  const reason = await untraceable();
  if (reason !== undefined) return t.skip(reason);
  const place = mkdtempSync(join(tmpdir(), 'slipway-trace-'));
  t.after(() => rmSync(place, { recursive: true, force: true }));
  const { acknowledged, early } = orderIn(await traceOfWrites(place, 100));
  assert.ok(acknowledged >= 100, `${acknowledged} acknowledgements in the trace`);
  assert.deepEqual(early, []);
});

test('the trace of a store that does not wait would be told', () => {
  const written = '1 pwrite64(7</d/objects.sqlite-wal>, "", 24, 0) = 24';
  const synced = '1 fdatasync(7</d/objects.sqlite-wal>)    = 0';
  const noted = '2 write(9</d/acknowledged>, "/things", 7) = 7';
  assert.deepEqual(orderIn([written, synced, noted]).early, []);
  assert.deepEqual(orderIn([noted]).early, [noted]);
  assert.deepEqual(orderIn([written, noted, synced]).early, [noted]);
  assert.deepEqual(orderIn([written, synced, written, noted]).early, [noted]);
});
