import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environmentScript } from './environment.ts';
import { fstabLine } from './fstab-line.ts';
import { quoted } from './scripts.ts';

test('fstabLine() keeps any name one field', () => {
  const rows = [
    { source: '/plain', line: '/plain /t none bind 0 0', because: 'most names need nothing' },
    {
      source: '/with blank',
      line: '/with\\040blank /t none bind 0 0',
      because: 'a blank would end the field',
    },
    { source: '/a\nb', line: '/a\\012b /t none bind 0 0', because: 'a line break would make another line' },
    { source: '/a\\b', line: '/a\\134b /t none bind 0 0', because: 'a backslash begins an escape' },
  ];
  for (const { source, line, because } of rows)
    assert.equal(fstabLine(source, '/t', 'none', 'bind'), line, because);
});

test('quoted() leaves a shell nothing to do', () => {
  assert.equal(quoted(`it's $HOME`), `'it'\\''s $HOME'`);
});

test('environmentScript() exports what a shell can, and no more', () => {
  const script = environmentScript({ A: '1', 'a.b': '2', 'x;rm -rf': '3' });
  assert.ok(script.includes("export A='1'"));
  assert.ok(!script.includes('a.b') && !script.includes('rm -rf'));
  assert.ok(script.includes("export PATH='/usr/local/sbin:"), 'a command is always found');
});
