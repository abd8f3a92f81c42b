import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ADA } from './testbed.ts';

/** A registry in a process of its own, that can be killed. */
async function startProcess(folder: string): Promise<{ port: number; child: ChildProcess }> {
  const child = fork(new URL('./testdata/registry-process.ts', import.meta.url), [folder], {
    stdio: 'inherit',
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', message => resolve(Number(message)));
    child.once('exit', code => reject(new Error(`the registry ended with ${code}`)));
  });
  return { port, child };
}

function kill(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

function call(
  port: number,
  method: string,
  path: string,
  body?: Buffer,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: ADA, 'content-length': String(body?.length ?? 0) };
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers, agent: false },
      async answer => {
        const pieces: Buffer[] = [];
        for await (const piece of answer) pieces.push(piece);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const digestOf = (content: Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

test('a registry that is killed in the middle of an upload loses nothing it acknowledged', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-crash-'));
  let running = await startProcess(folder);
  try {
    const blob = Buffer.from('acknowledged before the kill');
    const whole = await call(
      running.port,
      'POST',
      `/v2/acme/app/blobs/uploads/?digest=${digestOf(blob)}`,
      blob,
    );
    assert.equal(whole.status, 201);
    const begun = await call(running.port, 'POST', '/v2/acme/app/blobs/uploads/');
    const first = Buffer.alloc(3 << 20, 'a');
    const second = Buffer.alloc(2 << 20, 'b');
    const one = await call(running.port, 'PATCH', String(begun.headers.location), first);
    assert.equal(one.status, 202);

    // The next piece is on its way when the process dies.
    const headers = { authorization: ADA, 'content-length': String(second.length) };
    const half = request({
      host: '127.0.0.1',
      port: running.port,
      method: 'PATCH',
      path: String(one.headers.location),
      headers,
    });
    half.on('error', () => {});
    await new Promise(resolve => half.write(second.subarray(0, 1 << 20), resolve));
    await kill(running.child);
    running = await startProcess(folder);

    const kept = await call(running.port, 'GET', `/v2/acme/app/blobs/${digestOf(blob)}`);
    assert.equal(kept.body.toString(), blob.toString());
    const where = await call(running.port, 'GET', String(one.headers.location));
    assert.equal(where.status, 204);
    const held = Number(String(where.headers.range).split('-')[1]) + 1;
    assert.ok(held >= first.length, `only ${held} bytes were kept`);
    const all = Buffer.concat([first, second]);
    const done = await call(
      running.port,
      'PUT',
      `${one.headers.location}?digest=${digestOf(all)}`,
      all.subarray(held),
    );
    assert.equal(done.status, 201, done.body.toString());
    const read = await call(running.port, 'GET', `/v2/acme/app/blobs/${digestOf(all)}`);
    assert.equal(digestOf(read.body), digestOf(all));
  } finally {
    await kill(running.child);
    await rm(folder, { recursive: true, force: true });
  }
});
