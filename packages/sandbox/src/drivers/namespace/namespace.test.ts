import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@slipway/api';
import { sandboxConformance } from '../../conformance/index.ts';
import { text } from '../../conformance/testbed.ts';
import { findPlaces, type Place } from './cgroup-place.ts';
import { openCgroups } from './cgroups.ts';
import { findTools } from './tools.ts';

const NOBODY = 65534;
/** Set for the run below that must find groups it may use. */
const DELEGATED = 'SLIPWAY_TEST_DELEGATED';
const isRoot = process.getuid?.() === 0;
const { missing } = findTools(process.env.PATH ?? '');
const reason = whyNot();
const isDelegated = process.env[DELEGATED] !== undefined;

if (reason) test('namespace driver', { skip: reason });
else
  sandboxConformance(
    `namespace driver ${isRoot ? 'as root' : 'without root'}`,
    () => ({ driver: 'sandbox' }),
    {
      ownFiles: true,
      ownNetwork: true,
      limits: isDelegated ? true : 'whereAllowed',
      anyImage: true,
    },
  );

const skip = isRoot ? reason : 'this is the run without root';

test('namespace driver without root', { skip }, async () => {
  await runAsNobody({ joinFiles: [], pattern: '.', env: {} });
});

test('namespace driver without root keeps limits in groups that were given to its user', {
  skip,
}, async context => {
  const name = `slipway-delegated-${process.pid}`;
  const { places } = await findPlaces(name);
  const first = places.filter(place => place.version === 1);
  if (new Set(first.flatMap(place => place.controllers)).size < 3) {
    return context.skip('this way to give groups away is that of version 1, which is not mounted whole');
  }
  for (const place of first) give(place);
  try {
    const joinFiles = first.map(place => join(place.folder, 'cgroup.procs'));
    await runAsNobody({ joinFiles, pattern: 'promises|limit|bomb', env: { [DELEGATED]: 'yes' } });
  } finally {
    await (await openCgroups(name, systemClock)).clear();
  }
});

/** As an administrator would: the folder and the files that move processes. */
function give({ folder }: Place): void {
  mkdirSync(folder, { recursive: true });
  chownSync(folder, NOBODY, NOBODY);
  for (const file of readdirSync(folder)) {
    if (/^(cgroup\.procs|tasks)$/.test(file)) chownSync(join(folder, file), NOBODY, NOBODY);
  }
}

/** This file's own suite, as a user without any rights, in these groups. */
async function runAsNobody(options: {
  joinFiles: string[];
  pattern: string;
  env: Record<string, string>;
}): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'nobody-'));
  chownSync(home, NOBODY, NOBODY);
  const self = fileURLToPath(import.meta.url);
  const joining = 'while [ "$1" != -- ]; do echo $$ > "$1"; shift; done; shift; exec "$@"';
  const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];
  const flags = ['--test', '--test-reporter=spec', `--test-name-pattern=${options.pattern}`];
  const args = ['-c', joining, 'join', ...options.joinFiles, '--', 'setpriv', ...user];
  const child = spawn('sh', [...args, process.execPath, ...flags, self], {
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: home, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  const [code] = await once(child, 'close');
  rmSync(home, { recursive: true, force: true });
  assert.equal(code, 0, `${await output}\n${await errors}`);
  assert.match(await output, /pass [1-9]/, 'the suite ran');
}

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
