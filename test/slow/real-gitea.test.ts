// The real Gitea: a repository made by its API, pushed to and cloned over HTTP.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, run } from '../platform-process.ts';
import { noTools } from '../tools/cache.ts';
import { type Gitea, startGitea } from '../tools/gitea.ts';

const skip = noTools('gitea');
const TIMEOUT_MS = 10_000;
let folder: string;
let gitea: Gitea | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-gitea-'));
  gitea = await startGitea({ folder });
});
after(async () => {
  await gitea?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function git(args: string[], cwd: string): Promise<string> {
  const person = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
  return (await run('git', [...person, ...args], { cwd })).stdout;
}

test('a repository is pushed and cloned', { skip }, async () => {
  assert.ok(gitea);
  await gitea.api('POST', '/user/repos', { name: 'shop', private: true });
  const url = gitea.cloneUrl('shop');
  const mine = join(folder, 'mine');
  await git(['init', '-q', '-b', 'main', mine], folder);
  await writeFile(join(mine, 'README.md'), '# Shop\n');
  await git(['add', '.'], mine);
  await git(['commit', '-q', '-m', 'Opened'], mine);
  await git(['push', '-q', url, 'main'], mine);
  await git(['clone', '-q', url, 'theirs'], folder);
  assert.equal(await readFile(join(folder, 'theirs', 'README.md'), 'utf8'), '# Shop\n');
  const { api, admin } = gitea;
  // What a push changed is known to the API a moment later.
  const branch = await eventually('the branch is known', TIMEOUT_MS, () =>
    api<{ commit: { id: string } }>('GET', `/repos/${admin.username}/shop/branches/main`),
  );
  assert.equal(branch.commit.id, (await git(['rev-parse', 'HEAD'], mine)).trim());
});

test('a private repository wants credentials', { skip }, async () => {
  assert.ok(gitea);
  const stranger = gitea.cloneUrl('shop').replace(/\/\/.*@/, '//');
  await assert.rejects(
    git(['-c', 'core.askPass=true', 'ls-remote', stranger], folder),
    /Authentication failed/,
  );
});
