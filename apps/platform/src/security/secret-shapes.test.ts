import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretShapes } from './secret-shapes.ts';

// Put together here, so that no scanner finds them in this file.
const of = (...parts: string[]) => parts.join('');
const rows: { text: string; found: { line: number; kind: string }[]; because: string }[] = [
  { text: '', found: [], because: 'nothing is in nothing' },
  { text: 'password: hunter2', found: [], because: 'a word has no shape' },
  {
    text: of('a\nb\n-----BEGIN ', 'PRIVATE KEY-----'),
    found: [{ line: 3, kind: 'private key' }],
    because: 'PKCS#8 is one',
  },
  {
    text: of('-----BEGIN OPENSSH ', 'PRIVATE KEY-----'),
    found: [{ line: 1, kind: 'private key' }],
    because: 'so is OpenSSH’s',
  },
  { text: '-----BEGIN PUBLIC KEY-----', found: [], because: 'public keys are public' },
  {
    text: of('key = AK', 'IAIOSFODNN7EXAMPLE'),
    found: [{ line: 1, kind: 'AWS access key' }],
    because: 'the maker gave it a shape',
  },
  { text: of('XAK', 'IAIOSFODNN7EXAMPLE'), found: [], because: 'it is a part of a longer word' },
  {
    text: of('TOKEN=gh', 'p_', 'a'.repeat(36)),
    found: [{ line: 1, kind: 'GitHub token' }],
    because: 'it stands after a sign',
  },
  {
    text: of('x sl', 'p_', 'a1-'.repeat(10), '\ny'),
    found: [{ line: 1, kind: 'token of this platform' }],
    because: 'ours have one, too',
  },
  {
    text: of('ey', 'J', 'a'.repeat(12), '.ey', 'J', 'b'.repeat(12), '.', 'c'.repeat(30)),
    found: [{ line: 1, kind: 'signed token' }],
    because: 'JSON web tokens begin so',
  },
];
for (const { text, found, because } of rows) {
  test(`secretShapes(): ${because}`, () => {
    assert.deepEqual(secretShapes(text), found);
  });
}
