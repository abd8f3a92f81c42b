// A backup of a platform that people write to while it is made, killed in the middle, and restored on another machine.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Client, createClient } from '@slipway/client';
import { loadKubeconfig, nodeTransport } from '@slipway/client/node';
import { ConfigMap, Repository } from '@slipway/kinds';
import {
  command,
  environment,
  eventually,
  type Platform,
  run,
  slipway,
  startPlatform,
  temporaryHome,
} from '../platform-process.ts';

let first: Platform;
let place: string;
let pass: string;

before(async () => {
  first = await startPlatform();
  place = await temporaryHome();
  pass = join(place, 'passphrase');
  await writeFile(pass, 'correct horse battery staple\n');
  await first.cli(['service', 'create', '--name', 'shop', '--wait']);
});
after(async () => {
  await first.stop();
  await rm(place, { recursive: true, force: true });
});

function backup(file: string): Promise<unknown> {
  return first.cli(['backup', file, '--passphrase-file', pass]);
}

test('backup killed at any moment leaves no file of its name, and the next one succeeds and tidies up', async () => {
  const file = join(place, 'killed.backup');
  for (const afterMs of [600, 1100]) {
    const args = [...command, 'backup', file, '--passphrase-file', pass];
    const child = spawn(process.execPath, args, { env: environment(first.home), stdio: 'ignore' });
    const ended = new Promise(resolve => child.once('exit', (_code, signal) => resolve(signal)));
    await new Promise(resolve => setTimeout(resolve, afterMs));
    child.kill('SIGKILL');
    if ((await ended) === 'SIGKILL') assert.ok(!existsSync(file), `after ${afterMs} ms there is no archive`);
    await rm(file, { force: true });
  }
  await backup(file);
  const left = await readdir(place);
  assert.deepEqual(left.sort(), ['killed.backup', 'passphrase'], 'no half-written archive');
  assert.deepEqual(await readdir(join(first.report.data, 'backup')), [], 'nothing set aside');
});

/** Writers that never pause: what was acknowledged before and after a moment is known of each. */
async function writers(client: Client): Promise<{ stop(): Promise<Acknowledged>; so(): Acknowledged }> {
  const done: Acknowledged = { objects: 0, pushes: 0, images: 0 };
  let stopped = false;
  const until = async (work: (count: number) => Promise<void>, field: keyof Acknowledged) => {
    while (!stopped) {
      await work(done[field]);
      done[field]++;
    }
  };
  const clone = join(first.home, 'shop');
  const url = new URL(first.report.portal);
  await first.git(['clone', '--quiet', `https://git.${url.host}/default/shop.git`, clone]);
  const push = async (count: number) => {
    await writeFile(join(clone, `notes-${count}.txt`), `note ${count}`);
    await first.git(['add', '--all'], clone);
    await first.git(['commit', '--quiet', '--message', `note ${count}`], clone);
    await first.git(['push', '--quiet', 'origin', 'HEAD:refs/heads/notes'], clone);
  };
  const create = async (count: number) => {
    const metadata = { namespace: 'default', name: `n-${String(count).padStart(5, '0')}` };
    await client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { n: String(count) },
    });
  };
  const running = Promise.all([
    until(create, 'objects'),
    until(push, 'pushes'),
    until(count => pushImage(count), 'images'),
  ]);
  return {
    so: () => ({ ...done }),
    stop: async () => {
      stopped = true;
      await running;
      return { ...done };
    },
  };
}

interface Acknowledged {
  objects: number;
  pushes: number;
  images: number;
}

