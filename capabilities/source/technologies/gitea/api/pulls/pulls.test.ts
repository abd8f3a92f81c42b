import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ChangeRequest } from '@slipway/kinds';
import { runGit } from '@slipway/sources';
import { startTestPlatform, type TestPlatform } from '../../platform.fixture.ts';
import { type Loose, type RestAnswer, type RestClient, restClient } from '../../rest-client.fixture.ts';
import { giteaSwagger } from '../../swagger.fixture.ts';

const ADA = 'system:serviceaccount:team-default:ada';
const BEN = 'system:serviceaccount:team-default:ben';
const EVERYTHING = ['get', 'list', 'create', 'update', 'delete'];

describe('pull requests of Gitea’s REST API', () => {
  let platform: TestPlatform;
  let ada: RestClient;
  let ben: RestClient;
  let reader: RestClient;

  before(async () => {
    platform = await startTestPlatform();
    ada = restClient(platform, await platform.token('ada', EVERYTHING, ['open', 'approve', 'protect']));
    ben = restClient(platform, await platform.token('ben', EVERYTHING, ['open', 'approve']));
    reader = restClient(platform, await platform.token('reader', ['get']));
  });
  after(async () => {
    for (const client of [ada, ben, reader]) client.close();
    await platform.stop();
  });

  const commit = async (name: string, branch: string, files: Record<string, string>, from = branch) => {
    const answer = await ada.post(`/repos/default/${name}/contents`, {
      branch: from,
      ...(from === branch ? {} : { new_branch: branch }),
      message: `change ${Object.keys(files)}`,
      files: Object.entries(files).map(([path, content]) => ({
        operation: 'upload',
        path,
        content: Buffer.from(content).toString('base64'),
      })),
    });
    assert.equal(answer.status, 201, answer.text);
    return String(answer.body.commit?.sha);
  };
  const LINES = Array.from({ length: 9 }, (_, index) => `line ${index}\n`);
  /** A repository with a commit on main, and a branch `topic` with one more. */
  const repository = async (name: string) => {
    const made = await ada.post('/orgs/default/repos', { name });
    assert.equal(made.status, 201, made.text);
    await commit(name, 'main', { 'a.txt': LINES.join(''), 'README.md': 'hello\n' });
    const head = await commit(name, 'topic', { 'a.txt': `first\n${LINES.join('')}` }, 'main');
    return { path: `/repos/default/${name}`, head };
  };
  const open = async (path: string, more: object = {}): Promise<Loose> => {
    const answer = await ada.post(`${path}/pulls`, {
      head: 'topic',
      base: 'main',
      title: 'A change',
      ...more,
    });
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  };
  const tip = async (path: string, branch = 'main') =>
    String((await ada.get(`${path}/branches/${branch}`)).body.commit?.id);
  const says = (answer: RestAnswer, status: number, text: RegExp) => {
    assert.equal(answer.status, status, answer.text);
    assert.match(String(answer.body.message), text);
  };
  const log = async (name: string, format: string) => {
    const args = [
      '--git-dir',
      `${platform.repositories}/default/${name}.git`,
      'log',
      `--format=${format}`,
      'main',
    ];
    return (await runGit(args)).stdout.toString().trim().split('\n');
  };

  it('opens, lists, reads and merges one, and tells of it in an object and the audit', async () => {
    const { path, head } = await repository('line');
    const pull = await open(path, { body: 'because' });
    const { number, state, mergeable, merged, additions, changed_files: files, body } = pull;
    assert.deepEqual(
      { number, state, mergeable, merged, additions, files, body },
      { number: 1, state: 'open', mergeable: true, merged: false, additions: 1, files: 1, body: 'because' },
    );
    assert.equal(pull.head?.sha, head);
    assert.equal(pull.user?.login, ADA);
    assert.equal((await reader.get(`${path}/pulls`)).headers['x-total-count'], '1');
    const options = { Do: 'merge', head_commit_id: head, delete_branch_after_merge: true };
    const answer = await ben.post(`${path}/pulls/1/merge`, options);
    assert.deepEqual([answer.status, answer.text], [200, '']);
    const after = (await reader.get(`${path}/pulls/1`)).body;
    assert.deepEqual(
      [after.merged, after.merged_by?.login, after.state, after.merge_commit_sha, after.head?.ref],
      [true, BEN, 'closed', await tip(path), 'refs/pull/1/head'],
    );
    assert.equal((await reader.get(`${path}/pulls/1/merge`)).status, 204);
    assert.equal((await reader.get(`${path}/branches/topic`)).status, 404);
    const object = await platform.client.get(ChangeRequest, { namespace: 'team-default', name: 'line.1' });
    assert.equal(object.status?.state, 'merged');
    assert.equal(object.status?.merging, undefined);
    const records = await platform.kube.server.audit.search({
      resource: 'changerequests.source.slipway.dev',
    });
    const told = records
      .filter(({ door }) => door === 'git')
      .map(({ actor, verb, outcome }) => [actor, verb, outcome]);
    assert.deepEqual(told.slice(0, 2), [
      [BEN, 'merge', 'allowed'],
      [ADA, 'open', 'allowed'],
    ]);
    assert.match(
      (await log('line', '%B'))[0] ?? '',
      /^Merge pull request 'A change' \(#1\) from topic into main$/,
    );
  });

  for (const { style, subjects, parents, because } of [
    { style: 'merge', subjects: 4, parents: 2, because: 'the merge itself is one more' },
    { style: 'squash', subjects: 3, parents: 1, because: 'all of the change is one commit' },
    { style: 'rebase', subjects: 3, parents: 1, because: 'the commit is made again on top' },
    { style: 'rebase-merge', subjects: 4, parents: 2, because: 'the merge follows the commit made again' },
  ]) {
    it(`merges by ${style} on top of what came meanwhile: ${because}`, async () => {
      const { path, head } = await repository(`style-${style}`);
      await open(path);
      await commit(`style-${style}`, 'main', { 'a.txt': `${LINES.join('')}last\n` });
      const answer = await ben.post(`${path}/pulls/1/merge`, { Do: style });
      assert.equal(answer.status, 200, answer.text);
      const after = await log(`style-${style}`, '%H %P');
      assert.equal(after.length, subjects);
      assert.equal((after[0] ?? '').split(' ').length - 1, parents);
      assert.equal(
        after.some(line => line.startsWith(head)),
        style === 'merge',
      );
      const text = (await ada.get(`${path}/raw/a.txt`)).text;
      assert.equal(text, `first\n${LINES.join('')}last\n`);
      const [author, committer] = (await log(`style-${style}`, '%an|%cn'))[0]?.split('|') ?? [];
      const expected = { merge: 'ben', 'rebase-merge': 'ben', squash: 'ada', rebase: 'ada' }[style];
      assert.deepEqual([author, committer], [expected, 'ben']);
    });
  }

  it('moves the branch itself by fast-forward-only, and refuses what is no descendant', async () => {
    const { path, head } = await repository('forward');
    await open(path);
    assert.equal((await ben.post(`${path}/pulls/1/merge`, { Do: 'fast-forward-only' })).status, 200);
    assert.equal(await tip(path), head);
    await commit('forward', 'other', { b: '1' }, 'main');
    await commit('forward', 'main', { c: '1' });
    await open(path, { head: 'other' });
    const refused = await ben.post(`${path}/pulls/2/merge`, { Do: 'fast-forward-only' });
    says(refused, 409, /merge or rebase it/);
  });

  it('lets pipelines run for who may push; for others somebody who may says so, for one revision', async () => {
    const { path, head } = await repository('running');
    const guest = restClient(platform, await platform.token('guest', ['get'], ['open']));
    const runOf = async (number: number) =>
      (await platform.client.get(ChangeRequest, { namespace: 'team-default', name: `running.${number}` }))
        .status?.run;
    await open(path);
    assert.deepEqual(await runOf(1), { revision: head, allowed: true, attempt: 1 });
    assert.equal((await ada.patch(`${path}/pulls/1`, { state: 'closed' })).status, 201);
    says(await ada.post(`${path}/pulls/1/run`, {}), 422, /open pull requests only/);
    const proposal = { head: 'topic', base: 'main', title: 'By a guest' };
    assert.equal((await guest.post(`${path}/pulls`, proposal)).status, 201);
    assert.deepEqual(await runOf(2), { revision: head, allowed: false, attempt: 1 });
    says(await guest.post(`${path}/pulls/2/run`, {}), 403, /may not run pipelines/);
    says(await ben.post(`${path}/pulls/2/run`, { commit_id: 'b'.repeat(40) }), 409, /head out of date/);
    assert.equal((await ben.post(`${path}/pulls/2/run`, { commit_id: head })).status, 201);
    assert.deepEqual(await runOf(2), { revision: head, allowed: true, by: BEN, attempt: 1 });
    assert.equal((await ben.post(`${path}/pulls/2/run`, {})).status, 201);
    assert.equal((await runOf(2))?.attempt, 2, 'once more');
    const next = await commit('running', 'topic', { 'b.txt': 'more\n' });
    await guest.get(`${path}/pulls/2`);
    assert.deepEqual(
      await runOf(2),
      { revision: next, allowed: false, attempt: 1 },
      'its word was for another',
    );
    guest.close();
  });

  it('answers in the shapes of Gitea’s own description', async () => {
    const swagger = giteaSwagger();
    const { path, head } = await repository('shapes');
    await ada.post(`${path}/statuses/${head}`, {
      state: 'success',
      context: 'ci',
      target_url: 'https://ci.test/1',
    });
    await ada.post(`${path}/branch_protections`, { rule_name: 'main', required_approvals: 1 });
    swagger.check('PullRequest', await open(path, { reviewers: [BEN], team_reviewers: ['leads'] }));
    const comments = [{ path: 'a.txt', new_position: 1, body: 'First?' }];
    await ben.post(`${path}/pulls/1/reviews`, { event: 'APPROVED', comments });
    await ben.post(`${path}/pulls/1/merge`, { Do: 'squash' });
    for (const [definition, at] of [
      ['PullRequest', '/pulls/1'],
      ['PullReview', '/pulls/1/reviews/1'],
      ['CombinedStatus', `/commits/${head}/status`],
      ['BranchProtection', '/branch_protections/main'],
      ['Branch', '/branches/main'],
    ] as const)
      swagger.check(definition, (await reader.get(path + at)).body);
    for (const [definition, at] of [
      ['PullRequest', '/pulls?state=all'],
      ['ChangedFile', '/pulls/1/files'],
      ['PullReviewComment', '/pulls/1/reviews/1/comments'],
      ['Commit', '/pulls/1/commits'],
      ['CommitStatus', `/statuses/${head}`],
    ] as const) {
      const list = (await reader.get(path + at)).body as unknown as Loose[];
      assert.equal(list.length, 1, at);
      for (const item of list) swagger.check(definition, item);
    }
  });

  it('keeps remarks on lines, of the file as it becomes and as it was', async () => {
    const { path, head } = await repository('remarks');
    await open(path);
    const comments = [
      { path: 'a.txt', new_position: 1, body: 'Why **first**?' },
      { path: 'a.txt', old_position: 9, body: 'It ends here.' },
    ];
    const review = await ben.post(`${path}/pulls/1/reviews`, { event: 'COMMENT', comments });
    assert.equal(review.status, 200, review.text);
    assert.equal(review.body.comments_count, 2);
    const reply = [{ path: 'a.txt', new_position: 1, body: 'Because.' }];
    await ada.post(`${path}/pulls/1/reviews`, { event: 'COMMENT', comments: reply });
    const at = async (id: number) =>
      ((await reader.get(`${path}/pulls/1/reviews/${id}/comments`)).body as unknown as Loose[]).map(
        ({ id: number, position, original_position: old, commit_id: commit }) => [
          number,
          position,
          old,
          commit,
        ],
      );
    assert.deepEqual(await at(1), [
      [1, 1, 0, head],
      [2, 0, 9, head],
    ]);
    assert.deepEqual(await at(2), [[3, 1, 0, head]], 'numbers are counted within the change');
    const [first] = (await reader.get(`${path}/pulls/1/reviews/1/comments`)).body as unknown as Loose[];
    assert.equal(
      first?.diff_hunk,
      'diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,0 +1,1 @@\n+first',
    );
    assert.equal((await reader.get(`${path}/pulls/1`)).body.review_comments, 3);
  });

  for (const { because, comment, text } of [
    {
      because: 'the change leaves the file alone',
      comment: { path: 'README.md', new_position: 1 },
      text: /touch/,
    },
    { because: 'the file is shorter', comment: { path: 'a.txt', new_position: 99 }, text: /no line 99/ },
    { because: 'no line is named', comment: { path: 'a.txt' }, text: /position is required/ },
    { because: 'lines are counted', comment: { path: 'a.txt', new_position: -1 }, text: /number of a line/ },
    {
      because: 'it says nothing',
      comment: { path: 'a.txt', new_position: 1, body: ' ' },
      text: /body.: Required/,
    },
    { because: 'no path leads out', comment: { path: '../a.txt', new_position: 1 }, text: /touch/ },
  ])
    it(`refuses a remark on a line because ${because}`, async () => {
      const path = '/repos/default/no-remarks';
      if ((await ada.get(path)).status === 404) {
        await repository('no-remarks');
        await open(path);
      }
      const comments = [{ body: 'x', ...comment }];
      says(await ben.post(`${path}/pulls/1/reviews`, { event: 'COMMENT', comments }), 422, text);
    });

  for (const { because, options, status, text } of [
    { because: 'head is base', options: { head: 'main' }, status: 422, text: /no changes between the head/ },
    { because: 'there is no such head', options: { head: 'ghost' }, status: 404, text: /name: ghost/ },
    { because: 'there is no such base', options: { base: 'ghost' }, status: 404, text: /name: ghost/ },
    { because: 'it has no title', options: { title: ' ' }, status: 422, text: /\[Title\]: Required/ },
    { because: 'the title is too long', options: { title: 'x'.repeat(256) }, status: 422, text: /MaxSize/ },
    { because: 'there are no forks', options: { head: 'eve:topic' }, status: 422, text: /no forks/ },
    { because: 'there are no labels', options: { labels: [1] }, status: 422, text: /^\[labels\]/ },
    {
      because: 'there are no assignees',
      options: { assignees: ['ben'] },
      status: 422,
      text: /^\[assignees\]/,
    },
    { because: 'reviewers are names', options: { reviewers: [1] }, status: 422, text: /^\[reviewers\]/ },
    { because: 'a name is no path', options: { head: '../../etc/passwd' }, status: 404, text: /not exist/ },
    { because: 'an option is no branch', options: { head: '--output=x' }, status: 404, text: /not exist/ },
  ]) {
    it(`refuses to open one because ${because}`, async () => {
      const path = '/repos/default/refusals';
      if ((await ada.get(path)).status === 404) await repository('refusals');
      const body = { head: 'topic', base: 'main', title: 'x', ...options };
      says(await ada.post(`${path}/pulls`, body), status, text);
    });
  }

  it('opens one for the same branches only once, and none without the right', async () => {
    const { path } = await repository('once');
    await open(path, { head: 'default:topic' });
    const again = await ada.post(`${path}/pulls`, { head: 'topic', base: 'main', title: 'again' });
    says(again, 409, /pull request already exists for these targets/);
    const body = { head: 'topic', base: 'main', title: 'x' };
    says(await reader.post(`${path}/pulls`, body), 403, /create changerequests/);
    says(await reader.post(`${path}/pulls/1/reviews`, { event: 'APPROVED' }), 403, /create approvals/);
    says(await reader.post(`${path}/pulls/1/merge`, {}), 405, /not allowed to merge/);
    says(await reader.patch(`${path}/pulls/1`, { title: 'mine' }), 403, /only the author/);
    const { audit } = platform.kube.server;
    const denied = await audit.search({ resource: 'changerequests.source.slipway.dev', outcome: 'denied' });
    const told = denied.filter(({ door }) => door === 'git').map(({ verb, object }) => `${verb} ${object}`);
    assert.deepEqual(
      told.reverse().map(text => text.replace(/[0-9a-f]{40}/, '…')),
      [
        'run default/running#2',
        'open default/once topic',
        'review default/once#1 APPROVED',
        'merge default/once#1 …',
        'edit default/once#1',
      ],
    );
  });

  it('refuses conflicts with their paths, as Gitea answers them', async () => {
    const { path } = await repository('conflict');
    await commit('conflict', 'main', { 'a.txt': `other\n${LINES.join('')}` });
    const pull = await open(path);
    assert.equal(pull.mergeable, false);
    for (const style of ['merge', 'rebase', 'squash']) {
      const answer = await ben.post(`${path}/pulls/1/merge`, { Do: style });
      says(answer, 409, /a\.txt/);
      assert.equal(answer.body.Style, style);
    }
    await commit('conflict', 'topic', { 'a.txt': `other\n${LINES.join('')}more\n` });
    assert.equal((await reader.get(`${path}/pulls/1`)).body.mergeable, true, 'looked at again after a push');
  });

  it('does not merge a head that nobody looked at', async () => {
    const { path, head } = await repository('outdated');
    await open(path);
    await commit('outdated', 'topic', { b: '1' });
    says(await ben.post(`${path}/pulls/1/merge`, { head_commit_id: head }), 409, /^head out of date$/);
    const review = await ben.post(`${path}/pulls/1/reviews`, { event: 'APPROVED', commit_id: head });
    says(review, 409, /head out of date/);
  });

  it('lets one of two win who merge at once, and tells the other', async () => {
    const { path } = await repository('race');
    await open(path);
    const answers = await Promise.all(
      [ada, ben].map(one => one.post(`${path}/pulls/1/merge`, { Do: 'merge' })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 405]);
    const loser = answers.find(({ status }) => status === 405);
    assert.match(String(loser?.body.message), /merged already, by/);
    assert.equal((await log('race', '%H')).length, 3);
  });

  it('closes, closes again, reopens; merged stays merged', async () => {
    const { path } = await repository('closing');
    await open(path);
    for (const state of ['closed', 'closed', 'open']) {
      const answer = await ada.patch(`${path}/pulls/1`, { state });
      assert.deepEqual([answer.status, answer.body.state], [201, state]);
    }
    await ada.patch(`${path}/pulls/1`, { state: 'closed' });
    says(await ben.post(`${path}/pulls/1/merge`, {}), 404, /closed/);
    await ada.patch(`${path}/pulls/1`, { state: 'open', title: 'WIP: later' });
    says(await ben.post(`${path}/pulls/1/merge`, {}), 405, /Work in progress/);
    await ada.patch(`${path}/pulls/1`, { title: 'Now' });
    assert.equal((await ben.post(`${path}/pulls/1/merge`, {})).status, 200);
    says(await ada.patch(`${path}/pulls/1`, { state: 'open' }), 412, /already merged/);
  });

  for (const { style, commits, because } of [
    { style: 'merge', commits: 2, because: 'the base is merged into it' },
    { style: 'rebase', commits: 1, because: 'its commit is made again on top' },
  ]) {
    it(`brings a branch up to its base by ${style}: ${because}`, async () => {
      const { path } = await repository(`update-${style}`);
      await open(path);
      const base = await commit(`update-${style}`, 'main', { c: '1' });
      assert.notEqual(String((await reader.get(`${path}/pulls/1`)).body.merge_base), base);
      assert.equal((await reader.post(`${path}/pulls/1/update`)).status, 403);
      const answer = await ada.post(`${path}/pulls/1/update?style=${style}`);
      assert.equal(answer.status, 200, answer.text);
      const after = (await reader.get(`${path}/pulls/1`)).body;
      assert.deepEqual([after.merge_base, after.changed_files], [base, 1]);
      const list = (await reader.get(`${path}/pulls/1/commits`)).body as unknown as Loose[];
      assert.equal(list.length, commits);
      const refused = await ada.post(`${path}/pulls/1/update?style=squash`);
      says(refused, 422, /^\[style\]/);
    });
  }

  it('closes what loses its branch', async () => {
    const { path } = await repository('gone');
    await open(path);
    assert.equal((await ada.delete(`${path}/branches/topic`)).status, 204);
    assert.equal((await reader.get(`${path}/pulls/1`)).body.state, 'closed');
    assert.equal(
      (await reader.get(`${path}/pulls/1.diff`)).status,
      200,
      'what was proposed can still be read',
    );
  });

  it('shows files, commits, diff and patch, and cuts what is huge', async () => {
    const { path } = await repository('files');
    await commit('files', 'topic', { 'big.txt': `${'x'.repeat(99)}\n`.repeat(110_000) });
    await open(path);
    const files = (await reader.get(`${path}/pulls/1/files`)).body as unknown as Loose[];
    assert.deepEqual(
      files.map(({ filename, status, additions }) => [filename, status, additions]),
      [
        ['a.txt', 'changed', 1],
        ['big.txt', 'added', 110_000],
      ],
    );
    assert.equal(((await reader.get(`${path}/pulls/1/commits`)).body as unknown as Loose[]).length, 2);
    const diff = await reader.get(`${path}/pulls/1.diff`);
    assert.match(diff.text, /^diff --git a\/a\.txt/);
    assert.match(diff.text.slice(-200), /Cut after 10485760 bytes.*refs\/pull\/1\/head/);
    assert.equal(diff.headers['x-slipway-cut'], '10485760');
    assert.match((await reader.get(`${path}/pulls/1.patch`)).text, /^From [0-9a-f]{40}/);
  });

  it('is no change that nobody opened at a door', async () => {
    const { path } = await repository('by-hand');
    const spec = { repository: 'by-hand', number: 1, head: 'topic', base: 'main', title: 'forged' };
    const metadata = { name: 'by-hand.1', namespace: 'team-default' };
    const kind = { apiVersion: 'source.slipway.dev/v1alpha1', kind: 'ChangeRequest' };
    const now = '2026-01-01T00:00:00Z';
    const forged = { state: 'open', author: ADA, openedAt: now, updatedAt: now } as ChangeRequest['status'];
    const as = { username: ADA, groups: ['system:authenticated'] };
    const person = platform.kube.client(as);
    const object = { ...kind, metadata, spec, ...(forged ? { status: forged } : {}) };
    await person.create(ChangeRequest, object);
    await person.patch(ChangeRequest, metadata, { type: 'merge', body: { status: forged } });
    const status = { subresource: 'status' };
    const body = { status: forged };
    await assert.rejects(person.patch(ChangeRequest, metadata, { type: 'merge', body }, status), /forbidden/);
    assert.equal((await reader.get(`${path}/pulls/1`)).status, 404);
    assert.equal((await open(path)).number, 2, 'its number is left to it');
    const renamed = { spec: { ...spec, head: 'other' } };
    await assert.rejects(
      platform.client.patch(ChangeRequest, metadata, { type: 'merge', body: renamed }),
      /head cannot change/,
    );
  });
});
