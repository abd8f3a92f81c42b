// Wrong input where people type it: each gets a message that names the thing and the way out, and leaves nothing half made.
import assert from 'node:assert/strict';
import { chmod, chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  eventually,
  FREE_PORTS,
  has,
  type Platform,
  run,
  slipway,
  startPlatform,
  temporaryHome,
} from '../platform-process.ts';

const kubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';

async function inHome(work: (home: string) => Promise<void>): Promise<void> {
  const home = await temporaryHome();
  try {
    await work(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

test('up refuses a wrong definition before anything is made', () =>
  inHome(async home => {
    const file = join(home, 'platform.yaml');
    await writeFile(
      file,
      'apiVersion: slipway.dev/v1alpha1\nkind: Platform\nmetadata: { name: x }\nspec:\n  capabilities:\n    ingress: nginx\n',
    );
    const { code, stderr } = await slipway(['up', '-f', file, ...FREE_PORTS], home);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /platform\.yaml:6: spec\.capabilities\.ingress: found "nginx"; allowed: gateway-api/,
    );
    assert.deepEqual(await readdir(home), ['platform.yaml']);
  }));

test('up refuses a definition file that is not there', () =>
  inHome(async home => {
    const { code, stderr } = await slipway(['up', '-f', join(home, 'nowhere.yaml'), ...FREE_PORTS], home);
    assert.equal(code, 1);
    assert.match(stderr, /nowhere\.yaml/);
  }));

test('up names a port in use, what it is for, and the option that changes it', () =>
  inHome(async home => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const { code, stderr } = await slipway(
      ['up', '--port', String(port), '--http-port', '0', '--api-port', '0'],
      home,
    );
    server.close();
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(`port ${port} for the gateway \\(HTTPS\\): is in use; choose another with --port`),
    );
  }));

test('up names a data folder that cannot be written', () =>
  inHome(async home => {
    // Root may write everywhere, so somebody else tries.
    const uid = process.getuid?.() === 0 ? 65534 : undefined;
    if (uid !== undefined) await chown(home, uid, uid);
    const data = join(home, 'data');
    await mkdir(data, { mode: 0o555 });
    const { code, stderr } = await slipway(['up', '--data', data, ...FREE_PORTS], home, {}, uid);
    await chmod(data, 0o700);
    assert.equal(code, 1);
    assert.match(stderr, /data folder .*data: cannot be written .*--data/s);
  }));

test('up names a data folder that is a file', () =>
  inHome(async home => {
    const data = join(home, 'data');
    await writeFile(data, '');
    const { code, stderr } = await slipway(['up', '--data', data, ...FREE_PORTS], home);
    assert.equal(code, 1);
    assert.match(stderr, /data folder.*--data/s);
  }));

test('up refuses a folder of a newer format, naming both', () =>
  inHome(async home => {
    const data = join(home, 'data');
    await mkdir(data, { mode: 0o700 });
    await writeFile(
      join(data, 'format.json'),
      JSON.stringify({ format: 999, id: 'x', created: '2030-01-01T00:00:00Z' }),
    );
    const { code, stderr } = await slipway(['up', '--data', data, ...FREE_PORTS], home);
    assert.equal(code, 1);
    assert.match(stderr, /999/);
    assert.match(await readFile(join(data, 'format.json'), 'utf8'), /999/);
  }));

const usage: { args: string[]; message: RegExp; because: string }[] = [
  { args: ['nonsense'], message: /unknown command 'nonsense'/, because: 'there is no such command' },
  {
    args: ['up', '--port', '70000'],
    message: /port "70000": a number from 0 to 65535/,
    because: 'no such port',
  },
  { args: ['up', '--driver', 'vm'], message: /docker, sandbox, process/, because: 'the drivers are listed' },
  { args: ['service', 'create'], message: /--name/, because: 'a mandatory option is named' },
  {
    args: ['service', 'create', '--name', 'My Shop'],
    message: /"My Shop".*lower-case/s,
    because: 'a name that is no DNS label',
  },
  { args: ['completion', 'tcsh'], message: /bash, zsh, fish/, because: 'the shells are listed' },
];
for (const { args, message, because } of usage) {
  test(`slipway ${args.join(' ')} exits 2: ${because}`, () =>
    inHome(async home => {
      const { code, stderr } = await slipway(args, home);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }));
}

test('status without a platform says how to get one', () =>
  inHome(async home => {
    const { code, stderr } = await slipway(['status'], home);
    assert.equal(code, 1);
    assert.match(stderr, /no platform runs.*slipway up/s);
  }));

let platform: Platform;
before(async () => {
  platform = await startPlatform();
});
after(() => platform.stop());

