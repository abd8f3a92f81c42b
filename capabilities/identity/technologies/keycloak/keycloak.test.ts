import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { systemClock, systemRandom } from '@slipway/api';
import { Secret, TokenReview, User, ValidatingAdmissionPolicyBinding } from '@slipway/kinds';
import { identityConformance } from '../../conformance.ts';
import { createToken, issueSignIn, portalClient } from '../../contract.ts';
import type { Browser } from './testing/browser.fixture.ts';
import { startIssuer, type TestIssuer, until } from './testing/issuer.fixture.ts';

let site: TestIssuer;
let basic: Record<string, string>;
let redirectUri: string;
const run = promisify(execFile);
const PASSWORD = 'correct horse battery staple';
const verifier = 'v'.repeat(50);
const challenge = createHash('sha256').update(verifier).digest('base64url');

before(async () => {
  site = await startIssuer();
  redirectUri = `${site.portalUrl}/auth/callback`;
  const { clientId, clientSecret } = await portalClient({
    client: site.client,
    random: systemRandom,
    portalUrl: site.portalUrl,
  });
  basic = { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` };
  await site.addUser('ada', { email: 'ada@example.org', groups: ['payments'] });
});
after(() => site.stop());

function endpoint(name: string): string {
  return `${site.issuer}/protocol/openid-connect/${name}`;
}

function authorizeUrl(clientId = 'slipway-portal', extra: Record<string, string> = {}): string {
  return `${endpoint('auth')}?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid profile email groups',
    state: 's',
    redirect_uri: redirectUri,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...extra,
  })}`;
}

async function openLink(browser: Browser, user: string) {
  const link = await issueSignIn({
    client: site.client,
    clock: systemClock,
    random: systemRandom,
    issuer: site.issuer,
    user,
  });
  await until(async () => (await browser.get(link.url)).status === 200, 'the link works');
  return { link, answer: await browser.post(link.url, {}) };
}

const atPortal = (url: string) => url.startsWith(site.portalUrl);

async function tokensOf(browser: Browser): Promise<Record<string, string>> {
  const answer = await browser.follow(await browser.get(authorizeUrl()), atPortal);
  const code = new URL(answer.url).searchParams.get('code') ?? '';
  assert.notEqual(code, '', answer.body);
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const token = await browser.call(endpoint('token'), form, basic);
  assert.equal(token.status, 200, token.body);
  return JSON.parse(token.body);
}

async function review(token: string) {
  const answer = await site.client.create(TokenReview, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    metadata: {},
    spec: { token },
  });
  return answer.status;
}

identityConformance(() => ({
  client: site.client,
  issuer: site.issuer,
  get: url => site.newBrowser().get(url),
}));

test('issuer describes itself at Keycloak’s addresses', async () => {
  const browser = site.newBrowser();
  const document = JSON.parse((await browser.get(`${site.issuer}/.well-known/openid-configuration`)).body);
  assert.equal(document.issuer, site.issuer);
  assert.equal(document.token_endpoint, endpoint('token'));
  assert.equal(document.jwks_uri, endpoint('certs'));
  assert.equal(document.device_authorization_endpoint, endpoint('auth/device'));
  const realm = JSON.parse((await browser.get(site.issuer)).body);
  assert.equal(realm.realm, 'slipway');
  assert.equal(realm['token-service'], `${site.issuer}/protocol/openid-connect`);
  const other = await browser.get(site.issuer.replace('slipway', 'other'));
  assert.deepEqual([other.status, JSON.parse(other.body)], [404, { error: 'Realm does not exist' }]);
});

test('a sign-in link works once, sets a password, and leads to tokens that the API takes', async () => {
  const browser = site.newBrowser();
  const { link, answer } = await openLink(browser, 'ada');
  assert.equal(answer.headers.location, `/realms/slipway/password`);
  assert.equal((await browser.get(link.url)).status, 410, 'the link is used up');
  const weak = await browser.post(`${site.issuer}/password`, { password: 'short', again: 'short' });
  assert.equal(weak.status, 422);
  const set = await browser.post(`${site.issuer}/password`, { password: PASSWORD, again: PASSWORD });
  assert.equal(set.headers.location, site.portalUrl);
  const tokens = await tokensOf(browser);
  const claims = JSON.parse(Buffer.from(String(tokens.id_token?.split('.')[1]), 'base64url').toString());
  assert.equal(claims.preferred_username, 'ada');
  assert.deepEqual(claims.groups, ['payments']);
  for (const token of [tokens.access_token, tokens.id_token]) {
    const status = await review(String(token));
    assert.equal(status?.user?.username, 'ada');
    assert.ok(status?.user?.groups?.includes('payments'));
  }
  const info = await browser.get(endpoint('userinfo'), { authorization: `Bearer ${tokens.access_token}` });
  assert.equal(JSON.parse(info.body).email, 'ada@example.org');
  const introspection = await browser.call(
    endpoint('token/introspect'),
    { token: String(tokens.access_token) },
    basic,
  );
  assert.equal(JSON.parse(introspection.body).active, true, introspection.body);
  const revoked = await browser.call(endpoint('revoke'), { token: String(tokens.access_token) }, basic);
  assert.equal(revoked.status, 200);
  assert.equal((await review(String(tokens.access_token)))?.authenticated ?? false, false, 'revoked at once');
});

test('a sign-in link ends after ten minutes', async () => {
  const browser = site.newBrowser();
  const made = (ageMs: number) =>
    issueSignIn({
      client: site.client,
      clock: { ...systemClock, now: () => Date.now() - ageMs },
      random: systemRandom,
      issuer: site.issuer,
      user: 'ada',
    });
  const [young, old] = await Promise.all([made(9 * 60_000), made(10 * 60_000)]);
  assert.equal((await browser.get(young.url)).status, 200);
  assert.equal((await browser.get(old.url)).status, 410);
  assert.equal((await browser.post(old.url, {})).status, 410);
});

test('every cookie is for this host alone, over TLS, out of scripts’ reach and not sent by other sites’ forms', async () => {
  const browser = site.newBrowser();
  const { answer } = await openLink(browser, 'ada');
  const answers = [answer, await browser.get(authorizeUrl()), await site.newBrowser().get(authorizeUrl())];
  const cookies = answers.flatMap(({ headers }) => headers['set-cookie'] ?? []);
  assert.ok(cookies.length >= 3, String(cookies));
  for (const cookie of cookies) {
    assert.match(cookie, /^__(Host|Secure)-/);
    assert.match(cookie, /; ?secure/i);
    assert.match(cookie, /; ?httponly/i);
    assert.match(cookie, /; ?samesite=lax/i);
    assert.doesNotMatch(cookie, /; ?domain=/i);
  }
});

test('a password signs in; wrong ones and unknown names get the same answer, and too many have to wait', async () => {
  const browser = site.newBrowser();
  const form = await browser.follow(await browser.get(authorizeUrl()));
  assert.match(form.body, /name="password"/);
  const wrong = await browser.post(form.url, { username: 'ada', password: 'wrong' });
  const unknown = await browser.post(form.url, { username: 'nobody', password: 'wrong' });
  assert.deepEqual([wrong.status, unknown.status], [401, 401]);
  assert.equal(wrong.body.replaceAll('ada', '?'), unknown.body.replaceAll('nobody', '?'));
  const right = await browser.post(form.url, { username: 'ada', password: PASSWORD });
  const done = await browser.follow(right, atPortal);
  assert.match(done.url, /code=/);
  const crowd = site.newBrowser();
  const again = await crowd.follow(await crowd.get(authorizeUrl()));
  const answers: number[] = [];
  for (let i = 0; i < 7; i++)
    answers.push((await crowd.post(again.url, { username: 'eve', password: 'x' })).status);
  assert.deepEqual(answers, [401, 401, 401, 401, 401, 429, 429]);
});

test('forms of another site are refused', async () => {
  const browser = site.newBrowser();
  const form = await browser.follow(await browser.get(authorizeUrl()));
  const forged = await browser.post(
    form.url,
    { username: 'ada', password: PASSWORD },
    { origin: 'https://evil.example' },
  );
  assert.equal(forged.status, 403);
});

test('the addresses people are sent to are the issuer’s, whatever port a client names', async () => {
  const form = { client_id: 'slipway-cli', scope: 'openid' };
  const started = await site
    .newBrowser()
    .call(endpoint('auth/device'), form, { host: new URL(site.issuer).hostname });
  assert.equal(new URL(JSON.parse(started.body).verification_uri).host, new URL(site.issuer).host);
});

test('the device flow works from code to token', async () => {
  const browser = site.newBrowser();
  await openLink(browser, 'ada');
  const started = await browser.call(endpoint('auth/device'), {
    client_id: 'slipway-cli',
    scope: 'openid profile groups offline_access',
  });
  const device = JSON.parse(started.body);
  const poll = async () => {
    const form = {
      client_id: 'slipway-cli',
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: device.device_code,
    };
    return JSON.parse((await browser.call(endpoint('token'), form)).body);
  };
  assert.equal((await poll()).error, 'authorization_pending');
  const entered = await browser.get(device.verification_uri_complete);
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(entered.body)?.[1] ?? '';
  const shown = await browser.post(device.verification_uri, { xsrf, user_code: device.user_code });
  assert.match(shown.body, new RegExp(device.user_code));
  assert.match(shown.body, /Slipway command line.*wants to act as you/s);
  const confirmed = await browser.post(device.verification_uri, {
    xsrf,
    user_code: device.user_code,
    confirm: 'yes',
  });
  const allowed = await browser.follow(confirmed);
  assert.match(allowed.body, /Connected/, 'nobody is asked twice');
  const tokens = await poll();
  assert.equal((await review(tokens.access_token))?.user?.username, 'ada');
  const refreshed = JSON.parse(
    (
      await browser.call(endpoint('token'), {
        client_id: 'slipway-cli',
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token,
      })
    ).body,
  );
  assert.notEqual(
    refreshed.refresh_token,
    tokens.refresh_token,
    'a public client’s refresh token changes each time',
  );
});

test('a token for another application is not a token for the platform', async () => {
  const browser = site.newBrowser();
  await site.client.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'wiki', namespace: 'default', labels: { 'slipway.dev/oidc-client': 'true' } },
    stringData: {
      client_id: 'wiki',
      client_secret: 'wiki-secret',
      redirect_uris: redirectUri,
      audiences: 'kubernetes',
    },
  });
  await openLink(browser, 'ada');
  await until(async () => (await browser.get(authorizeUrl('wiki'))).status === 303, 'the client is known');
  const asked = await browser.follow(await browser.get(authorizeUrl('wiki')), atPortal);
  assert.match(asked.body, /wiki.*wants to\s+know who you are/s);
  const done = await browser.follow(await browser.post(asked.url, { answer: 'yes' }), atPortal);
  const code = new URL(done.url).searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const wiki = { authorization: `Basic ${Buffer.from('wiki:wiki-secret').toString('base64')}` };
  const tokens = JSON.parse((await browser.call(endpoint('token'), form, wiki)).body);
  const claims = JSON.parse(Buffer.from(tokens.access_token.split('.')[1], 'base64url').toString());
  assert.equal(claims.aud, 'account', 'only clients in slipway-system may have the platform’s audience');
  for (const token of [tokens.access_token, tokens.id_token]) {
    assert.equal((await review(token))?.authenticated ?? false, false);
  }
});

test('slp_ tokens work until they expire, are deleted, or their user is disabled', async () => {
  await site.addUser('bob', { groups: ['ops'] });
  const options = { client: site.client, clock: systemClock, random: systemRandom, user: 'bob' };
  const first = await createToken({ ...options, ttlMs: 3600_000 });
  await until(async () => (await review(first.token))?.authenticated, 'the token is known');
  const user = (await review(first.token))?.user;
  assert.deepEqual([user?.username, user?.groups?.includes('ops')], ['bob', true]);
  assert.equal((await review(`${first.token.slice(0, -1)}x`))?.authenticated ?? false, false);
  const short = await createToken({ ...options, ttlMs: 1 });
  assert.equal((await review(short.token))?.authenticated ?? false, false);
  const bob = await site.client.get(User, { name: 'bob' });
  await site.client.update(User, { ...bob, spec: { ...bob.spec, disabled: true } });
  await until(async () => !(await review(first.token))?.authenticated, 'bob is out');
});

test('everything of a disabled person ends, and does not come back with them', async () => {
  await site.addUser('carol');
  const browser = site.newBrowser();
  await openLink(browser, 'carol');
  const tokens = await tokensOf(browser);
  assert.equal((await review(String(tokens.access_token)))?.user?.username, 'carol');
  const carol = await site.client.get(User, { name: 'carol' });
  await site.client.update(User, { ...carol, spec: { disabled: true } });
  await until(async () => {
    const present = await site.client.get(User, { name: 'carol' });
    return present.status?.conditions?.some(condition => condition.reason === 'Disabled');
  }, 'the condition says so');
  const present = await site.client.get(User, { name: 'carol' });
  await site.client.update(User, { ...present, spec: { disabled: false } });
  await until(async () => {
    const now = await site.client.get(User, { name: 'carol' });
    return now.status?.conditions?.some(
      condition => condition.type === 'Ready' && condition.status === 'True',
    );
  }, 'carol may sign in again');
  assert.equal((await review(String(tokens.access_token)))?.authenticated ?? false, false);
  const form = { grant_type: 'refresh_token', refresh_token: String(tokens.refresh_token) };
  const refreshed = await browser.call(endpoint('token'), form, basic);
  assert.equal(JSON.parse(refreshed.body).error, 'invalid_grant');
  const asked = await browser.follow(await browser.get(authorizeUrl()), atPortal);
  assert.match(asked.body, /name="password"/, 'the old session does not sign in any more');
});

test('users may not take reserved groups, even where no policy refuses them', async () => {
  await site.client.delete(ValidatingAdmissionPolicyBinding, { name: 'user-names.identity.slipway.dev' });
  await site.addUser('mallory', { groups: ['system:masters'] });
  const { token } = await createToken({
    client: site.client,
    clock: systemClock,
    random: systemRandom,
    user: 'mallory',
    ttlMs: 60_000,
  });
  await until(async () => {
    const user = await site.client.get(User, { name: 'mallory' });
    return user.status?.conditions?.some(condition => condition.reason === 'ReservedGroup');
  }, 'the condition names it');
  assert.equal((await review(token))?.authenticated ?? false, false);
});

test('admin REST lists users for those who may, and refuses what it cannot do', async () => {
  const browser = site.newBrowser();
  const url = `${new URL(site.issuer).origin}/admin/realms/slipway/users`;
  assert.equal((await browser.get(url)).status, 401);
  await site.addUser('root', { groups: ['platform-admins'] });
  const options = { client: site.client, clock: systemClock, random: systemRandom, ttlMs: 60_000 };
  const [ada, root] = await Promise.all(['ada', 'root'].map(user => createToken({ ...options, user })));
  await until(async () => (await review(String(root?.token)))?.authenticated);
  assert.equal((await browser.get(url, { authorization: `Bearer ${ada?.token}` })).status, 403);
  const listed = await browser.get(url, { authorization: `Bearer ${root?.token}` });
  assert.ok(JSON.parse(listed.body).some((user: { username: string }) => user.username === 'ada'));
  const ask = async (rest: string) => {
    const answer = await browser.get(url + rest, { authorization: `Bearer ${root?.token}` });
    return [answer.status, answer.status === 200 ? JSON.parse(answer.body) : answer.body];
  };
  const names = async (rest: string) =>
    (await ask(rest))[1].map((user: { username: string }) => user.username);
  assert.deepEqual(await names('?username=AD&first=0&max=5'), ['ada']);
  assert.deepEqual(await names('?username=ad&exact=true'), []);
  assert.deepEqual(await names('?search=ada@example'), ['ada']);
  assert.deepEqual(await ask('/count?username=root'), [200, 1]);
  const [{ id }] = JSON.parse(listed.body).filter((user: { username: string }) => user.username === 'ada');
  assert.equal((await ask(`/${id}`))[1].username, 'ada');
  assert.deepEqual(await ask('/nobody'), [404, '{"error":"User not found"}']);
  assert.equal((await ask('?q=team:a'))[0], 400, 'an unknown filter would list everybody');
  const clients = await ask('/../clients?clientId=slipway-portal');
  assert.deepEqual([clients[1].length, JSON.stringify(clients[1]).includes('secret')], [1, false]);
  const created = await browser.call(url, {}, { authorization: `Bearer ${root?.token}` });
  assert.equal(created.status, 501);
});

test('sessions and keys outlive a restart', async () => {
  const browser = site.newBrowser();
  await openLink(browser, 'ada');
  const tokens = await tokensOf(browser);
  await site.restart();
  await until(
    async () => (await review(String(tokens.access_token)))?.authenticated,
    'the directory is read',
  );
  const again = await tokensOf(browser);
  assert.ok(again.access_token, 'still signed in');
});

test('curl signs in over HTTP/2, as browsers do', async t => {
  const version = await run('curl', ['--version']).catch(() => ({ stdout: '' }));
  if (!/HTTP2/.test(version.stdout)) return t.skip('curl with HTTP/2 is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'slipway-curl-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'ca.pem'), site.ca);
  const curl = async (url: string, ...more: string[]) => {
    const files = ['--cacert', join(folder, 'ca.pem'), '-b', join(folder, 'jar'), '-c', join(folder, 'jar')];
    const format = '\n%{http_version} %{http_code} %{redirect_url}';
    const target = ['--connect-to', `::127.0.0.1:${site.gateway.port}`, url];
    const { stdout } = await run('curl', ['-s', '--http2', ...files, '-w', format, ...more, ...target]);
    const [, http, status, location] = /\n(\S+) (\d+) (\S*)$/.exec(stdout) ?? [];
    return { http, status, location: location ?? '', body: stdout };
  };
  const form = await curl((await curl(authorizeUrl())).location);
  assert.deepEqual([form.http, form.status], ['2', '200'], form.body);
  const action = `${new URL(site.issuer).origin}${/action="([^"]+)"/.exec(form.body)?.[1]}`;
  const origin = ['-H', `origin: ${new URL(site.issuer).origin}`];
  const posted = await curl(
    action,
    ...origin,
    '--data-urlencode',
    'username=ada',
    '--data-urlencode',
    `password=${PASSWORD}`,
  );
  assert.equal(posted.status, '303', posted.body);
  const resumed = await curl(posted.location);
  assert.match(resumed.location, /\/auth\/callback\?code=/);
  const ada = await site.client.get(User, { name: 'ada' });
  assert.ok(ada.status?.lastSignIn);
});

test('no secret lies in logs or in the data folder', async () => {
  const browser = site.newBrowser();
  const { link } = await openLink(browser, 'ada');
  const tokens = await tokensOf(browser);
  const secret = link.url.split('.').at(-1) ?? '';
  const canaries = [PASSWORD, secret, String(tokens.access_token), String(tokens.refresh_token)];
  const folder = site.dataPath;
  const files = await Promise.all(
    (await readdir(folder)).map(async name => (await readFile(`${folder}/${name}`)).toString('latin1')),
  );
  for (const text of [...site.logged, ...files]) {
    for (const canary of canaries) assert.ok(!text.includes(canary), 'a secret lies about');
  }
});
