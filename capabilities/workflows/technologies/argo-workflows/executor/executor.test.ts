import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { executorScript, wrapperScript } from './script.ts';
import { tarFolder } from './tar-folder.ts';

let folder: string;
let server: Server;
let kept: Map<string, Buffer>;
let answers: Map<string, Buffer>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-executor-'));
  kept = new Map();
  answers = new Map();
  await writeFile(join(folder, 'token'), 'secret\n');
  server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const name = decodeURIComponent((request.url ?? '').replace('/executor/v1/ns/wf/node/', ''));
    if (request.headers.authorization !== 'Bearer secret') return void response.writeHead(401).end();
    if (request.method === 'PUT') kept.set(name, Buffer.concat(chunks));
    const body = answers.get(name);
    response.writeHead(request.method === 'PUT' || body ? 200 : 404).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function run(
  command: string,
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number | null; stderr: string }> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = {
    SLIPWAY_URL: url,
    SLIPWAY_NODE: 'ns/wf/node',
    SLIPWAY_TOKEN: join(folder, 'token'),
    SLIPWAY_RUN_DIR: join(folder, 'run'),
  };
  const child = spawn(command, args, {
    env: { PATH: '/usr/bin:/bin', ...settings, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', chunk => (stderr += chunk));
  const code = await new Promise<number | null>(resolve => child.on('close', resolve));
  return { code, stderr };
}

const execute = (env: Record<string, string>) => run(process.execPath, ['-e', executorScript], env);

async function tarOf(path: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of tarFolder(path)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('a source tree arrives as it was: folders, links, long names', async () => {
  const source = join(folder, 'source');
  const long = `${'d'.repeat(90)}/${'f'.repeat(90)}.txt`;
  await mkdir(join(source, 'd'.repeat(90)), { recursive: true });
  await writeFile(join(source, long), 'long');
  await writeFile(join(source, 'a.txt'), 'a');
  await symlink('a.txt', join(source, 'link'));
  answers.set('inputs/source', await tarOf(source));
  const target = join(folder, 'target', 'source');
  const { code, stderr } = await execute({
    SLIPWAY_MODE: 'inputs',
    SLIPWAY_INPUTS: JSON.stringify([{ name: 'source', target, keepTop: true }]),
  });
  assert.equal(code, 0, stderr);
  assert.equal(await readFile(join(target, long), 'utf8'), 'long');
  assert.equal(await readlink(join(target, 'link')), 'a.txt');
});

test('what main leaves is delivered, and comes back the same in the next step', async () => {
  await mkdir(join(folder, 'run/outputs/0/sub'), { recursive: true });
  await writeFile(join(folder, 'run/outputs/0/sub/b'), 'b'.repeat(3000));
  await writeFile(join(folder, 'run/outputs/1'), 'value\n');
  await writeFile(join(folder, 'run/exitcode'), '0');
  const outputs = [
    { kind: 'artifact', name: 'dir', path: '/tmp/dir' },
    { kind: 'parameter', name: 'p', path: '/tmp/p' },
  ];
  const delivered = await execute({ SLIPWAY_MODE: 'outputs', SLIPWAY_OUTPUTS: JSON.stringify(outputs) });
  assert.equal(delivered.code, 0, delivered.stderr);
  assert.equal(kept.get('outputs/parameters/p')?.toString(), 'value');
  answers.set('inputs/dir', kept.get('outputs/artifacts/dir?archive=tar') ?? Buffer.alloc(0));
  const target = join(folder, 'next', 'dir');
  const fetched = await execute({
    SLIPWAY_MODE: 'inputs',
    SLIPWAY_INPUTS: JSON.stringify([{ name: 'dir', target }]),
  });
  assert.equal(fetched.code, 0, fetched.stderr);
  assert.equal((await readFile(join(target, 'sub/b'), 'utf8')).length, 3000);
});

test('a folder that is not archived arrives as a folder, and subPath takes a part of it', async () => {
  await mkdir(join(folder, 'run/outputs/0'), { recursive: true });
  await writeFile(join(folder, 'run/outputs/0/a.txt'), 'hello');
  await writeFile(join(folder, 'run/outputs/0/b.txt'), 'other');
  await writeFile(join(folder, 'run/exitcode'), '0');
  const outputs = [{ kind: 'artifact', name: 'dir', path: '/tmp/', plain: true }];
  const delivered = await execute({ SLIPWAY_MODE: 'outputs', SLIPWAY_OUTPUTS: JSON.stringify(outputs) });
  assert.equal(delivered.code, 0, delivered.stderr);
  answers.set('inputs/dir', kept.get('outputs/artifacts/dir?archive=tar') ?? Buffer.alloc(0));
  const fetch = (target: string, subPath?: string) =>
    execute({ SLIPWAY_MODE: 'inputs', SLIPWAY_INPUTS: JSON.stringify([{ name: 'dir', target, subPath }]) });
  await fetch(join(folder, 'next/all'));
  assert.equal(await readFile(join(folder, 'next/all/b.txt'), 'utf8'), 'other');
  await fetch(join(folder, 'next/part'), 'a.txt');
  assert.equal(await readFile(join(folder, 'next/part'), 'utf8'), 'hello');
  for (const path of ['c.txt', '../all/a.txt', '.']) {
    const { code, stderr } = await fetch(join(folder, 'next/none'), path);
    assert.equal(code, 1);
    assert.match(stderr, /input artifact dir: nothing at subPath/);
  }
});

test('a missing output of a success is an error that names file and output; an optional one is not', async () => {
  await mkdir(join(folder, 'run/outputs'), { recursive: true });
  await writeFile(join(folder, 'run/exitcode'), '0');
  const output = { kind: 'parameter', name: 'p', path: '/tmp/p' };
  const missing = await execute({ SLIPWAY_MODE: 'outputs', SLIPWAY_OUTPUTS: JSON.stringify([output]) });
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /output parameter p: no file at \/tmp\/p/);
  const optional = await execute({
    SLIPWAY_MODE: 'outputs',
    SLIPWAY_OUTPUTS: JSON.stringify([{ ...output, optional: true }]),
  });
  assert.equal(optional.code, 0);
});

test('an archive that would leave its folder is refused', async () => {
  const source = join(folder, 'evil');
  await mkdir(source);
  await writeFile(join(source, 'xx-evil.txt'), 'gotcha');
  const archive = await tarOf(source);
  archive.write('../evil.txt\0', 0, 'latin1');
  answers.set('inputs/evil', archive);
  const target = join(folder, 'target', 'evil');
  const { code, stderr } = await execute({
    SLIPWAY_MODE: 'inputs',
    SLIPWAY_INPUTS: JSON.stringify([{ name: 'evil', target, keepTop: true }]),
  });
  assert.equal(code, 1);
  assert.match(stderr, /\.\.\/evil\.txt leaves its folder/);
  await assert.rejects(readFile(join(folder, 'target', 'evil.txt')));
});

test('the wrapper around main keeps its exit code', async () => {
  const script = wrapperScript.replaceAll('/var/run/argo', join(folder, 'run'));
  await mkdir(join(folder, 'run'), { recursive: true });
  await writeFile(join(folder, 'out.txt'), 'x');
  const ended = await run('/bin/sh', ['-c', script, 'sh', '/bin/sh', '-c', 'exit 7'], {
    SLIPWAY_OUTPUTS: join(folder, 'out.txt'),
  });
  assert.equal(ended.code, 7);
  assert.equal(await readFile(join(folder, 'run/exitcode'), 'utf8'), '7');
  assert.equal(await readFile(join(folder, 'run/outputs/0'), 'utf8'), 'x');
});
