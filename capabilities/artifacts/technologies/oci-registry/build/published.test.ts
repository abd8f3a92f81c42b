// Applications that no one here wrote, as npm has them: they must build and answer without a change.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { messageOf, silentLog, systemClock } from '@slipway/api';
import { openSandbox } from '@slipway/sandbox';
import { serve } from './serve-image.ts';
import { openTestbed } from './testbed.ts';

const run = promisify(execFile);
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const applications: {
  spec: string;
  below?: string;
  files?: Record<string, string>;
  path: string;
  answer: RegExp;
}[] = [
  { spec: 'http-server@14.1.1', path: '/LICENSE', answer: /Permission is hereby granted/ },
  {
    spec: 'json-server@0.17.4',
    files: { 'db.json': '{"posts":[{"id":7,"title":"mine"}]}' },
    path: '/posts/7',
    answer: /"title": "mine"/,
  },
  { spec: 'json-server@1.0.0-beta.3', path: '/posts', answer: /Hello from Slipway/ },
  {
    spec: 'create-vite@9.3.0',
    below: 'template-vanilla',
    path: '/',
    answer: /<script type="module" crossorigin src="\/assets\/index-/,
  },
];

/** The file of this package, or why there is none. */
async function fetchPackage(spec: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await run('npm', ['pack', spec, '--silent', '--pack-destination', folder], { timeout: 60_000 });
  const [file = ''] = (await readdir(folder)).filter(name => name.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', join(folder, file), '-C', folder, '--strip-components=1']);
  await rm(join(folder, file));
  return folder;
}

for (const { spec, below = '', files = {}, path, answer } of applications) {
  test(`${spec} ${below} is built as it is and answers`, async context => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-published-'));
    context.after(() => rm(folder, { recursive: true, force: true }));
    const source = await fetchPackage(spec, join(folder, 'source')).catch(error => {
      context.skip(`the package registry does not give ${spec}: ${messageOf(error).slice(0, 200)}`);
      return undefined;
    });
    if (source === undefined) return;
    const sandbox = await openSandbox({
      driver: 'auto',
      folder: join(folder, 'run'),
      clock: systemClock,
      log: silentLog,
      singleUser: true,
      path: PATH,
    });
    const ca = process.env.NODE_EXTRA_CA_CERTS;
    const bed = await openTestbed(sandbox, { npmrc: join(homedir(), '.npmrc'), ...(ca ? { ca } : {}) });
    try {
      for (const [name, content] of Object.entries(files)) await writeFile(join(source, name), content);
      const made = await bed.build(join(source, below));
      assert.match(await serve({ run: sandbox, bed, folder }, made.digest, path), answer, made.log);
    } finally {
      await bed.close();
      await sandbox.close();
    }
  });
}
