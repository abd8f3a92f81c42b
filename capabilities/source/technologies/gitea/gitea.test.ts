import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Repository } from '@slipway/kinds';
import { sourceConformance } from '../../conformance.ts';
import { type GitClient, gitClient } from '../../git-client.fixture.ts';
import { startTestPlatform, type TestPlatform } from './platform.fixture.ts';
import { type RestClient, restClient } from './rest-client.fixture.ts';

const namespace = 'team-default';

describe('gitea over real git clients', () => {
  let platform: TestPlatform;
  let rest: RestClient;
  let git: GitClient;

  before(async () => {
    platform = await startTestPlatform({ maxPushBytes: 1_000_000 });
    const token = await platform.token('ada', ['get', 'list', 'create', 'update', 'delete']);
    rest = restClient(platform, token);
    git = gitClient({ caFile: platform.caFile, token });
  });
  after(async () => {
    rest.close();
    await platform.stop();
  });

  sourceConformance(() => platform);

  const repository = async (name: string) => {
    const { status } = await rest.post('/orgs/default/repos', { name, auto_init: true });
    assert.equal(status, 201);
    const copy = join(platform.folder, name);
    await git.git(['clone', '--quiet', `${platform.url}/default/${name}.git`, copy]);
    return copy;
  };

  it('says why a push is too large, in git’s own output', async () => {
    const copy = await repository('large');
    await git.commit(copy, { blob: randomBytes(3_000_000) });
    const refusal = await git.refused(['push', 'origin', 'main'], copy);
    assert.match(refusal, /remote: .*exceeds maximum allowed size/);
    const { status } = await platform.client.get(Repository, { namespace, name: 'large' });
    assert.notEqual(status?.branches?.main, (await git.git(['rev-parse', 'HEAD'], copy)).stdout.trim());
  });

  it('refuses objects that git fsck would, and tells of the error', async () => {
    const copy = await repository('broken');
    const blob = (await git.git(['rev-parse', 'HEAD:README.md'], copy)).stdout.trim();
    const tree = await treeWithDotGit(git, copy, blob);
    const commit = (await git.git(['commit-tree', tree, '-m', 'evil'], copy)).stdout.trim();
    const refusal = await git.refused(['push', 'origin', `${commit}:refs/heads/evil`], copy);
    assert.match(refusal, /hasDotgit|contains '.git'/);
  });

  it('fetches old clients’ protocol and a single commit by id', async () => {
    const copy = await repository('protocols');
    const commit = await git.commit(copy, { a: '1' });
    await git.git(['push', '--quiet', 'origin', 'main'], copy);
    for (const version of ['0', '1', '2']) {
      const url = `${platform.url}/default/protocols.git`;
      const { stdout } = await git.git([
        '-c',
        `protocol.version=${version}`,
        'ls-remote',
        url,
        'refs/heads/main',
      ]);
      assert.equal(stdout.split('\t')[0], commit, `protocol ${version}`);
    }
    const shallow = join(platform.folder, 'shallow');
    await git.git(['init', '--quiet', shallow]);
    const url = `${platform.url}/default/protocols.git`;
    await git.git(['fetch', '--quiet', '--depth=1', url, commit], shallow);
    assert.equal((await git.git(['rev-list', '--count', 'FETCH_HEAD'], shallow)).stdout.trim(), '1');
  });

  it('takes a push with many objects and a push that moves a branch backwards only by force', async () => {
    const copy = await repository('history');
    const first = (await git.git(['rev-parse', 'HEAD'], copy)).stdout.trim();
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`src/${at}.txt`, `${at}\n`]));
    await git.commit(copy, files);
    await git.git(['push', '--quiet', 'origin', 'main'], copy);
    await git.git(['reset', '--quiet', '--hard', first], copy);
    await git.commit(copy, { other: '1' });
    assert.match(await git.refused(['push', 'origin', 'main'], copy), /rejected/);
    await git.git(['push', '--quiet', '--force', 'origin', 'main'], copy);
    const { stdout } = await git.git([
      '--git-dir',
      join(platform.repositories, 'default/history.git'),
      'fsck',
    ]);
    assert.doesNotMatch(stdout, /missing|broken/);
  });

  it('gives every concurrent push of different branches its place in the status', async () => {
    const copy = await repository('busy');
    await git.commit(copy, { a: '1' });
    const names = Array.from({ length: 6 }, (_, at) => `topic-${at}`);
    await Promise.all(names.map(name => git.git(['push', '--quiet', 'origin', `HEAD:${name}`], copy)));
    const { status } = await platform.client.get(Repository, { namespace, name: 'busy' });
    assert.deepEqual(Object.keys(status?.branches ?? {}).sort(), ['main', ...names].sort());
  });

  it('keeps serving after a restart, and leaves no drafts or locks behind', async () => {
    const copy = await repository('restarted');
    await platform.restart();
    await git.commit(copy, { a: '2' });
    await git.git(['push', '--quiet', 'origin', 'main'], copy);
    const names = await readdir(join(platform.repositories, 'default'));
    assert.deepEqual(
      names.filter(name => /\.(new|old|lock)$/.test(name)),
      [],
    );
    const { mode } = await stat(join(platform.repositories, 'default/restarted.git'));
    assert.equal(mode & 0o077, 0, 'nobody else on this machine reads repositories');
  });
});

/** `git mktree` refuses such names itself, so the object is written as bytes. */
async function treeWithDotGit(git: GitClient, copy: string, blob: string): Promise<string> {
  const { writeFile } = await import('node:fs/promises');
  const path = join(copy, '.git', 'evil-tree');
  await writeFile(path, Buffer.concat([Buffer.from('100644 .git\0'), Buffer.from(blob, 'hex')]));
  const args = ['hash-object', '-t', 'tree', '-w', '--literally', path];
  return (await git.git(args, copy)).stdout.trim();
}
