import assert from 'node:assert/strict';
import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type GitServer, startGitServer } from '../git-server.fixture.ts';
import { treeReader } from '../reader/source-tree.ts';
import { withRemote } from './remote.ts';
import { newestTag, resolveRevision } from './resolve-revision.ts';
import { isSsh } from './ssh.ts';
import { fetchTree, parseModules, submoduleUrl } from './submodules.ts';

let server: GitServer;
let library: GitServer;
let cacheFolder: string;
const text = (data: Uint8Array | undefined) => data && Buffer.from(data).toString();

before(async () => {
  server = await startGitServer();
  library = await startGitServer({ password: 'open-sesame' });
  cacheFolder = join(server.folder, 'cache');
});
after(async () => {
  await server.stop();
  await library.stop();
});

test('fetchTree() brings submodules, and links inside the repository are followed', async () => {
  const inner = await library.commit({ 'shared/base.yaml': 'shared: 1\n' });
  const work = join(server.folder, 'work');
  await server.commit({
    '.gitmodules': `[submodule "lib"]\n\tpath = vendor/lib\n\turl = ${library.url}\n`,
    'apps/web/a.yaml': 'a: 1\n',
  });
  await server.git(['update-index', '--add', '--cacheinfo', `160000,${inner},vendor/lib`], work);
  await mkdir(join(work, 'vendor/lib'), { recursive: true });
  await symlink('../../vendor/lib/shared', join(work, 'apps/web/shared'));
  await symlink('a.yaml', join(work, 'apps/web/b.yaml'));
  await symlink('nowhere.yaml', join(work, 'apps/web/c.yaml'));
  await server.git(['add', 'apps'], work);
  const revision = await server.commit({});
  const asked: string[] = [];
  const remoteOf = async (url: string) => {
    asked.push(url);
    return { url, auth: { password: 'open-sesame' }, scope: 'ours' };
  };
  const tree = await fetchTree({ url: server.url, revision, cacheFolder, remoteOf });
  assert.deepEqual(asked, [library.url]);
  assert.deepEqual([tree.outOfBounds, tree.mounts.map(({ path }) => path)], [undefined, ['vendor/lib']]);
  const reader = treeReader(tree);
  try {
    const plain = reader.followed();
    assert.equal(text(await plain.read('vendor/lib/shared/base.yaml')), 'shared: 1\n');
    assert.equal(text(await plain.read('apps/web/shared/base.yaml')), 'shared: 1\n');
    assert.equal(text(await plain.read('apps/web/b.yaml')), 'a: 1\n');
    assert.equal(await plain.read('apps/web/c.yaml'), undefined);
    const types = (await plain.list('apps/web'))?.map(({ name, type }) => `${name} ${type}`);
    assert.deepEqual(types, ['a.yaml file', 'b.yaml file', 'c.yaml link', 'shared link']);
    const walked = await reader.followed({ folders: true }).list('apps/web');
    assert.equal(walked?.find(({ name }) => name === 'shared')?.type, 'folder');
    await assert.rejects(plain.read('apps/../../x'), { code: 'LinkRefused' });
    assert.notEqual(await reader.treeId('apps/web'), undefined);
  } finally {
    reader.close();
  }
});

test('fetchTree() names a link that leads out of the repository', async () => {
  const work = join(server.folder, 'work');
  await server.git(['checkout', '-q', '--orphan', 'escape'], work);
  await server.git(['rm', '-rfq', '--cached', '.'], work);
  await rm(join(work, 'vendor'), { recursive: true, force: true });
  await rm(join(work, 'apps'), { recursive: true, force: true });
  await mkdir(join(work, 'deep'), { recursive: true });
  await symlink('../../outside.yaml', join(work, 'deep/out.yaml'));
  await server.commit({ 'a.yaml': 'a: 1\n' }, 'escape');
  const remoteOf = async (url: string) => ({ url });
  const tree = await fetchTree({ url: server.url, revision: 'escape', cacheFolder, remoteOf });
  assert.equal(tree.outOfBounds, 'deep/out.yaml');
  const reader = treeReader(tree);
  await assert.rejects(reader.followed().read('deep/out.yaml'), { code: 'LinkRefused' });
  reader.close();
});

test('treeReader() says that a file is kept in Git LFS', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n';
  const revision = await server.commit({ 'big.yaml': pointer }, 'lfs');
  const remoteOf = async (url: string) => ({ url });
  const reader = treeReader(await fetchTree({ url: server.url, revision, cacheFolder, remoteOf }));
  await assert.rejects(reader.read('big.yaml'), { code: 'LfsUnsupported' });
  reader.close();
});

