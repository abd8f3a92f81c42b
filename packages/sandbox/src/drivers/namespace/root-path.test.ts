import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeTarget, resolveInside } from './root-path.ts';

const folder = mkdtempSync(join(tmpdir(), 'root-path-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const [upper, lower] = [join(folder, 'upper'), join(folder, 'lower')];
const stack = [upper, lower];
mkdirSync(upper);
mkdirSync(join(lower, 'run'), { recursive: true });
mkdirSync(join(lower, 'var'));
mkdirSync(join(lower, 'private'), { mode: 0o700 });
writeFileSync(join(lower, 'file'), '');
for (const [name, target] of Object.entries({
  'var/run': '/run',
  out: '../../../../etc',
  loop: 'loop',
  chain: 'var/run',
})) {
  symlinkSync(target, join(lower, name));
}

test('resolveInside() follows links as a process inside would', () => {
  const rows = [
    {
      path: '/var/run/secrets',
      inside: 'run/secrets',
      because: 'an absolute link starts at the root inside',
    },
    { path: '/out/passwd', inside: 'etc/passwd', because: '".." ends at the root' },
    { path: '/chain/x', inside: 'run/x', because: 'links lead to links' },
    { path: '/../../a//./b/', inside: 'a/b', because: 'names are cleaned' },
    { path: '/file/below', inside: 'file/below', because: 'what is not there is only named' },
  ];
  for (const { path, inside, because } of rows) assert.equal(resolveInside(stack, path), inside, because);
});

test('resolveInside() gives up on links that go round', () => {
  assert.throws(() => resolveInside(stack, '/loop'), { code: 'PathLoop' });
});

test('makeTarget() makes places in the writable folder only, like what is below', () => {
  assert.equal(makeTarget(stack, '/var/run/secrets/token', 'file'), 'run/secrets/token');
  assert.ok(statSync(join(upper, 'run/secrets/token')).isFile());
  assert.ok(!existsSync(join(lower, 'run/secrets')));
  makeTarget(stack, '/private/data', 'folder');
  assert.equal(
    statSync(join(upper, 'private')).mode & 0o777,
    0o700,
    'the uppermost folder’s mode is what shows',
  );
});
