// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are written so.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { LocalContext } from './action.ts';
import { fetchPlain, fetchTemplate } from './fetch.ts';
import { catalogWrite, fsDelete, fsReaddir, fsRename } from './files.ts';
import { filesOf } from './files-of.ts';
import { inWorkspace, matchesGlob } from './paths.ts';
import { fillSkeleton } from './skeleton.ts';
import { sourceFolder } from './source-folder.ts';

let workspace: string;
let lines: string[];
let outputs: Record<string, unknown>;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'slipway-actions-'));
  lines = [];
  outputs = {};
});
afterEach(() => rm(workspace, { recursive: true, force: true }));

function context(input: Record<string, unknown>): LocalContext {
  const signal = new AbortController().signal;
  return {
    input,
    workspace,
    fetchFolder: (url: string) =>
      sourceFolder(
        { templateUrl: 'shipped:node-service', signal } as Parameters<typeof sourceFolder>[0],
        url,
      ),
    run: { spec: { template: 'node-service' } },
    fill: fillSkeleton,
    log: (line: string) => lines.push(line),
    output: (name: string, value: unknown) => (outputs[name] = value),
    signal,
  } as unknown as LocalContext;
}

const values = { name: 'shop', owner: 'default', description: 'Sells "things"' };

test('fetch:template fills the shipped skeleton, whose own tests then pass', async () => {
  await fetchTemplate.run(context({ url: './skeleton', values }));
  const manifest = JSON.parse(await readFile(join(workspace, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  assert.deepEqual(
    [manifest.name, manifest.version, manifest.description],
    ['shop', '0.1.0', 'Sells "things"'],
  );
  for (const file of await filesOf(workspace))
    assert.doesNotMatch(await readFile(join(workspace, file), 'utf8'), /\$\{\{/, file);
  const child = spawn(process.execPath, ['--test'], {
    cwd: workspace,
    env: { PATH: process.env.PATH ?? '' },
    stdio: 'ignore',
  });
  assert.equal(await new Promise(resolve => child.on('close', resolve)), 0);
});

test('the shipped service answers with name and version, and ends on SIGTERM', async () => {
  await fetchTemplate.run(context({ url: './skeleton', values }));
  const child = spawn(
    process.execPath,
    [
      '-e',
      `process.env.PORT='0';const l=console.log;const{Server}=require('node:http');const f=Server.prototype.listen;Server.prototype.listen=function(p,c){return f.call(this,0,'127.0.0.1',()=>{l('port '+this.address().port);c?.()})};import('${join(workspace, 'src/main.js')}')`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const port = await new Promise<string>(resolve =>
      child.stdout.on(
        'data',
        chunk =>
          /port (\d+)/.exec(String(chunk))?.[1] && resolve(/port (\d+)/.exec(String(chunk))?.[1] ?? ''),
      ),
    );
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'shop 0.1.0\n');
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
    child.kill('SIGTERM');
    assert.equal(await new Promise(resolve => child.on('close', resolve)), 0);
  } finally {
    child.kill('SIGKILL');
  }
});

test('fetch:template leaves alone what it is told to, and takes file names as templates', async () => {
  await fetchTemplate.run(
    context({ url: './skeleton', values, copyWithoutTemplating: ['.slipway/**'], targetPath: 'app' }),
  );
  assert.match(
    await readFile(join(workspace, 'app/.slipway/pipeline.yaml'), 'utf8'),
    /generateName: \$\{\{ values\.name \}\}-/,
  );
});

for (const url of ['../../actions', '/etc', 'file:///etc', './skeleton/../../..']) {
  test(`fetch:plain refuses the url ${url}: it leaves the template`, async () => {
    await assert.rejects(async () => fetchPlain.run(context({ url })), { code: 'UrlRefused' });
  });
}

for (const path of ['../x', '/x', 'a/../../x', 'a\0b']) {
  test(`inWorkspace() refuses ${JSON.stringify(path)}`, () =>
    assert.throws(() => inWorkspace('/w', path, 'targetPath'), {
      code: 'PathRefused',
      message: /targetPath/,
    }));
}

const globs: [string, string, boolean][] = [
  ['a/b.txt', '**/*.txt', true],
  ['b.txt', '*.txt', true],
  ['a/b.txt', '*.txt', false],
  ['.github/workflows/x.yml', '.github/**', true],
  ['a'.repeat(60), `${'*a'.repeat(30)}b`, false],
];
for (const [path, glob, matches] of globs) {
  test(`matchesGlob() ${matches ? 'finds' : 'does not find'} ${path.slice(0, 20)} by ${glob.slice(0, 20)}`, () =>
    assert.equal(matchesGlob(path, [glob]), matches));
}

test('files of the workspace can be renamed, listed and deleted, and only those', async () => {
  await mkdir(join(workspace, 'a'));
  await writeFile(join(workspace, 'a/x.sh'), 'x');
  await chmod(join(workspace, 'a/x.sh'), 0o755);
  await fsRename.run(context({ files: [{ from: 'a/x.sh', to: 'b/y.sh' }] }));
  assert.equal((await stat(join(workspace, 'b/y.sh'))).mode & 0o777, 0o755);
  await catalogWrite.run(context({ entity: { kind: 'Component', metadata: { name: 'x' } } }));
  await fsReaddir.run(context({ paths: ['./'], recursive: true }));
  assert.deepEqual(
    (outputs.files as { name: string }[]).map(({ name }) => name),
    ['y.sh', 'catalog-info.yaml'],
  );
  await fsDelete.run(context({ files: ['**/*.sh'] }));
  assert.deepEqual(await filesOf(workspace), ['catalog-info.yaml']);
  await assert.rejects(async () => fsDelete.run(context({ files: ['../other'] })), { code: 'PathRefused' });
  await symlink('/etc', join(workspace, 'link'));
  await assert.rejects(filesOf(workspace), { code: 'LinkRefused' });
});
