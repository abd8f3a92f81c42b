import assert from 'node:assert/strict';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type GitServer, startGitServer } from './git-server.fixture.ts';
import {
  fetchGit,
  forgetGit,
  gitReader,
  mirrorGit,
  openObjects,
  readHead,
  readRefs,
  resolveRevision,
} from './index.ts';

describe('sources from Git', () => {
  let server: GitServer;
  let cacheFolder: string;
  let first: string;
  let second: string;

  before(async () => {
    server = await startGitServer();
    cacheFolder = join(server.folder, 'cache');
    first = await server.commit({ 'package.json': '{"v":1}', 'deploy/a.yaml': 'a: 1\n' });
    await server.git(['tag', '-a', 'v1', '-m', 'one', first], join(server.folder, 'work'));
    await server.git(
      ['push', '--quiet', join(server.folder, 'served.git'), 'v1'],
      join(server.folder, 'work'),
    );
    second = await server.commit({ 'package.json': '{"v":2}' });
  });
  after(() => server.stop());

  it('resolveRevision() follows HEAD, branches and annotated tags to commits', async () => {
    const at = (revision?: string) =>
      resolveRevision({ url: server.url, cacheFolder, ...(revision ? { revision } : {}) });
    assert.equal(await at(), second);
    assert.equal(await at('main'), second);
    assert.equal(await at('refs/heads/main'), second);
    assert.equal(await at('v1'), first);
    await assert.rejects(at('nope'), { code: 'RevisionUnknown', message: /"nope".*branches: main/ });
  });

  it('fetchGit() gives the files of a revision, and asks nobody twice', async () => {
    const { revision, folder } = await fetchGit({ url: server.url, revision: 'v1', cacheFolder });
    assert.equal(revision, first);
    assert.equal(await readFile(join(folder, 'package.json'), 'utf8'), '{"v":1}');
    assert.ok(!(await readdir(folder)).includes('.git'));
    const before = server.requests();
    assert.equal((await fetchGit({ url: server.url, revision: first, cacheFolder })).folder, folder);
    assert.equal(server.requests(), before, 'a full id that is here needs no network');
  });

  it('fetchGit() takes an abbreviated id', async () => {
    const { revision } = await fetchGit({ url: server.url, revision: first.slice(0, 8), cacheFolder });
    assert.equal(revision, first);
  });

  it('fetchGit() answers concurrent callers with one folder', async () => {
    const own = join(server.folder, 'cache-2');
    const all = await Promise.all(
      [1, 2, 3].map(() => fetchGit({ url: server.url, revision: 'main', cacheFolder: own })),
    );
    assert.equal(new Set(all.map(({ folder }) => folder)).size, 1);
  });

  it('forgetGit() leaves nothing of a remote, and the next fetch asks again', async () => {
    const own = join(server.folder, 'cache-3');
    await fetchGit({ url: server.url, revision: first, cacheFolder: own });
    await forgetGit({ url: server.url, cacheFolder: own });
    assert.deepEqual(await readdir(own), []);
    assert.equal((await fetchGit({ url: server.url, revision: first, cacheFolder: own })).revision, first);
  });

  it('fetchGit() refuses submodules and Git LFS, naming them', async () => {
    const work = join(server.folder, 'work');
    await server.git(['update-index', '--add', '--cacheinfo', `160000,${first},vendor/lib`], work);
    await server.commit({}, 'with-submodule');
    const fetching = fetchGit({ url: server.url, revision: 'with-submodule', cacheFolder });
    await assert.rejects(fetching, { code: 'SubmodulesUnsupported', message: /"vendor\/lib"/ });
    await server.git(['reset', '--quiet', '--hard', second], work);
    await server.commit({ '.gitattributes': '*.psd filter=lfs diff=lfs\n' }, 'with-lfs');
    const lfs = fetchGit({ url: server.url, revision: 'with-lfs', cacheFolder });
    await assert.rejects(lfs, { code: 'LfsUnsupported', message: /"\*\.psd"/ });
    await server.git(['reset', '--quiet', '--hard', second], work);
  });

  it('fetchGit() refuses more bytes than allowed, and says how many', async () => {
    const own = join(server.folder, 'cache-3');
    const fetching = fetchGit({ url: server.url, cacheFolder: own, maxBytes: 3 });
    await assert.rejects(fetching, { code: 'SourceTooLarge', message: /at most 3/ });
  });

  it('keeps credentials out of files and messages', async () => {
    const guarded = await startGitServer({ password: 'canary-secret' });
    try {
      await guarded.commit({ a: '1' });
      const options = { url: guarded.url, cacheFolder: join(guarded.folder, 'cache') };
      const wrong = fetchGit({ ...options, auth: { password: 'canary-wrong' } });
      await assert.rejects(wrong, (error: Error) => !error.message.includes('canary'));
      await fetchGit({ ...options, auth: { password: 'canary-secret' } });
      for (const file of await filesBelow(join(guarded.folder, 'cache')))
        assert.ok(!(await readFile(file, 'latin1')).includes('canary'), file);
    } finally {
      await guarded.stop();
    }
  });

  for (const { url, because } of [
    { url: 'ext::sh -c id', because: 'it runs a command' },
    { url: '/etc', because: 'it is a path of this machine' },
    { url: 'file:///etc', because: 'it is a path of this machine' },
    { url: 'ssh://git@host/x', because: 'there are no keys' },
    { url: 'https://user:secret@host/x', because: 'credentials in URLs end up in logs' },
    { url: '--upload-pack=id', because: 'it is an option' },
  ]) {
    it(`refuses ${url} because ${because}`, async () => {
      await assert.rejects(mirrorGit({ url, cacheFolder }), (error: Error & { code: string }) => {
        assert.equal(error.code, 'UrlRefused');
        assert.ok(!error.message.includes('secret'));
        return true;
      });
    });
  }

  it('gitReader() reads one revision without a checkout, and only what is in it', async () => {
    const { repository, revision } = await mirrorGit({ url: server.url, revision: first, cacheFolder });
    const reader = gitReader(repository, revision);
    try {
      assert.deepEqual(await reader.list(''), [
        { name: 'deploy', type: 'folder' },
        { name: 'package.json', type: 'file' },
      ]);
      assert.equal(Buffer.from((await reader.read('./deploy/a.yaml')) ?? []).toString(), 'a: 1\n');
      for (const path of ['../x', 'deploy/../../x', 'nope', 'deploy', 'package.json/x'])
        assert.equal(await reader.read(path), undefined, path);
      assert.equal(await reader.list('nope'), undefined);
    } finally {
      reader.close();
    }
  });

  it('gitReader() lists links as what they are, and does not follow them', async () => {
    const work = join(server.folder, 'linked');
    await server.git(['init', '--quiet', work], server.folder);
    await writeFile(join(work, 'inside'), 'text');
    await symlink('inside', join(work, 'near'));
    await symlink('/etc/passwd', join(work, 'far'));
    await server.git(['add', '.'], work);
    const person = ['-c', 'user.name=T', '-c', 'user.email=t@example.test'];
    await server.git([...person, 'commit', '--quiet', '--message', 'links'], work);
    const reader = gitReader(join(work, '.git'), 'HEAD');
    try {
      const types = (await reader.list(''))?.map(({ name, type }) => `${name}: ${type}`);
      assert.deepEqual(types, ['far: link', 'inside: file', 'near: link']);
      assert.equal(await reader.read('near'), undefined);
      assert.equal(await reader.read('far'), undefined);
    } finally {
      reader.close();
    }
  });

  it('readRefs() and readHead() see loose and packed references', async () => {
    const served = join(server.folder, 'served.git');
    const loose = await readRefs(served);
    assert.equal(loose.get('main'), second);
    await server.git(['pack-refs', '--all'], served);
    assert.deepEqual(await readRefs(served), loose);
    assert.equal(await readHead(served), 'main');
  });

  it('openObjects() answers many questions at once, and refuses what is too large', async () => {
    const objects = openObjects(join(server.folder, 'served.git'));
    try {
      const all = await Promise.all([1, 2, 3].map(() => objects.read(`${second}:package.json`)));
      assert.deepEqual(
        all.map(each => each?.data.toString()),
        Array(3).fill('{"v":2}'),
      );
      assert.equal(await objects.info('nope'), undefined);
      assert.equal(await objects.read('a\nb'), undefined);
      await assert.rejects(objects.read(`${second}:package.json`, 2), { code: 'ObjectTooLarge' });
    } finally {
      objects.close();
    }
    await assert.rejects(objects.info('HEAD'), { code: 'GitClosed' });
  });
});

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
}
