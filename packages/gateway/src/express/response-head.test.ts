import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseResponseHead } from './response-head.ts';

const rows: {
  text: string;
  method?: string;
  body: number | 'chunked' | 'more' | 'unusual';
  because: string;
}[] = [
  { text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', body: 5, because: 'a length' },
  { text: 'HTTP/1.1 200\r\nContent-Length: 5\r\n\r\n', body: 5, because: 'the reason may be missing' },
  {
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n',
    body: 'chunked',
    because: 'its own framing',
  },
  { text: 'HTTP/1.1 204 No Content\r\n\r\n', body: 0, because: '204 has none' },
  {
    text: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
    body: 0,
    because: 'a length of what is not sent',
  },
  { text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', method: 'HEAD', body: 0, because: 'HEAD has none' },
  { text: 'HTTP/1.1 200 OK\r\nContent-Le', body: 'more', because: 'it is not whole' },
  { text: 'HTTP/1.1 200 OK\r\n\r\n', body: 'unusual', because: 'only the connection’s end would tell' },
  { text: 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n', body: 'unusual', because: 'HTTP/1.0' },
  { text: 'HTTP/1.1 103 Early Hints\r\n\r\n', body: 'unusual', because: 'an interim answer' },
  {
    text: 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    body: 'unusual',
    because: 'nobody asked for another protocol',
  },
  {
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
    body: 'unusual',
    because: 'two framings contradict each other',
  },
  {
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n',
    body: 'unusual',
    because: 'two lengths, even if equal',
  },
  {
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n',
    body: 'unusual',
    because: 'a list is no length',
  },
  { text: 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n', body: 'unusual', because: 'nor is that' },
  {
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
    body: 'unusual',
    because: 'two codings',
  },
  {
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: a\n\r\n\r\n',
    body: 'unusual',
    because: 'a bare line feed',
  },
];
for (const { text, method = 'GET', body, because } of rows) {
  test(`parseResponseHead() says ${body} of ${method} ${JSON.stringify(text)}: ${because}`, () => {
    const head = parseResponseHead(Buffer.from(text), method);
    assert.equal(typeof head === 'string' ? head : head.body, body);
  });
}
