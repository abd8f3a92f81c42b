import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BranchProtection } from '@slipway/kinds';
import { type GitClient, gitClient } from '../../git-client.fixture.ts';
import { startTestPlatform, type TestPlatform } from './platform.fixture.ts';
import { receivePack } from './receive-pack.fixture.ts';
import { type RestAnswer, type RestClient, restClient } from './rest-client.fixture.ts';
import { packet } from './smart-http/pkt-line.ts';

const EVERYTHING = ['get', 'list', 'create', 'update', 'delete'];
const BEN = 'system:serviceaccount:team-default:ben';
const CEM = 'system:serviceaccount:team-default:cem';
const path = '/repos/default/shop';

describe('protected branches', () => {
  let platform: TestPlatform;
  let ada: RestClient;
  let ben: RestClient;
  let cem: RestClient;
  let git: GitClient;
  let copy: string;
  let token: string;

  before(async () => {
    platform = await startTestPlatform();
    token = await platform.token('ada', EVERYTHING, ['open', 'approve', 'protect']);
    ada = restClient(platform, token);
    ben = restClient(platform, await platform.token('ben', EVERYTHING, ['open', 'approve']));
    cem = restClient(platform, await platform.token('cem', EVERYTHING, ['open', 'approve']));
    git = gitClient({ caFile: platform.caFile, token });
    copy = await mkdtemp(join(tmpdir(), 'slipway-protection-'));
    assert.equal((await ada.post('/orgs/default/repos', { name: 'shop' })).status, 201);
    await git.git(['clone', '--quiet', `${platform.url}/default/shop.git`, copy]);
    assert.equal((await protect({ rule_name: 'main' })).status, 201);
    await git.commit(copy, { 'a.txt': 'one\n', CODEOWNERS: `docs/ @${CEM}\n` });
    await git.git(['push', '--quiet', 'origin', 'HEAD:main', 'HEAD:free'], copy);
  });
  after(async () => {
    for (const client of [ada, ben, cem]) client.close();
    await platform.stop();
    await rm(copy, { recursive: true, force: true });
  });

  const protect = (options: object) => ada.post(`${path}/branch_protections`, options);
  const rules = (options: object) => ada.patch(`${path}/branch_protections/main`, options);
  const says = (answer: RestAnswer, status: number, text: RegExp) => {
    assert.equal(answer.status, status, answer.text);
    assert.match(String(answer.body.message), text);
  };
  const push = (...refs: string[]) => git.refused(['push', 'origin', ...refs], copy);
  const tips = async () => (await git.git(['ls-remote', 'origin', 'refs/heads/*'], copy)).stdout;
  let topics = 0;
  /** A change of one file on a branch of its own. */
  const change = async (file = 'a.txt') => {
    const topic = `topic-${++topics}`;
    await git.git(['fetch', '--quiet', 'origin', 'main:refs/remotes/origin/main'], copy);
    await git.git(['checkout', '--quiet', '-B', topic, 'origin/main'], copy);
    await git.commit(copy, { [file]: `${topic}\n` });
    await git.git(['push', '--quiet', 'origin', topic], copy);
    const answer = await ada.post(`${path}/pulls`, { head: topic, base: 'main', title: topic });
    assert.equal(answer.status, 201, answer.text);
    return `${path}/pulls/${answer.body.number}`;
  };
  const review = (who: RestClient, at: string, event: string) =>
    who.post(`${at}/reviews`, { event, body: 'because' });
  const merge = (who: RestClient, at: string) => who.post(`${at}/merge`, { Do: 'squash' });

  it('refuse a push with git’s own words, and say what to do', async () => {
    const before = await tips();
    await git.commit(copy, { 'a.txt': 'two\n' });
    const answer = await push('HEAD:main', 'HEAD:other');
    assert.match(answer, /remote: branch "main" is protected: push another branch and open a change request/);
    assert.match(answer, /! \[remote rejected\] HEAD -> main \(protected branch\)/);
    assert.match(answer, /! \[remote rejected\] HEAD -> other/, 'a push is one thing');
    assert.match(await push('+HEAD:main'), /protected branch/);
    assert.match(await push(':main'), /remote: branch "main" is protected from deletion/);
    assert.match(await push('HEAD:refs/pull/1/head'), /remote rejected.*hidden ref/);
    assert.equal(await tips(), before);
    const denied = await platform.kube.server.audit.search({ door: 'git', outcome: 'denied' });
    assert.match(denied[0]?.object ?? '', /default\/shop refs\/heads\/main/);
  });

  it('refuse what a client writes that is not git', async () => {
    const [main = ''] = (await tips()).match(/[0-9a-f]{40}(?=\trefs\/heads\/main)/) ?? [];
    const other = (await git.git(['rev-parse', 'HEAD'], copy)).stdout.trim();
    const upper = packet(
      `${main.toUpperCase()} ${other.toUpperCase()} refs/heads/main\0 report-status side-band-64k`,
    );
    assert.match(await receivePack(platform, token, [upper]), /ng refs\/heads\/main protected branch/);
    const inCertificate = `certificate version 0.1\n\n${main} ${other} refs/heads/main\n`;
    const certificate = [
      packet('push-cert\0 report-status\n'),
      packet(inCertificate),
      packet('push-cert-end\n'),
    ];
    assert.match(await receivePack(platform, token, certificate), /signed pushes are not supported/);
    assert.match(
      await receivePack(platform, token, [packet(` ${main} ${other} refs/heads/main`)]),
      /is no command/,
    );
    assert.match(await tips(), new RegExp(`^${main}\\trefs/heads/main$`, 'm'));
  });

  it('refuse what REST would do to them', async () => {
    const before = await tips();
    const files = [{ operation: 'create', path: 'x', content: '' }];
    says(await ada.post(`${path}/contents`, { branch: 'main', files }), 403, /"main" is protected/);
    says(await ada.post(`${path}/contents/x`, { branch: 'main', content: '' }), 403, /"main" is protected/);
    says(await ada.delete(`${path}/branches/main`), 403, /default branch/);
    await protect({ rule_name: 'release/*' });
    says(
      await ada.post(`${path}/branches`, { new_branch_name: 'release/1' }),
      403,
      /"release\/1" is protected/,
    );
    assert.match(await push('HEAD:release/1'), /protected branch/);
    assert.equal(await tips(), before);
    const branch = (await ada.get(`${path}/branches/main`)).body;
    assert.deepEqual(
      [branch.protected, branch.user_can_push, branch.effective_branch_protection_name],
      [true, false, 'main'],
    );
  });

  it('take pushes of who is listed, but none that throws commits away', async () => {
    await protect({ rule_name: 'stable', enable_push: true, enable_push_whitelist: true });
    assert.match(await push('HEAD:stable'), /protected branch/);
    const listed = { push_whitelist_usernames: ['system:serviceaccount:team-default:ada'] };
    await ada.patch(`${path}/branch_protections/stable`, listed);
    await git.git(['push', '--quiet', 'origin', 'HEAD:stable'], copy);
    assert.match(await push('+HEAD~1:stable'), /remote rejected.*non-fast-forward/);
    await ada.patch(`${path}/branch_protections/stable`, { enable_force_push: true });
    await git.git(['push', '--quiet', 'origin', '+HEAD~1:stable'], copy);
  });

  it('need approvals of others, each once, and not of who made the change', async () => {
    await rules({ required_approvals: 2 });
    const at = await change();
    says(await merge(ben, at), 405, /^Does not have enough approvals: 0 of 2$/);
    says(await review(ada, at, 'APPROVED'), 422, /^approve your own pull is not allowed/);
    await review(ben, at, 'APPROVED');
    await review(ben, at, 'APPROVED');
    says(await merge(ben, at), 405, /1 of 2/);
    await review(cem, at, 'APPROVED');
    assert.equal((await merge(ben, at)).status, 200);
    says(await review(cem, at, 'APPROVED'), 422, /only open/);
    await rules({ required_approvals: 0 });
  });

  it('drop approvals of what is no longer proposed, where the rule says so', async () => {
    await rules({ required_approvals: 1, dismiss_stale_approvals: true });
    const at = await change();
    await review(ben, at, 'APPROVED');
    await git.commit(copy, { 'a.txt': 'more\n' });
    await git.git(['push', '--quiet', 'origin', `topic-${topics}`], copy);
    says(await merge(ben, at), 405, /0 of 1/);
    const first = (await ada.get(`${at}/reviews/1`)).body;
    assert.deepEqual([first.state, first.stale, first.dismissed], ['APPROVED', true, true]);
    await rules({ required_approvals: 0, dismiss_stale_approvals: false });
  });

  it('let the author approve where an object says so, for a team of one', async () => {
    await rules({ required_approvals: 1 });
    const at = await change();
    const { items } = await platform.client.list(BranchProtection, { namespace: 'team-default' });
    const main = items.find(({ spec }) => spec.rule === 'main');
    const key = { namespace: 'team-default', name: main?.metadata.name ?? '' };
    const allow = (yes: boolean) =>
      platform.client.patch(BranchProtection, key, {
        type: 'merge',
        body: { spec: { allowAuthorApproval: yes } },
      });
    await allow(true);
    assert.equal((await review(ada, at, 'APPROVED')).status, 200);
    assert.equal((await merge(ben, at)).status, 200);
    await allow(false);
    await rules({ required_approvals: 0 });
  });

  it('wait for the checks that they name', async () => {
    await rules({ enable_status_check: true, status_check_contexts: ['ci/*'] });
    const at = await change();
    const head = (await ada.get(at)).body.head?.sha;
    const check = (state: string, context = 'ci/test') =>
      ben.post(`${path}/statuses/${head}`, { state, context });
    says(await merge(ben, at), 405, /^Not all required status checks successful: ci\/\* \(missing\)/);
    for (const state of ['pending', 'failure']) {
      assert.equal((await check(state)).status, 201);
      says(await merge(ben, at), 405, new RegExp(`ci/test \\(${state}\\)`));
    }
    await check('success');
    await check('failure', 'other');
    const combined = (await ada.get(`${path}/commits/${head}/status`)).body;
    assert.deepEqual([combined.state, combined.total_count], ['failure', 2]);
    assert.equal((await merge(ben, at)).status, 200);
    await rules({ enable_status_check: false });
    says(await check('green'), 422, /^\[State\]/);
    says(
      await ben.post(`${path}/statuses/${head}`, { state: 'success', target_url: 'javascript:x' }),
      422,
      /target_url/,
    );
    says(await ben.post(`${path}/statuses/${'0'.repeat(40)}`, { state: 'success' }), 404, /does not exist/);
  });

  it('stop what somebody wants changed, until they have changed their mind', async () => {
    await rules({ block_on_rejected_reviews: true });
    const at = await change();
    says(await ben.post(`${at}/reviews`, { event: 'REQUEST_CHANGES' }), 422, /requires a body/);
    await review(ben, at, 'REQUEST_CHANGES');
    says(await merge(cem, at), 405, /There are requested changes: by .*ben/);
    assert.equal((await cem.post(`${at}/reviews/1/dismissals`, { message: 'done' })).body.dismissed, true);
    await cem.post(`${at}/reviews/1/undismissals`);
    await review(ben, at, 'APPROVED');
    assert.equal((await merge(cem, at)).status, 200);
    await rules({ block_on_rejected_reviews: false });
  });

  it('ask the owners of what changed, and wait for them', async () => {
    await rules({ block_on_official_review_requests: true });
    const at = await change('docs/a.md');
    const asked = (await ada.get(at)).body.requested_reviewers as unknown as { login: string }[];
    assert.deepEqual(
      asked.map(({ login }) => login),
      [CEM],
    );
    await review(ben, at, 'APPROVED');
    says(await merge(ben, at), 405, /^There are official review requests: of .*cem/);
    await review(cem, at, 'APPROVED');
    assert.equal((await merge(ben, at)).status, 200);
    const other = await change();
    await ada.post(`${other}/requested_reviewers`, { reviewers: [BEN] });
    says(await merge(cem, other), 405, /of .*ben/);
    await ada.delete(`${other}/requested_reviewers`, { reviewers: [BEN] });
    assert.equal((await merge(cem, other)).status, 200);
    await rules({ block_on_official_review_requests: false });
  });

  it('keep files from being changed, and changes from being merged by others', async () => {
    await rules({ protected_file_patterns: '*.lock;a.txt' });
    const at = await change();
    says(await merge(ben, at), 405, /^Changed protected files: a\.txt/);
    await rules({
      protected_file_patterns: '',
      enable_merge_whitelist: true,
      merge_whitelist_usernames: [CEM],
    });
    says(await merge(ben, at), 405, /not allowed to merge/);
    await rules({ enable_merge_whitelist: false, block_on_outdated_branch: true });
    assert.equal((await merge(cem, at)).status, 200);
  });

  for (const { options, status, text } of [
    {
      options: { rule_name: 'x', require_signed_commits: true },
      status: 422,
      text: /^\[require_signed_commits\]/,
    },
    {
      options: { rule_name: 'x', unprotected_file_patterns: '*' },
      status: 422,
      text: /^\[unprotected_file_patterns\]/,
    },
    { options: { rule_name: 'x', push_whitelist_deploy_keys: true }, status: 422, text: /deploy_keys/ },
    {
      options: { rule_name: 'x', required_approvals: '1' },
      status: 422,
      text: /^\[required_approvals\]: must be/,
    },
    { options: { rule_name: 'x', enable_push: 'yes' }, status: 422, text: /^\[enable_push\]: must be true/ },
    {
      options: { rule_name: 'x', merge_whitelist_teams: 'a' },
      status: 422,
      text: /^\[merge_whitelist_teams\]/,
    },
    { options: { rule_name: 'v[' }, status: 422, text: /no pattern/ },
    { options: {}, status: 422, text: /^\[rule_name\]: Required/ },
    { options: { rule_name: 'main' }, status: 403, text: /already exist/ },
    {
      options: { rule_name: 'x', enable_push: true, protected_file_patterns: '*' },
      status: 422,
      text: /not supported with enable_push/,
    },
  ])
    it(`refuse to be made of ${JSON.stringify(options)}`, async () => {
      says(await protect(options), status, text);
    });

  it('are a right of their own', async () => {
    says(await ben.post(`${path}/branch_protections`, { rule_name: 'y' }), 403, /branchprotections/);
    says(
      await ben.patch(`${path}/branch_protections/main`, { required_approvals: 0 }),
      403,
      /branchprotections/,
    );
    says(await ben.delete(`${path}/branch_protections/main`), 403, /branchprotections/);
    assert.equal((await ada.delete(`${path}/branch_protections/main`)).status, 204);
    await git.git(['push', '--quiet', 'origin', '+HEAD:main'], copy);
  });
});
