import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { Repository } from '@slipway/kinds';
import { startTestPlatform, type TestPlatform } from '../platform.fixture.ts';
import { type RestClient, restClient } from '../rest-client.fixture.ts';

const text = (content: string) => Buffer.from(content).toString('base64');
const namespace = 'team-default';
const LOGIN = 'system:serviceaccount:team-default:ada';

describe('Gitea’s REST API', () => {
  let platform: TestPlatform;
  let rest: RestClient;
  let nobody: RestClient;
  let reader: RestClient;
  let token: string;

  before(async () => {
    platform = await startTestPlatform({ maxFileBytes: 100_000 });
    token = await platform.token('ada', ['get', 'list', 'create', 'update', 'delete']);
    rest = restClient(platform, token);
    nobody = restClient(platform, await platform.token('nobody', []));
    reader = restClient(platform, await platform.token('reader', ['get']));
  });
  after(async () => {
    for (const client of [rest, nobody, reader]) client.close();
    await platform.stop();
  });

  const repository = async (name: string) => {
    const answer = await rest.post('/orgs/default/repos', { name, auto_init: true });
    assert.equal(answer.status, 201, answer.text);
    return `/repos/default/${name}`;
  };

  it('answers version to everybody and asks for a token for everything else', async () => {
    const anonymous = restClient(platform, undefined);
    assert.match(String((await anonymous.get('/version')).body.version), /^1\.26\./);
    const refused = await anonymous.get('/user');
    assert.equal(refused.status, 401);
    assert.equal(refused.body.message, 'token is required');
    assert.equal(refused.headers['www-authenticate'], 'Basic realm="Gitea"');
    const wrong = restClient(platform, 'nonsense');
    assert.equal((await wrong.get('/user')).status, 401);
    const bearer = restClient(platform, token, { scheme: 'Bearer' });
    assert.equal((await bearer.get('/user')).body.login, LOGIN);
    for (const client of [anonymous, wrong, bearer]) client.close();
  });

  it('creates a repository as an object of the team, and answers as Gitea does', async () => {
    const { status, body } = await rest.post('/orgs/default/repos', {
      name: 'Shop.js',
      description: 'sells',
    });
    assert.equal(status, 201);
    assert.deepEqual(
      { ...body, id: typeof body.id, created_at: 0, updated_at: 0, owner: body.owner?.login },
      {
        ...body,
        id: 'number',
        created_at: 0,
        updated_at: 0,
        owner: 'default',
        name: 'Shop.js',
        full_name: 'default/Shop.js',
        description: 'sells',
        empty: true,
        private: true,
        default_branch: 'main',
        clone_url: `${platform.url}/default/Shop.js.git`,
        permissions: { admin: true, push: true, pull: true },
      },
    );
    const object = await platform.client.get(Repository, { namespace, name: 'shop.js' });
    assert.equal(object.status?.url, 'https://git.slipway.internal/default/Shop.js.git');
    assert.equal((await rest.get('/repos/DEFAULT/shop.JS')).body.name, 'Shop.js');
    assert.equal((await rest.post('/orgs/default/repos', { name: 'shop.js' })).status, 409);
  });

  it('gives callers that came by the internal name internal URLs', async () => {
    const path = await repository('inside');
    const internal = restClient(platform, token, { host: 'git.slipway.internal' });
    assert.equal(
      (await internal.get(path)).body.clone_url,
      'https://git.slipway.internal/default/inside.git',
    );
    internal.close();
  });

  for (const { name, status, because } of [
    { name: '', status: 422, because: 'it is missing' },
    { name: 'a b', status: 422, because: 'a space is no AlphaDashDot' },
    { name: '..', status: 422, because: 'it leads out of the folder' },
    { name: 'x.git', status: 422, because: 'Gitea reserves the ending' },
    { name: 'x.wiki', status: 422, because: 'Gitea reserves the ending' },
    { name: 'a'.repeat(101), status: 422, because: 'it is too long' },
    { name: 'under_score', status: 201, because: 'Gitea allows it, though no object may be called so' },
  ]) {
    it(`answers ${status} to the repository name ${JSON.stringify(name.slice(0, 20))} because ${because}`, async () => {
      assert.equal((await rest.post('/orgs/default/repos', { name })).status, status);
    });
  }

  it('refuses a repository of a team that is not there', async () => {
    assert.equal((await rest.post('/orgs/ghosts/repos', { name: 'x' })).status, 404);
    assert.match(
      String((await rest.post('/user/repos', { name: 'x' })).body.message),
      /repositories belong to teams/,
    );
  });

  it('refuses what it would otherwise ignore, naming the field', async () => {
    const { status, body } = await rest.post('/orgs/default/repos', { name: 'x', gitignores: 'Go' });
    assert.equal(status, 422);
    assert.match(String(body.message), /^\[gitignores\]/);
    const path = await repository('edited');
    assert.match(String((await rest.patch(path, { private: false })).body.message), /cannot change private/);
    assert.match(String((await rest.patch(path, { name: 'other' })).body.message), /^\[name\]/);
  });

  it('hides from a second user what is not theirs, and lets a reader only read', async () => {
    const path = await repository('guarded');
    assert.equal((await nobody.get(path)).status, 404);
    assert.equal((await nobody.post('/orgs/default/repos', { name: 'mine' })).status, 403);
    assert.deepEqual((await nobody.get('/repos/search')).body.data, []);
    assert.equal((await reader.get(path)).status, 200);
    assert.equal((await reader.post(`${path}/contents/a`, { content: '' })).status, 403);
    assert.equal((await reader.delete(path)).status, 403);
    assert.equal((await reader.post(`${path}/branches`, { new_branch_name: 'b' })).status, 403);
    assert.equal((await reader.get(`${path}/hooks`)).status, 403);
    assert.equal((await rest.get(path)).status, 200);
  });

  it('writes, reads, changes and deletes a file, each a commit of who asked', async () => {
    const path = `${await repository('files')}`;
    const made = await rest.post(`${path}/contents/src/a.txt`, { content: text('one\n'), message: 'first' });
    assert.equal(made.status, 201);
    assert.equal(made.body.commit?.author?.name, 'ada');
    const read = await rest.get(`${path}/contents/src/a.txt?ref=main`);
    assert.deepEqual(
      [read.body.type, read.body.encoding, read.body.content, read.body.size, read.body.last_commit_sha],
      ['file', 'base64', text('one\n'), 4, made.body.commit?.sha],
    );
    const again = await rest.post(`${path}/contents/src/a.txt`, { content: text('x') });
    assert.equal(again.status, 422);
    assert.equal(again.body.message, 'repository file already exists [path: src/a.txt]');
    const stale = await rest.put(`${path}/contents/src/a.txt`, { content: text('x'), sha: 'f'.repeat(40) });
    assert.match(String(stale.body.message), /^sha does not match \[given: f+, expected: [0-9a-f]{40}\]$/);
    const update = { content: text('two\n'), sha: read.body.sha, branch: 'main', new_branch: 'topic' };
    assert.equal((await rest.put(`${path}/contents/src/a.txt`, update)).status, 200);
    assert.equal((await rest.get(`${path}/raw/src/a.txt?ref=topic`)).text, 'two\n');
    assert.equal((await rest.get(`${path}/raw/src/a.txt`)).text, 'one\n');
    const gone = await rest.delete(`${path}/contents/src/a.txt`, { sha: read.body.sha });
    assert.deepEqual([gone.status, gone.body.content], [200, null]);
    assert.equal((await rest.get(`${path}/contents/src/a.txt`)).status, 404);
    const object = await platform.client.get(Repository, { namespace, name: 'files' });
    assert.equal(object.status?.branches?.main, gone.body.commit?.sha);
  });

  for (const { file, because } of [
    { file: '../outside', because: 'it leads out' },
    { file: 'a/../../b', because: 'it leads out later' },
    { file: '.git/config', because: 'it is git’s own' },
    { file: 'sub/.GIT/hooks/x', because: 'some file systems do not tell case apart' },
    { file: 'a\nb', because: 'it has a line break' },
    { file: '', because: 'it is empty' },
    { file: 'README.md/below', because: 'README.md is a file' },
  ]) {
    it(`refuses to write ${JSON.stringify(file)} because ${because}`, async () => {
      await rest.post('/orgs/default/repos', { name: 'paths', auto_init: true });
      const files = [{ operation: 'create', path: file, content: '' }];
      assert.equal((await rest.post('/repos/default/paths/contents', { files })).status, 422);
    });
  }

  it('changes many files in one commit, and none when one cannot be', async () => {
    const path = await repository('many');
    const readme = (await rest.get(`${path}/contents/README.md`)).body.sha;
    const files = [
      { operation: 'create', path: 'deploy/a.yaml', content: text('a: 1\n') },
      { operation: 'create', path: 'deploy/"quoted" ö.yaml', content: text('b: 2\n') },
      { operation: 'delete', path: 'README.md', sha: readme },
    ];
    const { status, body } = await rest.post(`${path}/contents`, { message: 'deploy', files });
    assert.equal(status, 201);
    const tree = await rest.get(`${path}/git/trees/${body.commit?.sha}?recursive=1`);
    const paths = (tree.body.tree as unknown as { path: string }[]).map(entry => entry.path);
    assert.deepEqual(paths, ['deploy', 'deploy/"quoted" ö.yaml', 'deploy/a.yaml']);
    const half = [
      { operation: 'create', path: 'c', content: '' },
      { operation: 'update', path: 'not-there', content: '', sha: readme },
    ];
    assert.equal((await rest.post(`${path}/contents`, { files: half })).status, 404);
    assert.equal((await rest.get(`${path}/contents/c`)).status, 404);
    const commits = await rest.get(`${path}/commits?limit=1`);
    assert.equal(commits.headers['x-total-count'], '2');
    assert.match(String(commits.headers.link), /rel="next"/);
    assert.deepEqual(commits.body[0]?.stats, { total: 3, additions: 2, deletions: 1 });
  });

  it('loses none of many concurrent commits', async () => {
    const path = await repository('concurrent');
    const writes = Array.from({ length: 5 }, (_, at) =>
      rest.post(`${path}/contents/${at}`, { content: text(`${at}`) }),
    );
    const answers = await Promise.all(writes);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201, 201, 201, 201],
    );
    const root = (await rest.get(`${path}/contents`)).body as unknown as { name: string }[];
    assert.deepEqual(
      root.map(({ name }) => name),
      ['0', '1', '2', '3', '4', 'README.md'],
    );
  });

  it('lists, makes and deletes branches', async () => {
    const path = await repository('branches');
    const made = await rest.post(`${path}/branches`, { new_branch_name: 'feature/x' });
    assert.deepEqual([made.status, made.body.name], [201, 'feature/x']);
    assert.equal((await rest.post(`${path}/branches`, { new_branch_name: 'feature/x' })).status, 409);
    assert.equal(
      (await rest.post(`${path}/branches`, { new_branch_name: 'y', old_ref_name: 'no' })).status,
      404,
    );
    assert.equal((await rest.post(`${path}/branches`, { new_branch_name: '../x' })).status, 422);
    assert.equal((await rest.get(`${path}/branches/feature/x`)).body.commit?.message, 'Initial commit\n');
    assert.equal((await rest.get(`${path}/branches`)).headers['x-total-count'], '2');
    assert.equal((await rest.delete(`${path}/branches/feature/x`)).status, 204);
    assert.equal((await rest.delete(`${path}/branches/main`)).status, 403);
    assert.equal((await rest.get(`${path}/branches/feature/x`)).status, 404);
  });

  it('sends archives, blobs and single commits', async () => {
    const path = await repository('downloads');
    const zip = await rest.get(`${path}/archive/main.zip`);
    assert.equal(zip.bytes.subarray(0, 2).toString(), 'PK');
    const tar = await rest.get(`${path}/archive/main.tar.gz`);
    assert.deepEqual([...tar.bytes.subarray(0, 2)], [0x1f, 0x8b]);
    const { sha } = (await rest.get(`${path}/contents/README.md`)).body;
    const blob = await rest.get(`${path}/git/blobs/${sha}`);
    assert.equal(Buffer.from(String(blob.body.content), 'base64').toString(), '# downloads\n');
    assert.equal((await rest.get(`${path}/git/commits/main`)).body.commit?.message, 'Initial commit\n');
    assert.equal((await rest.get(`${path}/git/commits/--all`)).status, 404);
  });

  it('pages lists and searches', async () => {
    await repository('find-me-1');
    await repository('find-me-2');
    const found = await rest.get('/repos/search?q=find-me&limit=1&page=2');
    assert.deepEqual([found.headers['x-total-count'], found.body.data?.[0]?.name], ['2', 'find-me-2']);
    assert.match(String(found.headers.link), /page=1[^>]*>; rel="first"/);
    const mine = await rest.get('/orgs/default/repos?limit=1');
    assert.equal((mine.body as unknown as unknown[]).length, 1);
  });

  it('deletes a repository with its object', async () => {
    const path = await repository('gone');
    assert.equal((await rest.delete(path)).status, 204);
    assert.equal((await rest.get(path)).status, 404);
    assert.equal(await platform.client.find(Repository, { namespace, name: 'gone' }), undefined);
    await repository('gone');
  });

  it('makes personal tokens, shows them once and deletes them', async () => {
    const path = `/users/${LOGIN}/tokens`;
    const made = await rest.post(path, { name: 'ci', scopes: ['all'] });
    assert.equal(made.status, 201, made.text);
    assert.match(String(made.body.sha1), /^slp_[0-9a-f]{16}_/);
    const list = await rest.get(path);
    assert.deepEqual([list.body[0]?.name, list.body[0]?.sha1], ['ci', '']);
    for (const scopes of [['write:issue'], ['everything'], []])
      assert.equal((await rest.post(path, { name: 'less', scopes })).status, 400, String(scopes));
    const less = await rest.post(path, { name: 'less', scopes: ['read:user', 'write:repository'] });
    assert.deepEqual(less.body.scopes, ['read:user', 'write:repository']);
    assert.equal((await rest.delete(`${path}/less`)).status, 204);
    assert.equal((await nobody.get(path)).status, 403);
    assert.equal((await rest.delete(`${path}/ci`)).status, 204);
    assert.equal((await rest.get(path)).headers['x-total-count'], '0');
  });

  it('calls webhooks with a signature, only where it may', async () => {
    const path = await repository('hooked');
    const calls: { headers: IncomingHttpHeaders; body: string }[] = [];
    const heard = Promise.withResolvers<void>();
    const receiver = createServer((request, response) => {
      let body = '';
      request.on('data', chunk => (body += chunk));
      request.on('end', () => {
        calls.push({ headers: request.headers, body });
        response.end();
        heard.resolve();
      });
    });
    await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
    const address = receiver.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const hook = (url: string) =>
      rest.post(`${path}/hooks`, {
        type: 'gitea',
        active: true,
        config: { url, content_type: 'json', secret: 's' },
      });
    assert.equal((await hook('http://169.254.169.254/latest')).status, 422);
    assert.equal((await hook('file:///etc/passwd')).status, 422);
    const made = await hook(`http://127.0.0.1:${port}/in`);
    assert.equal(made.status, 201, made.text);
    const commit = await rest.post(`${path}/contents/a`, { content: '' });
    await heard.promise;
    const [first] = calls;
    const payload = JSON.parse(first?.body ?? '{}');
    assert.deepEqual([payload.ref, payload.after], ['refs/heads/main', commit.body.commit?.sha]);
    assert.equal(payload.commits[0].id, commit.body.commit?.sha);
    const signature = createHmac('sha256', 's')
      .update(first?.body ?? '')
      .digest('hex');
    assert.equal(first?.headers['x-gitea-signature'], signature);
    assert.equal(first?.headers['x-gitea-event'], 'push');
    assert.equal((await rest.delete(`${path}/hooks/${made.body.id}`)).status, 204);
    assert.equal((await rest.get(`${path}/hooks`)).headers['x-total-count'], '0');
    receiver.closeAllConnections();
    receiver.close();
  });

  for (const { path, names } of [
    { path: '/repos/default/x/issues/1', names: 'issues' },
    { path: '/repos/default/x/releases', names: 'releases' },
    { path: '/admin/users', names: 'administration' },
  ]) {
    it(`says that ${names} are not there`, async () => {
      const { status, body } = await rest.get(path);
      assert.equal(status, 501);
      assert.match(String(body.message), new RegExp(names));
    });
  }

  it('answers in JSON to bodies that are none or too large, and goes on', async () => {
    const path = await repository('bodies');
    const large = await rest.post(`${path}/contents/large`, { content: 'A'.repeat(200_000) });
    assert.equal(large.status, 413);
    assert.match(String(large.body.message), /larger than 100000 bytes/);
    const wrong = await rest.post(`${path}/contents/x`, { content: '%%%' });
    assert.equal(wrong.status, 422);
    assert.equal((await rest.get(path)).status, 200);
  });
});
