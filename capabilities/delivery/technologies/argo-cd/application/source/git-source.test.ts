import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Ports } from '@slipway/definition';
import { type GitServer, startGitServer } from '../../../../../../packages/sources/src/git-server.fixture.ts';
import { folderAt } from '../../../../../../test/engine-bed.ts';
import { publicRepository } from '../../settings/repository.ts';
import { type GitRequest, type GitSources, gitSources } from './git-source.ts';

let server: GitServer;
let folder: string;
let git: GitSources;
let now = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-git-source-'));
  server = await startGitServer();
  await server.commit({ 'a.yaml': 'a: 1\n' });
  const clock = { now: () => now, sleep: async () => void (await turn()) };
  git = gitSources({ clock, data: folderAt(folder) } as unknown as Ports, url => ({
    ...publicRepository(url),
    namesServer: true,
  }));
});
after(async () => {
  git.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const request = (extra: Partial<GitRequest> = {}): GitRequest => ({
  repoURL: server.url,
  targetRevision: 'main',
  project: 'default',
  known: [],
  fresh: false,
  signal: new AbortController().signal,
  ...extra,
});

test('resolve() asks a server once for all revisions of a repository, and again when somebody wants it fresh', async () => {
  const commit = await git.resolve(request());
  const asked = server.requests();
  assert.equal(await git.resolve(request({ targetRevision: 'HEAD' })), commit);
  assert.equal(await git.resolve(request({ targetRevision: commit })), commit);
  assert.equal(server.requests(), asked);
  const pushed = await server.commit({ 'a.yaml': 'a: 2\n' });
  assert.equal(await git.resolve(request()), commit, 'believed for two minutes');
  assert.equal(await git.resolve(request({ fresh: true })), pushed);
  assert.equal(await git.resolve(request({ targetRevision: pushed.slice(0, 8) })), pushed);
});

test('resolve() answers many at once with requests that began after they asked', async () => {
  await git.resolve(request({ fresh: true }));
  const before = server.requests();
  const first = git.resolve(request({ fresh: true }));
  const pushed = await server.commit({ 'a.yaml': 'a: 3\n' });
  const others = Array.from({ length: 20 }, () => git.resolve(request({ fresh: true })));
  assert.deepEqual(new Set(await Promise.all(others)), new Set([pushed]));
  await first;
  // The first, one that ran when the others came, and one for all who came while it ran; git makes two of each.
  assert.ok(server.requests() - before <= 6, `${server.requests() - before} requests`);
});

test('open() reads a commit also after its reader has idled', async () => {
  const revision = await git.resolve(request({ fresh: true }));
  const opened = await git.open(request(), revision);
  assert.ok(await opened.reader.read('a.yaml'));
  now += 60_000;
  for (let turns = 0; turns < 20; turns++) await turn();
  assert.ok(await opened.reader.followed().read('a.yaml'));
  assert.equal(await git.open(request(), revision), opened);
});
