// What every source technology must do, on any engine. Run it with a platform that serves one.
import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Client } from '@slipway/client';
import { BranchProtection, ChangeRequest, Repository } from '@slipway/kinds';
import { gitClient } from './git-client.fixture.ts';

/** A platform with team `default`, its namespace `team-default`, and one source technology. */
export interface SourceUnderTest {
  /** As an administrator. */
  client: Client;
  /** Where Git answers from outside, without a trailing slash. */
  url: string;
  caFile: string;
  /** An empty folder for working copies. */
  folder: string;
  /** A token of a new user with these verbs on `repositories.source.slipway.dev` in `team-default`. */
  token(name: string, verbs: string[], may?: ('open' | 'approve' | 'protect')[]): Promise<string>;
  /** The technology's own API for changes to repositories of the team `default`, as whom a token belongs to. */
  changes(token: string): ChangesUnderTest;
}

/** What every technology's API for changes does; `status` is HTTP's. */
export interface ChangesUnderTest {
  open(
    repository: string,
    change: { head: string; base: string; title: string },
  ): Promise<{ status: number; number: number }>;
  approve(repository: string, number: number): Promise<{ status: number; message: string }>;
  merge(repository: string, number: number): Promise<{ status: number; message: string }>;
}

const WRITER = ['get', 'list', 'create', 'update', 'delete'];
const namespace = 'team-default';

function repositoryObject(name: string): Repository {
  return {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'Repository',
    metadata: { name, namespace },
    spec: { owner: 'default', name },
  };
}