test('a second start on one folder is refused, and the first goes on', async () => {
  const { code, stderr } = await slipway(['up', ...FREE_PORTS], platform.home);
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`${platform.report.pid}`), 'the process that holds the folder is named');
  assert.equal((await platform.fetch(platform.report.portal)).status < 400, true);
});

test('an unknown field is refused by name', { skip: kubectl }, async () => {
  const manifest =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: odd, namespace: default }\ndatta: { a: b }\n';
  await assert.rejects(platform.kubectl(['apply', '-f', '-'], manifest), /unknown field "datta"/);
});

test('a crash-looping app says so where people look', { skip: kubectl }, async () => {
  const manifest = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'crash', namespace: 'default' },
    spec: {
      containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'echo going down; exit 3'] }],
    },
  });
  await platform.kubectl(['apply', '-f', '-'], manifest);
  const text = await eventually('the pod is in CrashLoopBackOff', 60_000, async () => {
    const shown = await platform.kubectl(['get', 'pod', 'crash']);
    return shown.includes('CrashLoopBackOff') ? shown : undefined;
  });
  assert.match(text, /CrashLoopBackOff/);
  assert.match(await platform.kubectl(['logs', 'crash']), /going down/);
  await platform.kubectl(['delete', 'pod', 'crash', '--grace-period=1']);
});

test('a broken template value is refused before anything is made', async () => {
  await assert.rejects(
    platform.cli(['service', 'create', '--template', 'no-such-template', '--name', 'ghost']),
    (error: { stderr: string }) => /no-such-template/.test(error.stderr),
  );
});

test('a repository that does not build says which step failed and why', { timeout: 180_000 }, async () => {
  const folder = join(platform.home, 'broken-build');
  await mkdir(folder);
  await writeFile(join(folder, 'Dockerfile'), 'FROM busybox\nRUN echo before && exit 7\n');
  await assert.rejects(
    platform.cli(['service', 'import', folder, '--name', 'broken-build', '--wait', '--timeout', '120']),
    (error: { stderr: string; code: number }) =>
      /RUN echo before|exit(ed)? (with |code |status )?7/.test(error.stderr),
  );
});

test('a repository with nothing that can run says what is supported', { timeout: 180_000 }, async () => {
  const folder = join(platform.home, 'empty');
  await mkdir(folder);
  await writeFile(join(folder, 'notes.txt'), 'nothing to run here\n');
  await assert.rejects(
    platform.cli(['service', 'import', folder, '--name', 'empty', '--wait', '--timeout', '120']),
    (error: { stderr: string }) => /Dockerfile/.test(error.stderr) && /package\.json/.test(error.stderr),
  );
});

test('importing what is not there names it, and leaves nothing half made', async () => {
  for (const source of [join(platform.home, 'nowhere'), `file://${platform.home}/nowhere.git`]) {
    await assert.rejects(
      platform.cli(['service', 'import', source, '--name', 'nowhere']),
      (error: { stderr: string }) =>
        /nowhere.*(there is no such folder|does not appear to be a git repository)/s.test(error.stderr),
    );
  }
  assert.equal(
    await platform
      .kubectl(['get', 'repositories.source.slipway.dev', '-A', '-o', 'name'])
      .then(names => names.includes('nowhere')),
    false,
  );
});

test('a repository whose files would leave it is refused at the push, naming the path', async () => {
  const folder = join(platform.home, 'traversal');
  await mkdir(folder);
  const git = (...args: string[]) => platform.git(args, folder);
  await git('init', '--quiet', '--initial-branch=main', '.');
  await writeFile(join(folder, 'package.json'), '{"name":"traversal","scripts":{"start":"node ."}}');
  await git('add', '.');
  const blob = (await git('hash-object', '-w', 'package.json')).trim();
  const inner = await mktree(folder, `100644 blob ${blob}\tescaped\n`);
  const tree = await mktree(folder, `100644 blob ${blob}\tpackage.json\n040000 tree ${inner}\t..\n`);
  const commit = (await git('commit-tree', tree, '-m', 'escape')).trim();
  await git('update-ref', 'refs/heads/main', commit);
  await assert.rejects(
    platform.cli(['service', 'import', folder, '--name', 'traversal']),
    (error: { stderr: string }) => /hasDotdot|contains '\.\.'/.test(error.stderr),
  );
});

/** Git's own `mktree` checks nothing of the names, as an attacker's would not. */
async function mktree(folder: string, entries: string): Promise<string> {
  const child = run('git', ['mktree'], { cwd: folder });
  child.child.stdin?.end(entries);
  return (await child).stdout.trim();
}
