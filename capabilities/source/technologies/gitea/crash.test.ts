import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Repository } from '@slipway/kinds';
import { eventually } from '../../conformance.ts';
import { type GitClient, gitClient } from '../../git-client.fixture.ts';
import { startTestPlatform } from './platform.fixture.ts';
import { startServerProcess } from './server-process.fixture.ts';

async function killHard(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

test('kill -9 in the middle of a push loses nothing that was acknowledged and leaves a clean repository', async () => {
  const work = await mkdtemp(join(tmpdir(), 'slipway-crash-'));
  const server = await startServerProcess();
  try {
    const git = gitClient({ caFile: server.caFile, token: server.token });
    const copy = join(work, 'copy');
    await git.git(['clone', '--quiet', `${server.url}/default/victim.git`, copy]);
    const acknowledged = await git.commit(copy, { a: 'kept' });
    await git.git(['push', '--quiet', 'origin', 'main'], copy);
    await git.commit(copy, { large: randomBytes(40_000_000) });
    const repository = join(server.repositories, 'default/victim.git');
    const pushing = git.git(['push', '--quiet', 'origin', 'main'], copy).then(
      () => 'acknowledged',
      () => 'failed',
    );
    await eventually(
      async () => readdir(join(repository, 'objects')),
      names => names.some(name => /^(tmp_objdir|incoming)/.test(name)),
    );
    await killHard(server.child);
    assert.equal(await pushing, 'failed');
    await consistent(git, repository, acknowledged);
    // What a git killed at the worst moment would leave: a reference's lock.
    await writeFile(join(repository, 'refs/heads/main.lock'), '');
    await goesOn(server.folder, copy, acknowledged);
  } finally {
    await killHard(server.child);
    await rm(work, { recursive: true, force: true });
    await rm(server.folder, { recursive: true, force: true });
  }
});

async function consistent(git: GitClient, repository: string, tip: string): Promise<void> {
  const { stdout } = await git.git(['--git-dir', repository, 'fsck', '--full', '--strict']);
  assert.doesNotMatch(stdout, /missing|broken|corrupt/);
  const { stdout: main } = await git.git(['--git-dir', repository, 'rev-parse', 'refs/heads/main']);
  assert.equal(main.trim(), tip);
}

/** The next start takes the repository as it is, cleans it, and takes the push. */
async function goesOn(folder: string, copy: string, acknowledged: string): Promise<void> {
  const platform = await startTestPlatform({}, folder);
  try {
    const repository = join(platform.repositories, 'default/victim.git');
    const left = await readdir(join(repository, 'objects'));
    assert.deepEqual(
      left.filter(name => /^(tmp_|incoming)/.test(name)),
      [],
    );
    const key = { namespace: 'team-default', name: 'victim' };
    const object = await eventually(
      () => platform.client.get(Repository, key),
      seen => seen.status?.branches !== undefined,
    );
    assert.equal(object.status?.branches?.main, acknowledged);
    const git = gitClient({ caFile: platform.caFile, token: await platform.token('eve', ['get', 'update']) });
    await git.git(['push', '--quiet', `${platform.url}/default/victim.git`, 'main'], copy);
    const after = await platform.client.get(Repository, key);
    assert.notEqual(after.status?.branches?.main, acknowledged);
  } finally {
    await platform.stop();
  }
}
