// The command line as people use it: every command answers, says what it did, and ends with the right code.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { command, environment, FREE_PORTS, has, run, slipway, temporaryHome } from '../platform-process.ts';

const kubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
const bash = (await has('bash')) ? false : 'bash is not on this machine';

let home: string;
let report: { ready: boolean; pid: number; ca: string; kubeconfig: string; portal: string };

/** Runs a command that has to end well; gives standard output. */
async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await slipway(args, home);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

before(async () => {
  home = await temporaryHome();
  report = JSON.parse(await done('up', '--detach', '-o', 'json', ...FREE_PORTS));
});
after(async () => {
  await slipway(['down'], home);
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

test('up --detach returns when it is ready and leaves it running', () => {
  assert.equal(report.ready, true);
  assert.doesNotThrow(() => process.kill(report.pid, 0));
});

test('status asks every component, for people and for programs', async () => {
  const text = await done('status');
  assert.match(text, /CAPABILITY +TECHNOLOGY +ENGINE +STATE +PROBE/);
  assert.match(text, /continuous-delivery +argo-cd +embedded +ok/);
  const { ready, components } = JSON.parse(await done('status', '-o', 'json'));
  assert.equal(ready, true);
  assert.ok(components.every((each: { healthy: boolean }) => each.healthy));
});

test('plan says that nothing would change, or what would', async () => {
  assert.match(await done('plan'), /nothing would change/);
  const file = join(home, 'platform.yaml');
  await writeFile(
    file,
    'apiVersion: slipway.dev/v1alpha1\nkind: Platform\nmetadata: { name: slipway }\nspec: { domain: other.localhost }\n',
  );
  assert.match(await done('plan', '-f', file), /would change:\n +\w+ +.*platform/i);
  assert.match(await done('plan'), /nothing would change/, 'a plan changes nothing');
});

test('doctor says of each need of this machine whether it is met, and what to do', async () => {
  const { code, stdout } = await slipway(['doctor', '-o', 'json'], home);
  const findings = JSON.parse(stdout) as { check: string; ok: boolean; optional?: boolean; advice: string }[];
  assert.ok(findings.length > 3);
  assert.equal(code, findings.every(each => each.ok || each.optional) ? 0 : 3);
  for (const { check, ok, advice } of findings) assert.ok(ok || advice, `${check} has no advice`);
});

test('the map and its guidance are data', async () => {
  assert.match(await done('capability', 'list'), /code-repositories +.*gitea/);
  assert.match(await done('capability', 'show', 'ingress'), /gateway-api/);
  const wrong = await slipway(['capability', 'show', 'ingres'], home);
  assert.notEqual(wrong.code, 0);
  assert.match(wrong.stderr, /ingres.*ingress/s, 'the nearest name is offered');
});

test('schema is a JSON Schema of the definition', async () => {
  const schema = JSON.parse(await done('schema'));
  assert.match(schema.$schema, /json-schema/);
  assert.ok(schema.properties.spec);
});

test('promotions: none to begin with, and what is not there is named', async () => {
  assert.deepEqual(JSON.parse(await done('promotion', 'list', '-o', 'json')), []);
  const missing: [string[], number, RegExp][] = [
    [
      ['promotion', 'show', 'ghost'],
      1,
      /team default has no promotion "ghost"\nnext: slipway promotion list/,
    ],
    [['promotion', 'approve', 'ghost'], 1, /team default has no promotion "ghost"/],
    [['service', 'promote', 'ghost'], 1, /team default has no service "ghost"\nnext: slipway service list/],
    [['service', 'rollback', 'ghost', '--environment', 'prod'], 1, /team default has no service "ghost"/],
    [['service', 'rollback', 'ghost'], 2, /--environment/],
    [['promotion', 'list', '--token-file', join(home, 'none')], 2, /token file .*it cannot be read/],
  ];
  for (const [args, code, message] of missing) {
    const ended = await slipway(args, home);
    assert.equal(ended.code, code, args.join(' '));
    assert.match(ended.stderr, message);
  }
});

test('kubeconfig is what kubectl takes', { skip: kubectl }, async () => {
  const file = join(home, 'config');
  await writeFile(file, await done('kubeconfig'), { mode: 0o600 });
  const { stdout } = await run('kubectl', ['--kubeconfig', file, 'auth', 'whoami', '-o', 'json'], {
    env: { PATH: process.env.PATH ?? '', HOME: home },
  });
  assert.equal(JSON.parse(stdout).status.userInfo.username, 'local-admin');
});

test('open gives a single-use link, trust the CA, token a token', async () => {
  assert.match(await done('open'), /^https:\/\/id\.\S+\/sign-in\/\S+\n$/);
  assert.equal(await done('trust', '--print'), await readFile(report.ca, 'utf8'));
  assert.match(await done('token', 'create', '--days', '1'), /^slp_\S+\n$/);
  const unknown = await slipway(['token', 'create', '--user', 'ghost'], home);
  assert.match(unknown.stderr, /user "ghost": not known\nnext: /);
});

test('services that are not there are said so', async () => {
  assert.equal(JSON.parse(await done('service', 'list', '-o', 'json')).length, 0);
  const { code, stderr } = await slipway(['service', 'logs', 'ghost'], home);
  assert.equal(code, 1);
  assert.match(stderr, /ghost has no pod in default-dev\nnext: slipway service list/);
});

test('--help of every command has examples, and completion knows them', { skip: bash }, async () => {
  const script = await done('completion', 'bash');
  const paths = [...script.matchAll(/^ {4}"([^"]*)"\)/gm)].map(match => match[1] ?? '');
  assert.ok(paths.length > 20);
  for (const path of paths.filter(
    each => each !== '' && !paths.some(other => other.startsWith(`${each} `)),
  )) {
    const help = await done(...path.split(' '), '--help');
    assert.match(help, /Examples:\n {2}\S/, path);
  }
  const complete = (...words: string[]) =>
    run('bash', [
      '-c',
      `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _slipway; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      'slipway',
      ...words,
    ]);
  assert.deepEqual((await complete('service', 'cr')).stdout, 'create\n');
  assert.deepEqual((await complete('up', '--det')).stdout, '--detach\n');
});

test('no colour where nobody looks', async () => {
  assert.doesNotMatch(await done('status'), new RegExp(String.fromCharCode(27)));
});

test('down stops what runs in the background, and is content when nothing does', async () => {
  const other = await temporaryHome();
  try {
    const first = JSON.parse((await slipway(['up', '--detach', '-o', 'json', ...FREE_PORTS], other)).stdout);
    const ended = await slipway(['down'], other);
    assert.match(ended.stdout, /stopped; data is kept in /);
    assert.throws(() => process.kill(first.pid, 0), { code: 'ESRCH' });
    const again = await slipway(['down'], other);
    assert.equal(again.code, 0);
    assert.match(again.stdout, /no platform runs/);
  } finally {
    await rm(other, { recursive: true, force: true, maxRetries: 5 });
  }
});

test('up where nobody looks: the block says where everything is, no secret; Ctrl-C stops it cleanly', async () => {
  const other = await temporaryHome();
  const child = spawn(process.execPath, [...command, 'up', ...FREE_PORTS], {
    env: environment(other),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    let block = '';
    let said = '';
    child.stderr.on('data', chunk => {
      said += chunk;
    });
    for await (const chunk of child.stdout) {
      block += chunk;
      if (/^ {2}stop .*$/m.test(block)) break;
    }
    assert.match(block, /Slipway is ready \(\d/);
    assert.match(block, /^ {2}sign in {5}link in \S+\/sign-in$/m, 'the link is a secret');
    assert.doesNotMatch(block, /sign-in\/\w+\./);
    for (const word of ['portal', 'kubectl', 'data', 'pods'])
      assert.match(block, new RegExp(`^  ${word} +\\S`, 'm'));
    const over = once(child, 'exit');
    child.kill('SIGINT');
    const [code] = await over;
    assert.equal(code, 0);
    assert.match(said, /stopped; the same command brings everything back/);
  } finally {
    child.kill('SIGKILL');
    await rm(other, { recursive: true, force: true, maxRetries: 5 });
  }
});
