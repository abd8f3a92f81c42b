import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { test } from 'node:test';
import { updateStatus } from '@slipway/client';
import { ChangeRequest } from '@slipway/kinds';
import { runGit } from '@slipway/sources';
import { eventually } from '../../../conformance.ts';
import { startTestPlatform, type TestPlatform } from '../platform.fixture.ts';
import { type RestClient, restClient } from '../rest-client.fixture.ts';
import { startServerProcess } from '../server-process.fixture.ts';

const namespace = 'team-default';

/** As many changes as asked for, each of a file of its own. */
async function openChanges(rest: RestClient, name: string, count: number): Promise<void> {
  for (let index = 1; index <= count; index++) {
    const branch = { branch: 'main', new_branch: `topic-${index}` };
    const content = Buffer.from(`${index}`).toString('base64');
    assert.equal(
      (await rest.post(`/repos/default/${name}/contents/file-${index}`, { ...branch, content })).status,
      201,
    );
    const pull = { head: `topic-${index}`, base: 'main', title: `Change ${index}` };
    assert.equal((await rest.post(`/repos/default/${name}/pulls`, pull)).status, 201);
  }
}

async function commitsOf(platform: { repositories: string }, name: string): Promise<string[]> {
  const folder = `${platform.repositories}/default/${name}.git`;
  const { stdout } = await runGit(['--git-dir', folder, 'rev-list', 'main']);
  return stdout.toString().trim().split('\n');
}

/** Every change is merged with its commit in the branch, or open with none; nothing is in between. */
async function inLine(platform: TestPlatform, name: string): Promise<ChangeRequest[]> {
  const { items } = await eventually(
    () => platform.client.list(ChangeRequest, { namespace }),
    ({ items: seen }) => seen.every(({ status }) => status?.merging === undefined),
  );
  const commits = await commitsOf(platform, name);
  for (const { spec, status } of items) {
    const isIn = commits.includes(status?.mergeCommit ?? '');
    assert.equal(status?.state, isIn ? 'merged' : 'open', `change ${spec.number}`);
  }
  return items;
}

test('a merge that was noted is ended at the next start: as merged when the branch moved, as open otherwise', async () => {
  const platform = await startTestPlatform();
  try {
    const token = await platform.token('ada', ['get', 'list', 'create', 'update', 'delete'], ['open']);
    const rest = restClient(platform, token);
    await rest.post('/orgs/default/repos', { name: 'noted', auto_init: true });
    await openChanges(rest, 'noted', 2);
    const folder = `${platform.repositories}/default/noted.git`;
    const [before = ''] = await commitsOf(platform, 'noted');
    // As a crash leaves it: nobody runs who could end it at once.
    await platform.restart(async () => {
      for (const number of [1, 2]) {
        await updateStatus(platform.client, ChangeRequest, { namespace, name: `noted.${number}` }, draft => {
          const { status } = draft;
          if (status)
            status.merging = { commit: status.headRevision, before, by: 'ada', at: status.openedAt };
        });
      }
      const { status } = await platform.client.get(ChangeRequest, { namespace, name: 'noted.1' });
      await runGit(['--git-dir', folder, 'update-ref', 'refs/heads/main', status?.headRevision ?? '']);
    });
    const changes = await inLine(platform, 'noted');
    assert.deepEqual(
      changes.map(change => [change.status?.state, change.status?.mergedBy]),
      [
        ['merged', 'ada'],
        ['open', undefined],
      ],
    );
    rest.close();
  } finally {
    await platform.stop();
  }
});

test('kill -9 among merges leaves each either merged and recorded, or open', async () => {
  const COUNT = 8;
  const server = await startServerProcess();
  try {
    const rest = restClient({ url: server.url, ca: await readFile(server.caFile, 'utf8') }, server.token);
    await openChanges(rest, 'victim', COUNT);
    const told: number[] = [];
    const merging = Array.from({ length: COUNT }, async (_, index) => {
      const answer = await rest.post(`/repos/default/victim/pulls/${index + 1}/merge`, { Do: 'merge' });
      if (answer.status === 200) told.push(index + 1);
      if (told.length === 3) server.child.kill('SIGKILL');
    });
    await Promise.allSettled(merging);
    rest.close();
    if (server.child.exitCode === null && server.child.signalCode === null) await once(server.child, 'exit');
    const platform = await startTestPlatform({}, server.folder);
    try {
      const changes = await inLine(platform, 'victim');
      const merged = changes
        .filter(({ status }) => status?.state === 'merged')
        .map(({ spec }) => spec.number);
      assert.ok(told.length >= 3 && told.every(number => merged.includes(number)), `${told} of ${merged}`);
      const { stdout } = await runGit([
        '--git-dir',
        `${platform.repositories}/default/victim.git`,
        'fsck',
        '--strict',
      ]);
      assert.doesNotMatch(stdout.toString(), /missing|broken|corrupt/);
    } finally {
      await platform.stop();
    }
  } finally {
    server.child.kill('SIGKILL');
    await rm(server.folder, { recursive: true, force: true });
  }
});
