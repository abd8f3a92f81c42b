import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sandboxConformance } from '../../conformance/index.ts';
import { text } from '../../conformance/testbed.ts';
import { findTools } from './tools.ts';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const { missing } = findTools(process.env.PATH ?? '');
const reason = whyNot();

if (reason) test('namespace driver', { skip: reason });
else
  sandboxConformance(
    `namespace driver ${isRoot ? 'as root' : 'without root'}`,
    () => ({ driver: 'sandbox' }),
    {
      ownFiles: true,
      ownNetwork: true,
      limits: 'whereAllowed',
      anyImage: true,
    },
  );

test('namespace driver without root', {
  skip: isRoot ? reason : 'this is the run without root',
}, async () => {
  const home = mkdtempSync(join(tmpdir(), 'nobody-'));
  chownSync(home, NOBODY, NOBODY);
  const self = fileURLToPath(import.meta.url);
  const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];
  const args = [...user, process.execPath, '--test', '--test-reporter=spec', self];
  const child = spawn('setpriv', args, {
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  const [code] = await once(child, 'close');
  assert.equal(code, 0, `${await output}\n${await errors}`);
  rmSync(home, { recursive: true, force: true });
});

function whyNot(): string | false {
  if (process.platform !== 'linux') return 'needs Linux';
  if (missing.length > 0) return `needs ${missing.join(', ')}`;
  if (isRoot) return false;
  try {
    execFileSync('unshare', ['--user', '--map-root-user', '--net', 'true'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'user namespaces are forbidden here';
  }
}