/** Resolves when the predicate holds; fails after 10 s with what was seen last. */
export async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const until = performance.now() + 10_000;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (performance.now() > until) assert.fail(`never so: ${JSON.stringify(value)}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** Call it inside `describe`, after the platform is up. */
export function sourceConformance(platform: () => SourceUnderTest): void {
  describe('a source technology', () => {
    const readyRepository = async (name: string) => {
      const { client } = platform();
      await client.create(Repository, repositoryObject(name));
      return eventually(
        () => client.get(Repository, { namespace, name }),
        object => object.status?.url !== undefined,
      );
    };

    it('makes a repository for a Repository object, and takes pushes to it', async () => {
      const { url, caFile, folder, client, token } = platform();
      const object = await readyRepository('made-by-kubectl');
      assert.equal(object.status?.url, 'https://git.slipway.internal/default/made-by-kubectl.git');
      const git = gitClient({ caFile, token: await token('pusher', WRITER) });
      const copy = join(folder, 'made-by-kubectl');
      await git.git(['clone', '--quiet', `${url}/default/made-by-kubectl.git`, copy]);
      const commit = await git.commit(copy, { 'README.md': 'hello\n' });
      await git.git(['push', '--quiet', 'origin', 'HEAD:main'], copy);
      const pushed = await client.get(Repository, { namespace, name: 'made-by-kubectl' });
      assert.equal(pushed.status?.branches?.main, commit, 'told before the push was acknowledged');
      assert.match(pushed.status?.pushedBy ?? '', /pusher/);
      assert.ok(pushed.status?.pushedAt);
    });

    it('tells of new and deleted branches before it answers', async () => {
      const { url, caFile, folder, client, token } = platform();
      await readyRepository('branches');
      const git = gitClient({ caFile, token: await token('brancher', WRITER) });
      const copy = join(folder, 'branches');
      await git.git(['clone', '--quiet', `${url}/default/branches.git`, copy]);
      const commit = await git.commit(copy, { a: '1' });
      await git.git(['push', '--quiet', 'origin', 'HEAD:main', 'HEAD:feature/one'], copy);
      const key = { namespace, name: 'branches' };
      const before = (await client.get(Repository, key)).status?.branches;
      assert.deepEqual(before, { 'feature/one': commit, main: commit });
      await git.git(['push', '--quiet', 'origin', ':feature/one'], copy);
      assert.deepEqual((await client.get(Repository, key)).status?.branches, { main: commit });
    });

    it('asks for credentials when there are none', async () => {
      const { url, caFile } = platform();
      await readyRepository('private');
      const answer = await gitClient({ caFile }).refused(['ls-remote', `${url}/default/private.git`]);
      assert.match(answer, /could not read Username|Authentication failed/);
    });

    it('refuses a second user without rights, to read and to push, naming the right', async () => {
      const { url, caFile, folder, token, client } = platform();
      await readyRepository('guarded');
      const nobody = gitClient({ caFile, token: await token('nobody', []) });
      assert.match(
        await nobody.refused(['ls-remote', `${url}/default/guarded.git`]),
        /may not read.*\(get repositories/,
      );
      const reader = gitClient({ caFile, token: await token('reader', ['get']) });
      const copy = join(folder, 'guarded');
      await reader.git(['clone', '--quiet', `${url}/default/guarded.git`, copy]);
      await reader.commit(copy, { a: '1' });
      const refusal = await reader.refused(['push', 'origin', 'HEAD:main'], copy);
      assert.match(refusal, /may not push to.*\(update repositories/);
      assert.deepEqual(
        (await client.get(Repository, { namespace, name: 'guarded' })).status?.branches ?? {},
        {},
      );
    });

    it('refuses a token that is not valid', async () => {
      const { url, caFile } = platform();
      await readyRepository('tokens');
      const git = gitClient({ caFile, token: 'slp_0000000000000000_wrong' });
      assert.match(
        await git.refused(['ls-remote', `${url}/default/tokens.git`]),
        /could not read Username|Authentication failed/,
      );
    });

    it('says so when there is no such repository', async () => {
      const { url, caFile, token } = platform();
      const git = gitClient({ caFile, token: await token('asker', WRITER) });
      const answer = await git.refused(['ls-remote', `${url}/default/not-there.git`]);
      assert.match(answer, /remote: there is no repository "default\/not-there"/);
    });

    it('refuses paths that lead out of the repositories', async () => {
      const { url, caFile, token } = platform();
      const git = gitClient({ caFile, token: await token('climber', WRITER) });
      for (const path of ['default/..%2f..%2fetc', '..%2fx/y', 'default/%2e%2e', 'de%00fault/x']) {
        await assert.rejects(git.git(['ls-remote', `${url}/${path}`]), { code: 128 }, path);
      }
    });

    it('removes what is stored together with the object', async () => {
      const { client, url, caFile, token } = platform();
      await readyRepository('short-lived');
      await client.delete(Repository, { namespace, name: 'short-lived' });
      await eventually(
        () => client.find(Repository, { namespace, name: 'short-lived' }),
        object => object === undefined,
      );
      const git = gitClient({ caFile, token: await token('late', WRITER) });
      assert.match(
        await git.refused(['ls-remote', `${url}/default/short-lived.git`]),
        /there is no repository/,
      );
      await assert.rejects(access(join(platform().folder, 'short-lived')));
    });

    for (const { name, spec, reason, because } of [
      {
        name: 'other',
        spec: { owner: 'default', name: 'one' },
        reason: 'RepositoryNameMismatch',
        because: 'two objects could mean one repository',
      },
      {
        name: 'climb',
        spec: { owner: 'default', name: '../climb' },
        reason: 'RepositoryNameInvalid',
        because: 'it leads out of the folder',
      },
      {
        name: 'stolen',
        spec: { owner: 'payments', name: 'stolen' },
        reason: 'RepositoryNameMismatch',
        because: 'another team owns it',
      },
      {
        name: 'open',
        spec: { owner: 'default', name: 'open', private: false },
        reason: 'RepositoryPublic',
        because: 'rights are RBAC only',
      },
    ]) {
      it(`refuses an object ${name} with ${JSON.stringify(spec)} because ${because}`, async () => {
        const { client } = platform();
        await client.create(Repository, { ...repositoryObject(name), spec });
        const object = await eventually(
          () => client.get(Repository, { namespace, name }),
          seen => seen.status?.conditions?.[0]?.status === 'False',
        );
        assert.equal(object.status?.conditions?.[0]?.reason, reason);
        await client.delete(Repository, { namespace, name });
      });
    }

    describe('a change', () => changeConformance(platform, readyRepository));
  });
}

/** Proposed, decided and merged by people with rights; all of it told in one object. */
function changeConformance(
  platform: () => SourceUnderTest,
  readyRepository: (name: string) => Promise<unknown>,
): void {
  /** A repository with a protected `main`, and a branch `topic` that changes one file. */
  const proposal = async (name: string, token: string) => {
    const { client, url, caFile, folder } = platform();
    await readyRepository(name);
    await client.create(BranchProtection, {
      apiVersion: 'source.slipway.dev/v1alpha1',
      kind: 'BranchProtection',
      metadata: { name: `${name}.main`, namespace },
      spec: { repository: name, rule: 'main', requiredApprovals: 1 },
    });
    const git = gitClient({ caFile, token });
    const copy = join(folder, name);
    await git.git(['clone', '--quiet', `${url}/default/${name}.git`, copy]);
    await git.commit(copy, { a: '1' });
    await git.git(['push', '--quiet', 'origin', 'HEAD:main'], copy);
    const head = await git.commit(copy, { a: '2' });
    await git.git(['push', '--quiet', 'origin', 'HEAD:topic'], copy);
    return { git, copy, head };
  };
  const statusOf = async (name: string, number: number) => {
    const { client } = platform();
    return (await client.get(ChangeRequest, { namespace, name: `${name}.${number}` })).status;
  };
  const change = { head: 'topic', base: 'main', title: 'Two' };

  it('is opened, approved by another, merged, and told of in its object', async () => {
    const { token, changes } = platform();
    const ann = await token('opener', WRITER, ['open', 'approve']);
    const ben = changes(await token('approver', WRITER, ['open', 'approve']));
    const { git, copy, head } = await proposal('proposed', ann);
    assert.deepEqual(await changes(ann).open('proposed', change), { status: 201, number: 1 });
    const opened = await statusOf('proposed', 1);
    assert.deepEqual([opened?.state, opened?.headRevision, opened?.mergeable], ['open', head, true]);
    assert.deepEqual(
      opened?.blockedBy?.map(({ reason }) => reason),
      ['Approvals'],
    );
    const early = await ben.merge('proposed', 1);
    assert.ok(early.status >= 400 && /approvals/.test(early.message), early.message);
    assert.ok((await changes(ann).approve('proposed', 1)).status >= 400, 'nobody approves what is their own');
    assert.equal((await ben.approve('proposed', 1)).status, 200);
    assert.equal((await ben.merge('proposed', 1)).status, 200);
    const merged = await statusOf('proposed', 1);
    assert.equal(merged?.state, 'merged');
    assert.match(merged?.mergedBy ?? '', /approver/);
    const { stdout } = await git.git(['ls-remote', 'origin', 'refs/heads/main', 'refs/pull/1/head'], copy);
    assert.match(stdout, new RegExp(`^${merged?.mergeCommit}\trefs/heads/main`));
    assert.match(stdout, new RegExp(`${head}\trefs/pull/1/head`));
  });

  it('is the only way to a protected branch, and sees what is pushed to its own', async () => {
    const { token, changes } = platform();
    const ann = await token('pusher-to-protected', WRITER, ['open']);
    const { git, copy } = await proposal('guarded-branch', ann);
    assert.match(await git.refused(['push', 'origin', 'HEAD:main'], copy), /remote rejected.*protected/);
    assert.match(await git.refused(['push', 'origin', ':main'], copy), /protected from deletion/);
    await changes(ann).open('guarded-branch', change);
    const next = await git.commit(copy, { b: '1' });
    await git.git(['push', '--quiet', 'origin', 'HEAD:topic'], copy);
    await eventually(
      () => statusOf('guarded-branch', 1),
      status => status?.headRevision === next && status.commits === 2,
    );
    await git.git(['push', '--quiet', 'origin', ':topic'], copy);
    await eventually(
      () => statusOf('guarded-branch', 1),
      status => status?.state === 'closed',
    );
  });

  it('needs rights of its own to be opened and approved', async () => {
    const { token, changes } = platform();
    const ann = await token('opener-with-right', WRITER, ['open']);
    await proposal('rights', ann);
    const writer = changes(await token('writer-only', WRITER));
    assert.equal((await writer.open('rights', change)).status, 403);
    await changes(ann).open('rights', change);
    assert.equal((await writer.approve('rights', 1)).status, 403);
  });
}
