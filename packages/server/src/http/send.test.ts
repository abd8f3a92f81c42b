import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Incoming, Pieces } from './exchange.ts';
import { send } from './send.ts';

const PIECES = 400;

/** Sends this body to one client; what the client does with it is up to the caller. */
async function sending(context: TestContext, body: Pieces, gzip: boolean) {
  const gone = new AbortController();
  const incoming = { method: 'GET', gzip } as Incoming;
  const server = createServer((_request, response: ServerResponse) => {
    response.on('close', () => gone.abort());
    sent = send({ status: 200, body }, { incoming, response, gone: gone.signal });
  });
  let sent: Promise<void> | undefined;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const request = get({ host: '127.0.0.1', port, agent: false });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return { answer, request, sent: () => sent };
}

/** Small enough that the system takes many at once; `made` is called before each. */
function countedPieces(made: () => void): Pieces {
  function* pieces(): Generator<string> {
    for (let index = 0; index < PIECES; index++) {
      made();
      yield 'x'.repeat(1024);
    }
  }
  return { size: PIECES * 1024, [Symbol.iterator]: pieces };
}

test('send() lets others have their turns between the pieces of a list', async context => {
  let turns = 0;
  const seen = new Set<number>();
  let goes = true;
  const other = () => {
    turns++;
    if (goes) setImmediate(other);
  };
  other();
  const body = countedPieces(() => seen.add(turns));
  const { answer } = await sending(context, body, false);
  let size = 0;
  for await (const chunk of answer) size += chunk.length;
  goes = false;
  assert.equal(size, PIECES * 1024);
  assert.ok(seen.size > PIECES / 2, `${PIECES} pieces were made in ${seen.size} turns`);
});

test('send() makes no more pieces when the client has gone', async context => {
  let made = 0;
  function* endless(): Generator<string> {
    for (;;) {
      made++;
      yield 'x'.repeat(256 * 1024);
    }
  }
  const body = { size: Number.POSITIVE_INFINITY, [Symbol.iterator]: endless };
  const { answer, request, sent } = await sending(context, body, false);
  answer.on('error', () => {});
  request.on('error', () => {}).destroy();
  await sent();
  assert.ok(made > 0);
});

test('send() packs large lists only for those who take gzip', async context => {
  const packed = await sending(
    context,
    countedPieces(() => {}),
    true,
  );
  assert.equal(packed.answer.headers['content-encoding'], 'gzip');
  packed.answer.resume();
  await packed.sent();
});
