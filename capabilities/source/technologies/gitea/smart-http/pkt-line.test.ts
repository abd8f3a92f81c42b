import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packet, progress } from './pkt-line.ts';

test('packet() counts its own length digits', () => {
  assert.equal(packet('a\n').toString(), '0006a\n');
  assert.equal(packet('ö').toString(), '0006ö');
});

test('progress() is side band 2, and never longer than a packet may be', () => {
  assert.equal(progress('hello').toString('latin1'), '000b\x02hello\n');
  assert.equal(progress('x'.repeat(100_000)).length, 65_520);
});
