import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunkEnd } from './chunk-end.ts';

const rows: { body: string; used: number | 'bad'; because: string }[] = [
  { body: '5\r\nhello\r\n0\r\n\r\n', used: 15, because: 'one chunk' },
  { body: '0\r\n\r\n', used: 5, because: 'none' },
  { body: 'a\r\n0123456789\r\n0\r\n\r\nmore', used: 20, because: 'what follows is not the body' },
  { body: '1\r\nx\r\n0\r\nTrailer: y\r\n\r\n', used: 23, because: 'trailers belong to it' },
  { body: '5\r\nhelloX\n0\r\n\r\n', used: 'bad', because: 'a chunk ends with CR LF' },
  { body: '5\nhello\r\n0\r\n\r\n', used: 'bad', because: 'so does its size' },
  { body: '5;ext=1\r\nhello\r\n0\r\n\r\n', used: 'bad', because: 'extensions are for the full parser' },
  { body: '+5\r\nhello\r\n0\r\n\r\n', used: 'bad', because: 'a size has hex digits only' },
  { body: '0x5\r\nhello\r\n0\r\n\r\n', used: 'bad', because: 'and no prefix' },
  { body: '123456789\r\n', used: 'bad', because: 'no chunk has 4 GiB' },
  { body: '0\r\nbad trailer\r\n\r\n', used: 'bad', because: 'a trailer has a name' },
];
for (const { body, used, because } of rows) {
  test(`chunkEnd() says ${used} of ${JSON.stringify(body)}: ${because}`, () => {
    assert.equal(chunkEnd().feed(Buffer.from(body)), used);
    assert.equal(inPieces(body), used, 'byte by byte');
  });
}

function inPieces(body: string): number | 'bad' {
  const end = chunkEnd();
  let all = 0;
  for (const byte of Buffer.from(body)) {
    if (end.isOver) return all;
    const used = end.feed(Buffer.of(byte));
    if (used === 'bad') return used;
    all += used;
  }
  return all;
}
