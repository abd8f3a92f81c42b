import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { listeners, listening } from './listeners.ts';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0
   2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0
`;

test('listening() gives the listening sockets of those inodes, and no connections', () => {
  assert.deepEqual(listening(TABLE, new Set(['111', '333'])), [{ address: '0100007F', port: 8080 }]);
  assert.deepEqual(listening(TABLE, new Set(['222'])), [{ address: '00000000', port: 22 }]);
  assert.deepEqual(listening('', new Set(['111'])), []);
});

const binds: { host: string; result: string; because: string }[] = [
  { host: '127.0.0.1', result: 'ok', because: 'it is loopback' },
  { host: '::1', result: 'ok', because: 'it is loopback, too' },
  { host: '0.0.0.0', result: 'bad', because: 'everybody reaches it' },
  { host: '::', result: 'bad', because: 'everybody reaches it' },
];
for (const { host, result, because } of binds) {
  test(`listeners() finds a socket on ${host} ${result}: ${because}`, {
    skip: process.platform === 'linux' ? false : 'needs /proc',
  }, async t => {
    const server = createServer();
    const failed = await new Promise<Error | undefined>(resolve => {
      server.once('error', resolve);
      server.listen(0, host, () => resolve(undefined));
    });
    if (failed) return t.skip(failed.message);
    try {
      assert.equal((await listeners(process.pid).look(new AbortController().signal)).result, result);
    } finally {
      server.close();
    }
  });
}
