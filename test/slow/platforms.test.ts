// Two platforms of one user on one machine: names, folders, ports and kubectl contexts of their own.
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FREE_PORTS, has, type Report, run, slipway, temporaryHome } from '../platform-process.ts';

const kubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
// As a person has it: no folder is named by the environment.
const plain = { SLIPWAY_DATA: undefined as unknown as string };
let home: string;

before(async () => {
  home = await temporaryHome();
});
after(async () => {
  for (const { name } of await list()) await cli(['down', '--platform', name]);
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

async function cli(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await slipway(args, home, plain);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

interface Listed {
  name: string;
  current: boolean;
  running: boolean;
  portal: string | null;
  data: string;
}

async function list(): Promise<Listed[]> {
  return JSON.parse(await cli(['platform', 'list', '-o', 'json']));
}

async function up(args: string[]): Promise<Report> {
  return JSON.parse(await cli(['up', '--detach', '-o', 'json', ...args]));
}

test('two platforms run side by side; each is reached by its name; one ends without the other', {
  timeout: 120_000,
}, async t => {
  const first = await up(FREE_PORTS);
  const second = await up(['--platform', 'second']);
  assert.equal(new URL(second.portal).hostname, 'second.localhost');
  assert.notEqual(new URL(first.portal).port, new URL(second.portal).port);
  assert.notEqual(first.data, second.data);
  assert.deepEqual(
    (await list()).map(({ name, current, running }) => [name, current, running]),
    [
      ['second', false, true],
      ['slipway', true, true],
    ],
  );
  await cli(['platform', 'use', 'second']);
  assert.equal(JSON.parse(await cli(['status', '-o', 'json'])).portal, second.portal);
  const named = await cli(['status', '--platform', 'slipway', '-o', 'json']);
  assert.equal(JSON.parse(named).portal, first.portal);
  await t.test('kubectl has a context for each', { skip: kubectl }, async () => {
    const env = { ...process.env, KUBECONFIG: `${first.kubeconfig}:${second.kubeconfig}` };
    for (const [context, { api }] of [
      ['slipway', first],
      ['second', second],
    ] as const) {
      const { stdout } = await run(
        'kubectl',
        ['--context', context, 'config', 'view', '--minify', '-o', 'json'],
        {
          env,
        },
      );
      assert.equal(JSON.parse(stdout).clusters[0].cluster.server, api);
      await run('kubectl', ['--context', context, 'get', 'namespaces'], { env });
    }
  });
  await cli(['down', '--platform', 'slipway']);
  assert.deepEqual(
    (await list()).map(({ name, running }) => [name, running]),
    [
      ['second', true],
      ['slipway', false],
    ],
  );
  await cli(['down']);
  const again = await up(['--platform', 'second']);
  assert.equal(again.portal, second.portal, 'its addresses stay');
});

test('a name that is not known is refused with those that are; folder and name exclude each other', async () => {
  const unknown = await slipway(['status', '--platform', 'third'], home, plain);
  assert.equal(unknown.code, 2);
  assert.match(
    unknown.stderr,
    /"third": not known; known: second, slipway\nnext: slipway up --platform third/,
  );
  await mkdir(join(home, 'x'));
  const both = await slipway(['status', '--platform', 'second', '--data', join(home, 'x')], home, plain);
  assert.equal(both.code, 2);
  const wrong = await slipway(['up', '--platform', '../third'], home, plain);
  assert.match(wrong.stderr, /lower-case letters, digits and "-" are allowed/);
});
