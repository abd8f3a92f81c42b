import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ClusterRoleBinding } from '@slipway/kinds';
import { runGit } from '@slipway/sources';
import { AUDIT_DOOR } from './audit.ts';
import { startTestPlatform, type TestPlatform } from './platform.fixture.ts';
import { receivePack } from './receive-pack.fixture.ts';
import { type RestClient, restClient } from './rest-client.fixture.ts';
import { packet } from './smart-http/pkt-line.ts';

const ANN = 'system:serviceaccount:team-default:ann';
const ZERO = '0'.repeat(40);

let platform: TestPlatform;
let work: string;
let token: string;
let rest: RestClient;

before(async () => {
  platform = await startTestPlatform();
  work = await mkdtemp(join(tmpdir(), 'slipway-git-audit-'));
  token = await platform.token('ann', ['get', 'list', 'create', 'update', 'delete']);
  rest = restClient(platform, token);
  await rest.post('/orgs/default/repos', { name: 'shop' });
  await git(['clone', '--quiet', `${platform.url}/default/shop.git`, work]);
});
after(async () => {
  rest.close();
  await platform.stop();
  await rm(work, { recursive: true, force: true });
});

async function git(args: string[], as = token): Promise<string> {
  const basic = Buffer.from(`x:${as}`).toString('base64');
  const identity = ['-c', 'user.name=ann', '-c', 'user.email=ann@example.com', '-c', 'commit.gpgsign=false'];
  const tls = ['-c', `http.sslCAInfo=${platform.caFile}`, '-c', 'credential.helper='];
  const header = ['-c', `http.extraHeader=Authorization: Basic ${basic}`];
  const env = { GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', PATH: process.env.PATH ?? '' };
  const { stdout } = await runGit(['-C', work, ...tls, ...header, ...identity, ...args], { env });
  return stdout.toString().trim();
}

async function commit(content: string): Promise<string> {
  await writeFile(join(work, 'file'), content);
  await git(['add', '.']);
  await git(['commit', '--quiet', '-m', content.slice(0, 9)]);
  return git(['rev-parse', 'HEAD']);
}

async function records(): Promise<unknown[]> {
  const found = await platform.kube.server.audit.search({ door: AUDIT_DOOR });
  return found.reverse().map(({ actor, verb, object, outcome }) => [actor, verb, object, outcome]);
}

test('a push is in the audit: who, which repository, what moved from where to where', async () => {
  const first = await commit('one');
  await git(['push', '--quiet', 'origin', 'HEAD:main', 'HEAD:refs/tags/v1']);
  assert.deepEqual((await records()).sort(), [
    [ANN, 'push', `default/shop refs/heads/main ${ZERO}..${first}`, 'allowed'],
    [ANN, 'push', `default/shop refs/tags/v1 ${ZERO}..${first}`, 'allowed'],
  ]);
  const { audit } = platform.kube.server;
  const [newest] = await audit.search({ door: AUDIT_DOOR });
  assert.match(newest?.source ?? '', /^(::ffff:)?127\.0\.0\.1 via gitea$/);
  assert.ok((await audit.verify()).intact);
});

test('a big push is read whole behind its commands', async () => {
  const before = await git(['rev-parse', 'HEAD']);
  const after = await commit(
    Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)))
      .toString('hex')
      .repeat(40),
  );
  await git(['-c', 'http.postBuffer=65536', 'push', '--quiet', 'origin', 'HEAD:main']);
  assert.deepEqual((await records()).at(-1), [
    ANN,
    'push',
    `default/shop refs/heads/main ${before}..${after}`,
    'allowed',
  ]);
  assert.equal(await git(['ls-remote', 'origin', 'refs/heads/main']), `${after}\trefs/heads/main`);
});

test('tokens that somebody makes and deletes by Gitea’s API are in it, with who did it', async () => {
  const path = `/users/${ANN}/tokens`;
  const made = await rest.post(path, { name: 'nightly' });
  assert.equal(made.status, 201, made.text);
  const id = String(made.body.sha1).split('_')[1] ?? '';
  assert.equal((await rest.delete(`${path}/nightly`)).status, 204);
  assert.deepEqual((await records()).slice(-2), [
    [ANN, 'create', id, 'allowed'],
    [ANN, 'delete', id, 'allowed'],
  ]);
});

test('commits and branches made over REST are in it too', async () => {
  const tip = await git(['rev-parse', 'HEAD']);
  const file = { operation: 'create', path: 'rest', content: Buffer.from('x').toString('base64') };
  assert.equal(
    (await rest.post('/repos/default/shop/contents', { branch: 'main', files: [file] })).status,
    201,
  );
  await rest.post('/repos/default/shop/branches', { new_branch_name: 'topic', old_ref_name: tip });
  assert.deepEqual((await records()).slice(-2), [
    [ANN, 'push', `default/shop refs/heads/main ${tip}..new`, 'allowed'],
    [ANN, 'push', `default/shop refs/heads/topic ${ZERO}..${tip}`, 'allowed'],
  ]);
});

test('a push that git refuses is in it as failed', async () => {
  const [tip] = (await git(['ls-remote', 'origin', 'refs/heads/main'])).split('\t');
  const line = `${tip} ${ZERO} refs/heads/main\0 report-status side-band-64k`;
  const answer = await receivePack(platform, token, [packet(line)]);
  assert.match(answer, /ng refs\/heads\/main/);
  const object = `default/shop refs/heads/main ${tip}..${ZERO}`;
  assert.deepEqual((await records()).slice(-2), [
    [ANN, 'push', object, 'allowed'],
    [ANN, 'push', object, 'failed'],
  ]);
});

test('a body that is no push is refused before git sees it', async () => {
  assert.match(await receivePack(platform, token, [Buffer.from('zzzz')]), /is no length of a packet/);
});

test('whoever has no right to push is in it as denied', async () => {
  const reader = await platform.token('ben', ['get']);
  await assert.rejects(git(['push', '--quiet', 'origin', 'HEAD:refs/heads/bens'], reader));
  assert.deepEqual((await records()).at(-1), [
    'system:serviceaccount:team-default:ben',
    'push',
    'default/shop',
    'denied',
  ]);
});

test('a push that cannot be recorded is refused, and moves nothing', async () => {
  const { client } = platform;
  const before = await git(['ls-remote', 'origin']);
  await client.delete(ClusterRoleBinding, { name: 'gitea' });
  await client.create(ClusterRoleBinding, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'reviews-only' },
    subjects: [
      {
        kind: 'User',
        name: 'system:serviceaccount:slipway-system:gitea',
        apiGroup: 'rbac.authorization.k8s.io',
      },
    ],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:auth-delegator' },
  });
  await assert.rejects(git(['push', '--quiet', 'origin', 'HEAD:refs/heads/silent']), /503/);
  assert.equal(await git(['ls-remote', 'origin']), before);
});
