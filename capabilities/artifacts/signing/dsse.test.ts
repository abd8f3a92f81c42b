import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IN_TOTO, opened, preAuthentication, sealed } from './dsse.ts';
import { platformKey } from './platform-key.ts';
import { wordKeys } from './signing.fixture.ts';

const golden: { type: string; body: string; bytes: string; because: string }[] = [
  {
    type: 'http://example.com/HelloWorld',
    body: 'hello world',
    bytes: 'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    because: 'it is the example of the specification',
  },
  { type: '', body: '', bytes: 'DSSEv1 0  0 ', because: 'nothing has a length, too' },
  {
    type: 'a',
    body: '1 b',
    bytes: 'DSSEv1 1 a 3 1 b',
    because: 'lengths keep type and body apart',
  },
  { type: 'ä', body: 'ö', bytes: 'DSSEv1 2 ä 2 ö', because: 'lengths are counted in bytes' },
];
for (const { type, body, bytes, because } of golden) {
  test(`preAuthentication() of ${JSON.stringify(type)} and ${JSON.stringify(body)}: ${because}`, () => {
    assert.equal(preAuthentication(type, Buffer.from(body)).toString(), bytes);
  });
}

test('opened() gives the payload to who has the key, and to nobody when one byte differs', async () => {
  const key = await platformKey(wordKeys('platform'), 'first');
  const other = await platformKey(wordKeys('platform'), 'second');
  const envelope = sealed(Buffer.from('{"a":1}'), key);
  assert.equal(envelope.payloadType, IN_TOTO);
  assert.equal(opened(envelope, key)?.toString(), '{"a":1}');
  const [{ sig = '' } = {}] = envelope.signatures;
  const forged = [
    { ...envelope, payload: Buffer.from('{"a":2}').toString('base64') },
    { ...envelope, payloadType: 'application/json' },
    { ...envelope, signatures: [{ sig: `${sig.startsWith('MEU') ? 'MEY' : 'MEU'}${sig.slice(3)}` }] },
    { ...envelope, signatures: [{ sig: '' }] },
    { ...envelope, signatures: [] },
  ];
  for (const each of forged) assert.equal(opened(each, key), undefined, JSON.stringify(each));
  assert.equal(opened(envelope, other), undefined, 'another name is another key');
});

test('platformKey() gives the same key for the same name, another for any other', async () => {
  const [a, again, b, elsewhere] = await Promise.all([
    platformKey(wordKeys('platform'), 'first'),
    platformKey(wordKeys('platform'), 'first'),
    platformKey(wordKeys('platform'), 'second'),
    platformKey(wordKeys('another platform'), 'first'),
  ]);
  assert.equal(a.pem, again.pem);
  assert.match(a.pem, /^-----BEGIN PUBLIC KEY-----\n/);
  assert.equal(Buffer.from(a.id, 'base64').length, 32);
  assert.equal(new Set([a.id, b.id, elsewhere.id]).size, 3);
});
