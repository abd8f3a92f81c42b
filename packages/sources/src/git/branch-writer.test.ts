import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock } from '@slipway/api';
import { type GitServer, startGitServer } from '../git-server.fixture.ts';
import { openBranch } from '../index.ts';

let server: GitServer;
let served: string;
let cacheFolder: string;

before(async () => {
  server = await startGitServer({ password: 'secret' });
  served = join(server.folder, 'served.git');
  cacheFolder = join(server.folder, 'cache');
  await server.git(['config', 'http.receivepack', 'true'], served);
});
after(() => server.stop());

const open = (password = 'secret') =>
  openBranch({
    remote: { url: server.url, auth: { password } },
    branch: 'main',
    cacheFolder,
    author: { name: 'ann <a>\n', email: 'ann@example.com' },
    clock: systemClock,
  });
const inServed = (args: string[]) => server.git(args, served);
const files = (entries: Record<string, string>) => new Map(Object.entries(entries));

test('folders are written in one commit each, onto an empty repository and onto others', async () => {
  const branch = await open();
  const first = await branch.write(
    { folder: 'a', files: files({ 'x.yaml': 'x: 1\n', 'deep/y.yaml': 'y: "ü"\n' }) },
    'a: first',
  );
  await branch.write({ folder: 'b', files: files({ 'z.yaml': '' }) }, 'b');
  const again = await branch.write(
    { folder: 'a', files: files({ 'x.yaml': 'x: 2\n' }) },
    'a: second\n\nwith a body',
  );
  assert.deepEqual([first.isNew, again.isNew], [true, true]);
  assert.equal(await inServed(['rev-parse', 'main']), again.commit);
  assert.deepEqual((await inServed(['ls-tree', '-r', '--name-only', 'main'])).split('\n'), [
    'a/x.yaml',
    'b/z.yaml',
  ]);
  assert.equal(await inServed(['show', 'main:a/x.yaml']), 'x: 2');
  assert.equal(await inServed(['show', `${first.commit}:a/deep/y.yaml`]), 'y: "ü"');
  assert.equal(await inServed(['log', '-1', '--format=%an <%ae> %s']), 'ann  a <ann@example.com> a: second');
  assert.equal(await inServed(['fsck', '--strict']), '');
  await branch.close();
});

test('what is there already is no commit', async () => {
  const branch = await open();
  const head = await inServed(['rev-parse', 'main']);
  const requests = server.requests();
  assert.deepEqual(await branch.write({ folder: 'a', files: files({ 'x.yaml': 'x: 2\n' }) }, 'again'), {
    commit: head,
    isNew: false,
  });
  assert.deepEqual(await branch.write({ folder: 'gone', files: files({}) }, 'nothing'), {
    commit: head,
    isNew: false,
  });
  assert.equal(server.requests(), requests, 'it asks nobody');
  await branch.close();
});

test('whoever was first keeps what they wrote', async () => {
  const [one, other] = [await open(), await open()];
  const theirs = await one.write({ folder: 'one', files: files({ f: '1' }) }, 'one');
  const ours = await other.write({ folder: 'other', files: files({ f: '2' }) }, 'other');
  assert.equal(await inServed(['show', 'main:one/f']), '1');
  assert.equal(await inServed(['show', 'main:other/f']), '2');
  assert.equal(await one.contains(ours.commit, theirs.commit), true, 'a commit it never saw');
  assert.equal(await one.contains(theirs.commit, ours.commit), false);
  await one.close();
  await other.close();
});

test('a folder that is emptied is gone', async () => {
  const branch = await open();
  const { isNew } = await branch.write({ folder: 'one', files: files({}) }, 'one: gone');
  assert.equal(isNew, true);
  assert.equal(await inServed(['ls-tree', 'main', 'one']), '');
  await branch.close();
});

test('a server that refuses is named, its password is not, and nothing is left behind', async () => {
  await assert.rejects(open('wrong'), error => {
    assert.match(String(error), /it does not answer/);
    assert.doesNotMatch(String(error), /wrong/);
    return true;
  });
  assert.deepEqual(
    (await readdir(cacheFolder)).filter(name => name.startsWith('branch-')),
    [],
  );
});

test('a branch that takes no push says so', async () => {
  const branch = await open();
  await inServed(['config', 'receive.denyUpdates', 'true']);
  await server.git(['config', 'http.receivepack', 'false'], served);
  await assert.rejects(branch.write({ folder: 'a', files: files({ f: 'new' }) }, 'refused'), {
    code: 'PushRefused',
  });
  await branch.close();
});