/** An image of one small layer, by hand: a blob, a config, a manifest. */
async function pushImage(count: number): Promise<void> {
  const blob = async (bytes: Buffer, mediaType: string) => {
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const location = await send('POST', '/v2/default/pushed/blobs/uploads/');
    await send('PUT', `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const layer = await blob(randomBytes(5000), 'application/vnd.oci.image.layer.v1.tar');
  const config = await blob(Buffer.from(`{"count":${count}}`), 'application/vnd.oci.image.config.v1+json');
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [layer] });
  await send('PUT', `/v2/default/pushed/manifests/v${count}`, Buffer.from(manifest), mediaType);
}

/** To the registry, as local-admin; its Location. */
async function send(
  method: string,
  path: string,
  body: Uint8Array = Buffer.alloc(0),
  type = 'application/octet-stream',
): Promise<string> {
  const { port } = new URL(first.report.portal);
  const config = JSON.parse(await readFile(first.report.kubeconfig, 'utf8'));
  const ca = await readFile(first.report.ca, 'utf8');
  const host = 'registry.slipway.localhost';
  const headers = {
    host: `${host}:${port}`,
    authorization: `Bearer ${config.users[0].user.token}`,
    'content-type': type,
    'content-length': body.length,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', servername: host, port, path, method, ca, headers },
      answer => {
        answer.resume();
        const { location = '' } = answer.headers;
        const { pathname, search } = new URL(location, `https://${host}`);
        if ((answer.statusCode ?? 500) < 300) resolve(pathname + search);
        else reject(new Error(`${method} ${path}: ${answer.statusCode}`));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

test('a backup made while people write is of one moment, and restores to a platform that works', {
  timeout: 180_000,
}, async t => {
  const client = createClient(nodeTransport(await loadKubeconfig(first.report.kubeconfig)));
  const writing = await writers(client);
  await eventually('every writer wrote', 30_000, async () => {
    const { objects, pushes, images } = writing.so();
    return Math.min(objects, pushes, images) >= 3 ? true : undefined;
  });
  const atLeast = writing.so();
  const file = join(place, 'while.backup');
  const made = await first.json<{ ms: number; size: number; heldMs: number }>([
    'backup',
    file,
    '--passphrase-file',
    pass,
  ]);
  const atMost = await writing.stop();
  t.diagnostic(
    `backup: ${made.ms} ms, ${made.size} bytes, held ${made.heldMs} ms; ${JSON.stringify([atLeast, atMost])}`,
  );
  await first.crash();

  const second = await startPlatform({
    prepare: async data => {
      const home = join(data, '..');
      const args = ['restore', file, '--data', data, '--passphrase-file', pass];
      const began = performance.now();
      const { code, stderr } = await slipway(args, home);
      assert.equal(code, 0, stderr);
      t.diagnostic(`restore: ${Math.round(performance.now() - began)} ms`);
    },
  });
  try {
    await works(second, atLeast, atMost);
  } finally {
    await second.stop();
    await first.restart();
  }
});

async function works(second: Platform, atLeast: Acknowledged, atMost: Acknowledged): Promise<void> {
  const client = createClient(nodeTransport(await loadKubeconfig(second.report.kubeconfig)));
  const within = (name: keyof Acknowledged, found: number) =>
    // One write of each may be done and not yet counted by its writer.
    assert.ok(found >= atLeast[name] && found <= atMost[name] + 1, `${found} ${name}`);
  const { items } = await client.list(ConfigMap, { namespace: 'default' });
  const names = items
    .map(({ metadata }) => metadata.name)
    .filter(name => /^n-\d+$/.test(name))
    .sort();
  within('objects', names.length);
  assert.deepEqual(
    names,
    names.map((_name, index) => `n-${String(index).padStart(5, '0')}`),
    'without gaps',
  );
  const verdict = await second.json<{ intact: boolean }>(['audit', 'verify']);
  assert.equal(verdict.intact, true);
  const url = new URL(second.report.portal);
  const clone = join(second.home, 'clone');
  await second.git(['clone', '--quiet', `https://git.${url.host}/default/shop.git`, clone]);
  const count = (await second.git(['rev-list', '--count', 'origin/main..origin/notes'], clone)).trim();
  within('pushes', Number(count));
  const { status } = await client.get(Repository, { namespace: 'team-default', name: 'shop' });
  const tip = (await second.git(['rev-parse', 'origin/notes'], clone)).trim();
  const branches = JSON.stringify(status?.branches ?? []);
  assert.ok(branches.includes(tip), 'the object names the commit that Git has');
  const token = JSON.parse(await readFile(second.report.kubeconfig, 'utf8')).users[0].user.token;
  const ask = (path: string) =>
    second.fetch(`https://registry.${url.host}/v2/default/pushed/${path}`, {
      authorization: `Bearer ${token}`,
      accept: 'application/vnd.oci.image.manifest.v1+json',
    });
  const { tags } = JSON.parse((await ask('tags/list')).body) as { tags: string[] };
  within('images', tags.length);
  for (const tag of tags) {
    const { layers, config } = JSON.parse((await ask(`manifests/${tag}`)).body);
    for (const { digest } of [...layers, config]) assert.equal((await ask(`blobs/${digest}`)).status, 200);
  }
  await eventually('the service answers', 60_000, async () => {
    const { status: code } = await second.fetch(`https://shop.dev.slipway-apps.localhost:${url.port}/`);
    return code === 200 ? true : undefined;
  });
}

test('restore killed at any moment leaves no platform; the next one succeeds and tidies up', async () => {
  const file = join(place, 'killed.backup');
  const home = join(place, 'home');
  await mkdir(home);
  const data = join(home, 'data');
  const args = [...command, 'restore', file, '--data', data, '--passphrase-file', pass];
  for (const afterMs of [1200]) {
    const child = spawn(process.execPath, args, { env: environment(home), stdio: 'ignore' });
    const ended = new Promise(resolve => child.once('exit', (_code, signal) => resolve(signal)));
    await new Promise(resolve => setTimeout(resolve, afterMs));
    child.kill('SIGKILL');
    if ((await ended) === 'SIGKILL') assert.ok(!existsSync(data), `after ${afterMs} ms there is no folder`);
    await rm(data, { recursive: true, force: true });
  }
  const { code, stderr } = await slipway(args.slice(command.length), home);
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    (await readdir(home)).filter(name => /restoring|^data$/.test(name)),
    ['data'],
  );
  const again = await slipway(args.slice(command.length), home);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /is not empty/);
});

test('a full disk is named, and nothing is left on it', {
  skip: process.getuid?.() === 0 ? false : 'a small disk can be mounted by root only',
}, async () => {
  const small = join(place, 'small');
  await mkdir(small);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', small]);
  try {
    const tried = await slipway(['backup', join(small, 'x'), '--passphrase-file', pass], first.home);
    assert.deepEqual([tried.code, await readdir(small)], [1, []]);
    assert.match(tried.stderr, /cannot be written: "\S+small\/x": the disk is full; free space/);
    const home = join(place, 'another');
    const args = ['restore', join(place, 'killed.backup'), '--data', join(small, 'data')];
    const restored = await slipway([...args, '--passphrase-file', pass], home);
    assert.deepEqual([restored.code, await readdir(small)], [1, []]);
    assert.match(restored.stderr, /the disk of "\S+small\/data" is full; .*nothing was left/);
  } finally {
    await run('umount', ['--lazy', small]);
  }
});
