import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { after, before, test } from 'node:test';
import { checkGrpc } from './check-grpc.ts';

let server: Http2Server;
const health: Record<string, { status?: number; code: string; message?: string }> = {
  '': { status: 1, code: '0' },
  down: { status: 2, code: '0' },
  silent: { code: '0' },
  unknown: { code: '5', message: 'unknown%20service' },
  none: { code: '12', message: 'unknown service grpc.health.v1.Health' },
};

before(async () => {
  server = createServer().on('stream', answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(() => server.close());

/** As a gRPC server does: a frame, then the code in the trailers. */
function answer(stream: ServerHttp2Stream, headers: Record<string, unknown>): void {
  // Who gives up ends the connection.
  stream.on('error', () => {});
  assert.equal(headers[':path'], '/grpc.health.v1.Health/Check');
  stream.once('data', (frame: Buffer) => {
    const service = frame.subarray(7).toString();
    const reply = health[service];
    if (service === 'slow' || !reply) return;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () =>
      stream.sendTrailers({
        'grpc-status': reply.code,
        ...(reply.message ? { 'grpc-message': reply.message } : {}),
      }),
    );
    const message = reply.status === undefined ? [] : [8, reply.status];
    stream.end(Buffer.from([0, 0, 0, 0, message.length, ...message]));
  });
}

const rows = [
  { service: '', ok: true, message: /^$/, because: 'it serves' },
  {
    service: 'down',
    ok: false,
    message: /^service unhealthy \(responded with "NOT_SERVING"\)$/,
    because: 'it says no',
  },
  { service: 'silent', ok: false, message: /"UNKNOWN"/, because: 'the first value is not written' },
  {
    service: 'unknown',
    ok: false,
    message: /^health rpc probe failed: code 5: unknown service$/,
    because: 'not found',
  },
  {
    service: 'none',
    ok: false,
    message: /does not implement the grpc health protocol/,
    because: 'another server',
  },
];
for (const { service, ok, message, because } of rows) {
  test(`checkGrpc() of service ${JSON.stringify(service)} is ${ok ? 'good' : 'bad'}: ${because}`, async () => {
    const found = await checkGrpc(socket(), service, 5_000);
    assert.equal(found.ok, ok);
    assert.match(found.message, message);
  });
}

test('checkGrpc() gives up in time', async () => {
  await assert.rejects(checkGrpc(socket(), 'slow', 50), /deadline exceeded/);
});

function socket() {
  return connect((server.address() as AddressInfo).port, '127.0.0.1');
}
