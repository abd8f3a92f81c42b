import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { after, test } from 'node:test';
import { systemClock } from '@slipway/api';
import { createLogNews, openLogFile } from './log-file.ts';
import { readLog } from './log-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'logs-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const news = createLogNews();
const options = { clock: systemClock, news };
const signal = new AbortController().signal;

async function read(file: string, wanted = {}, isOpen = () => false): Promise<string> {
  let text = '';
  for await (const chunk of readLog(file, wanted, { ...options, isOpen, signal }))
    text += Buffer.from(chunk).toString();
  return text;
}

test('a log gives back what was written, in whole and in part', async () => {
  const file = join(folder, 'a.log');
  const log = await openLogFile(file, options);
  await log.take(Readable.from([Buffer.from('one\ntwo\nhalf')]), 'stdout', () => {});
  await log.close();
  assert.equal(await read(file), 'one\ntwo\nhalf', 'a last line without an end stays so');
  assert.equal(await read(file, { tailLines: 2 }), 'two\nhalf');
  assert.equal(await read(file, { tailLines: 0 }), '');
  assert.equal(await read(file, { limitBytes: 5 }), 'one\nt');
  assert.equal(await read(file, { sinceSeconds: 0 }), '');
  assert.match(
    await read(file, { timestamps: true, tailLines: 1 }),
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z half$/,
  );
});

test('a character that comes in two pieces stays one', async () => {
  const file = join(folder, 'b.log');
  const log = await openLogFile(file, options);
  const bytes = Buffer.from('grün\n');
  await log.take(Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]), 'stdout', () => {});
  await log.close();
  assert.equal(await read(file), 'grün\n');
});

test('following sees what comes, until the container ends', async () => {
  const file = join(folder, 'c.log');
  const log = await openLogFile(file, options);
  const output = new PassThrough();
  const taken = log.take(output, 'stdout', () => {});
  let open = true;
  const followed = read(file, { follow: true }, () => open);
  output.write('first\n');
  await new Promise(resolve => setImmediate(resolve));
  output.end('last\n');
  await taken;
  open = false;
  await log.close();
  assert.equal(await followed, 'first\nlast\n');
});

test('a log is bounded', async () => {
  const file = join(folder, 'd.log');
  const log = await openLogFile(file, options);
  const line = `${'x'.repeat(8000)}\n`;
  const many = Array.from({ length: 4000 }, () => Buffer.from(line));
  await log.take(Readable.from(many), 'stdout', () => {});
  await log.close();
  assert.ok(existsSync(`${file}.1`));
  assert.ok(statSync(file).size + statSync(`${file}.1`).size < 25 * 2 ** 20);
});
