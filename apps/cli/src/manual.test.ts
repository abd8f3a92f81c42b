import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { onPath } from '../../../test/on-path.ts';
import { manualPage } from './manual.ts';
import { commandLine } from './program.ts';

const all = commandLine();
const page = manualPage(all);

test('manualPage() has every command with its options and examples', () => {
  for (const { path, options = [], examples } of all.entries) {
    const start = page.indexOf(`.SS slipway ${path.join(' ').replaceAll('-', '\\-')}`);
    assert.notEqual(start, -1, path.join(' '));
    const section = page.slice(start, page.indexOf('\n.S', start + 1));
    for (const { flags } of options) assert.ok(section.includes(`.B ${flags.replaceAll('-', '\\-')}`), flags);
    assert.ok(examples.length > 0, `${path.join(' ')} has no example`);
  }
});

test('manualPage() gives roff nothing to warn of', {
  skip: !onPath('groff') && 'groff is not installed',
}, () => {
  const { status, stderr, stdout } = spawnSync('groff', ['-man', '-ww', '-Tutf8'], {
    input: page,
    encoding: 'utf8',
  });
  assert.equal(status, 0);
  assert.equal(stderr, '');
  assert.match(stdout, /slipway service create/);
});
