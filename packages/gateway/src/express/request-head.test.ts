import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRequestHead } from './request-head.ts';

const host = 'Host: a.test\r\n';
const rows: { text: string; isPlain: boolean; because: string }[] = [
  { text: `GET / HTTP/1.1\r\n${host}\r\n`, isPlain: true, because: 'the plainest request there is' },
  { text: `HEAD /x?y=%20 HTTP/1.1\r\n${host}\r\n`, isPlain: true, because: 'HEAD has no body either' },
  { text: `GET / HTTP/1.1\r\n${host}X: \r\n\r\n`, isPlain: true, because: 'a value may be empty' },
  {
    text: `GET / HTTP/1.1\r\n${host}X: a\tb c \r\n\r\n`,
    isPlain: true,
    because: 'space inside and at the end',
  },
  {
    text: `GET / HTTP/1.1\r\n${host}Connection: Keep-Alive\r\n\r\n`,
    isPlain: true,
    because: 'it is the rule',
  },
  { text: `POST / HTTP/1.1\r\n${host}\r\n`, isPlain: false, because: 'it may have a body' },
  { text: `GET / HTTP/1.0\r\n${host}\r\n`, isPlain: false, because: 'HTTP/1.0 ends its connections' },
  {
    text: `GET http://a.test/ HTTP/1.1\r\n${host}\r\n`,
    isPlain: false,
    because: 'the absolute form names a host too',
  },
  { text: `GET  / HTTP/1.1\r\n${host}\r\n`, isPlain: false, because: 'one space, not two' },
  { text: `GET /\x7f HTTP/1.1\r\n${host}\r\n`, isPlain: false, because: 'a control character in the path' },
  { text: 'GET / HTTP/1.1\r\n\r\n', isPlain: false, because: 'no Host' },
  { text: `GET / HTTP/1.1\r\n${host}${host}\r\n`, isPlain: false, because: 'two Hosts' },
  {
    text: `GET / HTTP/1.1\r\n${host}A: 1\r\na: 2\r\n\r\n`,
    isPlain: false,
    because: 'a field twice, in any case',
  },
  {
    text: `GET / HTTP/1.1\r\n${host}__proto__: 1\r\n\r\n`,
    isPlain: false,
    because: 'no name of an object of ours',
  },
  {
    text: `GET / HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`,
    isPlain: false,
    because: 'it speaks of a body',
  },
  {
    text: `GET / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`,
    isPlain: false,
    because: 'a body follows',
  },
  {
    text: `GET / HTTP/1.1\r\n${host}Upgrade: websocket\r\n\r\n`,
    isPlain: false,
    because: 'another protocol',
  },
  {
    text: `GET / HTTP/1.1\r\n${host}Expect: 100-continue\r\n\r\n`,
    isPlain: false,
    because: 'an interim answer',
  },
  {
    text: `GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    isPlain: false,
    because: 'the connection ends',
  },
  {
    text: `GET / HTTP/1.1\r\n${host}X : 1\r\n\r\n`,
    isPlain: false,
    because: 'space before the colon (RFC 9112, 5.1)',
  },
  { text: `GET / HTTP/1.1\r\n${host}X: 1\r\n folded\r\n\r\n`, isPlain: false, because: 'obsolete folding' },
  { text: `GET / HTTP/1.1\r\n${host}X: 1\nY: 2\r\n\r\n`, isPlain: false, because: 'a bare line feed' },
  { text: `GET / HTTP/1.1\r\n${host}X: 1\rY: 2\r\n\r\n`, isPlain: false, because: 'a bare carriage return' },
  { text: `GET / HTTP/1.1\r\n${host}X: \0\r\n\r\n`, isPlain: false, because: 'a NUL in a value' },
  { text: `GET / HTTP/1.1\n${host}\r\n`, isPlain: false, because: 'lines end with both' },
  { text: `\r\nGET / HTTP/1.1\r\n${host}\r\n`, isPlain: false, because: 'an empty line before it' },
  { text: `GET / HTTP/1.1\r\n${host}`, isPlain: false, because: 'it is not whole' },
  {
    text: `GET / HTTP/1.1\r\n${host}\r\nGET /admin HTTP/1.1\r\n${host}\r\n`,
    isPlain: false,
    because: 'a second request behind it',
  },
  {
    text: `GET / HTTP/1.1\r\n${host}\r\nX: 1\r\n\r\n`,
    isPlain: false,
    because: 'an empty line in the middle',
  },
];
for (const { text, isPlain, because } of rows) {
  const verdict = isPlain ? 'takes' : 'leaves to node:http';
  test(`parseRequestHead() ${verdict} ${JSON.stringify(text)}: ${because}`, () => {
    assert.equal(parseRequestHead(Buffer.from(text, 'latin1'), {}) !== undefined, isPlain);
  });
}

test('parseRequestHead() keeps names as they came and looks them up in lower case', () => {
  const head = parseRequestHead(Buffer.from(`GET /p?q HTTP/1.1\r\n${host}X-Y:  z \r\n\r\n`), {});
  assert.deepEqual(head?.rawHeaders, ['Host', 'a.test', 'X-Y', 'z']);
  assert.equal(head?.headers['x-y'], 'z');
  assert.equal(head?.url, '/p?q');
});

test('parseRequestHead() takes time in proportion to what it is given', () => {
  const spaces = `GET / HTTP/1.1\r\n${host}X: a${' \t'.repeat(12_000)}\0\r\n\r\n`;
  const began = performance.now();
  assert.equal(parseRequestHead(Buffer.from(spaces), {}), undefined);
  // Quadratic would be seconds.
  assert.ok(performance.now() - began < 1000);
});
