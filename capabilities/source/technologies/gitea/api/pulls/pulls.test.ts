import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestPlatform, type TestPlatform } from '../../platform.fixture.ts';
import { type RestClient, restClient } from '../../rest-client.fixture.ts';

const ADA = 'system:serviceaccount:team-default:ada';
const BEN = 'system:serviceaccount:team-default:ben';
const EVERYTHING = ['get', 'list', 'create', 'update', 'patch', 'delete'];

describe('pull requests of Gitea’s REST API', () => {
  let platform: TestPlatform;
  let ada: RestClient;
  let ben: RestClient;
  let reader: RestClient;

  before(async () => {
    platform = await startTestPlatform();
    const token = await platform.token('ada', EVERYTHING, ['open', 'approve', 'protect']);
    ada = restClient(platform, token);
    ben = restClient(platform, await platform.token('ben', EVERYTHING, ['open', 'approve', 'protect']));
    reader = restClient(platform, await platform.token('reader', ['get']));
  });
  after(async () => {
    for (const client of [ada, ben, reader]) client.close();
    await platform.stop();
  });

  const file = (path: string, content: string) => ({
    operation: 'upload',
    path,
    content: Buffer.from(content).toString('base64'),
  });
  const commit = async (name: string, branch: string, files: Record<string, string>, from = 'main') => {
    const options = branch === from ? { branch } : { branch: from, new_branch: branch };
    const answer = await ada.post(`/repos/default/${name}/contents`, {
      ...options,
      message: `change ${Object.keys(files)}`,
      files: Object.entries(files).map(([path, content]) => file(path, content)),
    });
    assert.equal(answer.status, 201, answer.text);
    return String(answer.body.commit?.sha);
  };
  /** A repository with a commit on main, and a branch `topic` with one more. */
  const repository = async (name: string, files: Record<string, string> = { 'a.txt': 'two\n' }) => {
    const made = await ada.post('/orgs/default/repos', { name });
    assert.equal(made.status, 201, made.text);
    await commit(name, 'main', { 'a.txt': 'one\n', 'README.md': 'hello\n' });
    const head = await commit(name, 'topic', files);
    return { path: `/repos/default/${name}`, head };
  };
  const open = async (path: string, more: object = {}) => {
    const answer = await ada.post(`${path}/pulls`, {
      head: 'topic',
      base: 'main',
      title: 'A change',
      ...more,
    });
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  };

  it('opens, lists, reads, edits and merges one', async () => {
    const { path, head } = await repository('line');
    const pull = await open(path, { body: 'because' });
    assert.equal(pull.number, 1);
    assert.equal(pull.state, 'open');
    assert.equal(pull.mergeable, true);
    assert.equal(pull.head?.sha, head);
    assert.equal(pull.user?.login, ADA);
    const list = await reader.get(`${path}/pulls`);
    assert.equal(list.headers['x-total-count'], '1');
    const merged = await ben.post(`${path}/pulls/1/merge`, { Do: 'merge', head_commit_id: head });
    assert.equal(merged.status, 200, merged.text);
    const after = (await reader.get(`${path}/pulls/1`)).body;
    assert.equal(after.merged, true);
    assert.equal(after.merged_by?.login, BEN);
    assert.equal((await reader.get(`${path}/pulls/1/merge`)).status, 204);
    const branch = await reader.get(`${path}/branches/main`);
    assert.equal(branch.body.commit?.id, after.merge_commit_sha);
  });
});