const addresses: { parent: string; url: string; expected: string }[] = [
  { parent: 'https://git.example/a/b.git', url: '../c.git', expected: 'https://git.example/a/c.git' },
  { parent: 'https://git.example/a/b/', url: './c', expected: 'https://git.example/a/b/c' },
  { parent: 'git@git.example:a/b.git', url: '../../c.git', expected: 'git@git.example/c.git' },
  { parent: 'https://git.example/a', url: 'https://other.example/c', expected: 'https://other.example/c' },
];
for (const { parent, url, expected } of addresses)
  test(`submoduleUrl() reads ${url} of ${parent}`, () => assert.equal(submoduleUrl(parent, url), expected));

test('submoduleUrl() stays on the server; parseModules() takes what has path and url', () => {
  assert.throws(() => submoduleUrl('https://git.example/a', '../../../x'), { code: 'SubmoduleInvalid' });
  const modules = '[submodule "a"]\n path = "x y"\n url=../a.git\n[submodule "b"]\n path = b\n';
  assert.deepEqual([...parseModules(modules)], [['x y', '../a.git']]);
});

test('resolveRevision() reads ranges of tags as Argo CD does', async () => {
  const work = join(server.folder, 'work');
  for (const tag of ['1.0.0', 'v1.4.0', '2.0.0-rc.1', 'api/3.0.0', 'api/3.1.0'])
    await server.git(['tag', tag], work);
  await server.git(['push', '--quiet', join(server.folder, 'served.git'), '--tags'], work);
  const head = await server.git(['rev-parse', 'HEAD'], work);
  const at = (revision: string, tagPrefix = '') =>
    resolveRevision({ url: server.url, cacheFolder, revision, ranges: true, tagPrefix });
  assert.equal(await at('1.x'), head);
  assert.equal(await at('3.*', 'api/'), head);
  await assert.rejects(at('^9'), { code: 'RevisionUnknown' });
  const refs = ['1.0.0', 'v1.4.0', '2.0.0-rc.1'].map(name => ({ name: `refs/tags/${name}`, commit: 'c' }));
  assert.deepEqual(
    ['1.x', '*', '>1-0', '1.0.0', 'main'].map(wanted => newestTag(refs, wanted, '')),
    ['v1.4.0', 'v1.4.0', '2.0.0-rc.1', undefined, undefined],
  );
});

test('withRemote() gives ssh a key and known hosts for as long as it runs, and nothing secret in its command', async () => {
  const ssh = { privateKey: 'PRIVATE-KEY-TEXT', knownHosts: 'git.example ssh-ed25519 AAAA' };
  const url = 'git@git.example:shop/web.git';
  let key = '';
  await withRemote({ url, ssh }, cacheFolder, async settings => {
    assert.equal(settings.url, url);
    const command = settings.env.GIT_SSH_COMMAND ?? '';
    assert.doesNotMatch(JSON.stringify(settings), /PRIVATE-KEY-TEXT/);
    assert.match(command, /StrictHostKeyChecking=yes/);
    key = /'-i' '([^']+)'/.exec(command)?.[1] ?? '';
    assert.equal((await readFile(key, 'utf8')).trim(), 'PRIVATE-KEY-TEXT');
    assert.equal((await stat(key)).mode & 0o777, 0o600);
  });
  await assert.rejects(stat(key), { code: 'ENOENT' });
});

const sshAddresses: { url: string; ssh: boolean; because: string }[] = [
  { url: 'git@git.example:a/b.git', ssh: true, because: 'git’s short form' },
  { url: 'ssh://git@git.example:22/a/b.git', ssh: true, because: 'the long form' },
  { url: 'https://git.example/a', ssh: false, because: 'HTTPS' },
  { url: '/srv/a.git', ssh: false, because: 'a folder' },
  { url: '-oProxyCommand=x:y', ssh: false, because: 'an option is no host' },
];
for (const { url, ssh, because } of sshAddresses)
  test(`isSsh() says ${ssh}: ${because}`, () => assert.equal(isSsh(url), ssh));

for (const url of [
  'ssh://-oProxyCommand=x/y',
  'ssh://git:word@git.example/x',
  'file:///etc/passwd',
  'ext::sh',
])
  test(`withRemote() refuses ${url}`, async () => {
    const work = withRemote({ url, ssh: { privateKey: 'k' } }, cacheFolder, async () => 'reached');
    await assert.rejects(work, { code: 'UrlRefused' });
  });

test('withRemote() gives git certificates as files, and takes them away', async () => {
  const tls = { ca: 'CA', cert: 'CERT', key: 'KEY' };
  let folder = '';
  await withRemote({ url: 'https://git.example/a', tls }, cacheFolder, async ({ env }) => {
    assert.equal(await readFile(env.GIT_SSL_KEY ?? '', 'utf8'), 'KEY');
    folder = join(env.GIT_SSL_KEY ?? '', '..');
  });
  await assert.rejects(stat(folder), { code: 'ENOENT' });
  await writeFile(join(cacheFolder, 'still-there'), '');
});
