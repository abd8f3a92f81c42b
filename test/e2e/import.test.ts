// Applications that no one here wrote, as their authors published them.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Platform, run, startPlatform } from '../platform-process.ts';

interface Row {
  name: string;
  /** `name@version` of the npm registry. */
  from: string;
  /** Folder inside the package that is the application. */
  folder: string;
  path: string;
  expected: RegExp;
  because: string;
}

const rows: Row[] = [
  {
    name: 'json-server',
    from: 'json-server@0.17.4',
    folder: '.',
    path: '/',
    expected: /JSON Server|Congrats/,
    because: 'a command-line web server with its own home page',
  },
  {
    name: 'http-server',
    from: 'http-server@14.1.1',
    folder: '.',
    path: '/package.json',
    expected: /"name": "http-server"/,
    because: 'a static server that serves its own folder',
  },
  {
    name: 'vite-app',
    from: 'create-vite@9.3.0',
    folder: 'template-react-ts',
    path: '/',
    expected: /assets\/index-[\w-]+\.js/,
    because: 'an application that has to be built before it can be served',
  },
];

const offline = await run('npm', ['view', 'json-server@0.17.4', 'version'], { timeout: 30_000 }).then(
  () => false as const,
  () => 'the package registry does not answer',
);
let platform: Platform;

before(async () => {
  if (!offline) platform = await startPlatform();
});
after(() => platform?.stop());

for (const row of rows) {
  test(`service import ${row.from} ${row.folder}: ${row.because}`, {
    skip: offline,
    timeout: 300_000,
  }, async () => {
    const folder = await unpack(row);
    const report = await platform.json<{ environments: { url: string; image: string; healthy: boolean }[] }>([
      'service',
      'import',
      folder,
      '--name',
      row.name,
      '--wait',
    ]);
    const [dev] = report.environments;
    assert.ok(dev?.healthy);
    assert.match(dev.image, /@sha256:/);
    const answer = await platform.fetch(`${dev.url}${row.path}`);
    assert.equal(answer.status, 200);
    assert.match(answer.body, row.expected);
  });
}

/** The package as the registry has it, unpacked. */
async function unpack(row: Row): Promise<string> {
  const target = join(platform.home, `source-${row.name}`);
  if (!existsSync(target)) {
    await mkdir(target, { recursive: true });
    const { stdout } = await run('npm', ['pack', row.from, '--silent', '--pack-destination', target]);
    await run('tar', ['-xzf', join(target, stdout.trim().split('\n').pop() ?? ''), '-C', target]);
  }
  return join(target, 'package', row.folder);
}
