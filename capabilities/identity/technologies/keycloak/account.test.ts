// What people see and change of their own account: sessions at Keycloak's paths, and tokens.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock, systemRandom } from '@slipway/api';
import { createPortalSession, type PortalSession, type Upstream } from '@slipway/gateway';
import { Token, TokenReview, User } from '@slipway/kinds';
import { createToken, issueSignIn, portalClient } from '../../contract.ts';
import type { Browser } from './testing/browser.fixture.ts';
import { recordingLog, startIssuer, type TestIssuer, until } from './testing/issuer.fixture.ts';

const json = { accept: 'application/json', 'content-type': 'application/json' };
let site: TestIssuer;
let portal: PortalSession;
let realm: string;

interface Session {
  id: string;
  browser: string;
  current: boolean;
  clients: { clientId: string; offlineAccess: boolean }[];
}

before(async () => {
  site = await startIssuer();
  const { client, portalUrl, issuer, ca } = site;
  const upstream = (): Upstream => ({
    host: '127.0.0.1',
    port: site.gateway.port,
    serverName: 'id.example',
    ca,
  });
  portal = createPortalSession({
    ...(await portalClient({ client, random: systemRandom, portalUrl })),
    issuer,
    portalUrl,
    key: await site.keys.derive('portal/session'),
    clock: systemClock,
    random: systemRandom,
    log: recordingLog(site.logged),
    upstream,
    kubernetes: () => ({ ...upstream(), serverName: 'localhost', port: Number(new URL(site.kube.url).port) }),
    apiOf: technology => (technology === 'keycloak' ? upstream() : undefined),
    pages: (_request, response) => void response.end('page'),
  });
  site.setPortal(portal);
  await site.addUser('ada', { displayName: 'Ada' });
  await site.addUser('ben');
  realm = `${portalUrl}/apis-of/keycloak/realms/slipway`;
});
after(async () => {
  await portal.close();
  await site.stop();
});

async function signIn(
  user = 'ada',
  agent = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0',
): Promise<Browser> {
  const browser = site.newBrowser();
  const { client, issuer } = site;
  const link = await issueSignIn({ client, clock: systemClock, random: systemRandom, issuer, user });
  await until(async () => (await browser.get(link.url)).status === 200, 'the link works');
  await browser.post(link.url, {});
  const headers = { accept: 'text/html', 'user-agent': agent };
  let answer = await browser.get(`${site.portalUrl}/auth/login`, headers);
  while (typeof answer.headers.location === 'string' && answer.status >= 300) {
    answer = await browser.get(new URL(answer.headers.location, answer.url).href, headers);
  }
  assert.equal(answer.body, 'page');
  return browser;
}

function send(browser: Browser, method: string, path: string, body?: unknown) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return browser.send(method, `${realm}/${path}`, text, { ...json, origin: site.portalUrl });
}

async function sessionsOf(browser: Browser): Promise<Session[]> {
  return JSON.parse((await send(browser, 'GET', 'account/sessions')).body);
}

async function works(token: string): Promise<boolean> {
  const review = await site.client.create(TokenReview, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    metadata: {},
    spec: { token },
  });
  return review.status?.authenticated === true;
}

/** Connects a command line by the device flow; answers its tokens. */
async function device(browser: Browser): Promise<{ access_token: string; refresh_token: string }> {
  const root = `${site.issuer}/protocol/openid-connect`;
  const started = await browser.call(`${root}/auth/device`, {
    client_id: 'slipway-cli',
    scope: 'openid profile groups offline_access',
  });
  const { device_code, verification_uri_complete } = JSON.parse(started.body);
  const page = await browser.get(verification_uri_complete);
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page.body)?.[1] ?? '';
  const form = { xsrf: field('xsrf'), user_code: field('user_code'), confirm: 'yes' };
  const done = await browser.follow(await browser.post(`${site.issuer}/device`, form));
  assert.match(done.body, /Connected/);
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  const answer = await browser.call(`${root}/token`, { grant_type, device_code, client_id: 'slipway-cli' });
  assert.equal(answer.status, 200, answer.body);
  return JSON.parse(answer.body);
}

const refresh = (browser: Browser, refresh_token: string) =>
  browser.call(`${site.issuer}/protocol/openid-connect/token`, {
    grant_type: 'refresh_token',
    refresh_token,
    client_id: 'slipway-cli',
  });

test('a person sees where they are signed in, in Keycloak’s words, and nobody else’s', async () => {
  const one = await signIn();
  const two = await signIn('ada', 'Mozilla/5.0 (Macintosh) Firefox/121.0');
  await signIn('ben');
  const sessions = await sessionsOf(two);
  assert.deepEqual(
    sessions.map(({ browser, current }) => [browser, current]),
    [
      ['Firefox/121', true],
      ['Chrome/120', false],
    ],
  );
  assert.deepEqual(
    sessions[0]?.clients.map(({ clientId }) => clientId),
    ['slipway-portal'],
  );
  const devices = JSON.parse((await send(one, 'GET', 'account/sessions/devices')).body);
  assert.deepEqual(devices.map(({ os, current }: { os: string; current: boolean }) => [os, current]).sort(), [
    ['Linux', true],
    ['Mac OS X', false],
  ]);
  const profile = JSON.parse((await send(one, 'GET', 'account/')).body);
  assert.deepEqual([profile.username, profile.firstName], ['ada', 'Ada']);
  await send(one, 'DELETE', 'account/sessions?current=true');
});

test('a session that is ended is out at once, at the portal and at the issuer', async () => {
  const [one, two] = [await signIn(), await signIn()];
  const other = (await sessionsOf(two)).find(({ current }) => !current);
  assert.equal((await send(two, 'DELETE', `account/sessions/${other?.id}`)).status, 204);
  const maps = `${site.portalUrl}/k8s/api/v1/namespaces/default/configmaps`;
  assert.equal((await one.get(maps, json)).status, 401, 'the access token it had');
  const anew = await one.follow(await one.get(`${site.portalUrl}/auth/login`));
  assert.match(anew.body, /User name/, 'the browser’s session at the issuer');
  assert.equal((await two.get(maps, json)).status, 403, 'the other one goes on');
  assert.equal((await sessionsOf(two)).length, 1);
});

test('each connected device is a session of its own, and can be ended alone', async () => {
  const browser = await signIn();
  await send(browser, 'DELETE', 'account/sessions');
  const [first, second] = [await device(browser), await device(browser)];
  const sessions = await sessionsOf(browser);
  const devices = sessions.filter(({ clients }) => clients.some(each => each.offlineAccess));
  assert.deepEqual([sessions.length, devices.length], [3, 2]);
  assert.equal(await works(first.access_token), true);
  const sid = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sid;
  await send(browser, 'DELETE', `account/sessions/${sid(first.access_token)}`);
  assert.equal(await works(first.access_token), false);
  assert.equal((await refresh(browser, first.refresh_token)).status, 400, 'its refresh token');
  assert.equal((await refresh(browser, second.refresh_token)).status, 200);
  await send(browser, 'DELETE', 'account/sessions');
  assert.equal(await works(second.access_token), false, 'all the others');
  assert.deepEqual(
    (await sessionsOf(browser)).map(({ current }) => current),
    [true],
  );
});

test('somebody else’s session cannot be ended', async () => {
  const [ada, ben] = [await signIn(), await signIn('ben')];
  const theirs = (await sessionsOf(ben)).find(({ current }) => current);
  await send(ada, 'DELETE', `account/sessions/${theirs?.id}`);
  assert.equal((await send(ben, 'GET', 'account/sessions')).status, 200);
});

test('a person makes a token, uses it, sees its last use and revokes it', async () => {
  const browser = await signIn();
  const made = await send(browser, 'POST', 'tokens', { description: 'nightly job', days: 7 });
  assert.equal(made.status, 201, made.body);
  const { token, id } = JSON.parse(made.body);
  await until(() => works(token), 'the token works');
  const list = async (): Promise<Token[]> => JSON.parse((await send(browser, 'GET', 'tokens')).body);
  await until(async () => (await list())[0]?.status?.lastUsed !== undefined, 'its use is noted');
  const [shown] = await list();
  assert.deepEqual([shown?.metadata.name, shown?.spec.description], [id, 'nightly job']);
  assert.equal(JSON.stringify(shown).includes('hash'), false);
  const ben = await signIn('ben');
  assert.equal((await send(ben, 'GET', 'tokens')).body, '[]');
  assert.equal((await send(ben, 'DELETE', `tokens/${id}`)).status, 404);
  assert.equal((await send(browser, 'DELETE', `tokens/${id}`)).status, 204);
  await until(async () => !(await works(token)), 'the token has ended');
});

const refused = [
  { body: {}, status: 400, says: /description: say what/, because: 'a token is for something' },
  { body: { description: 'x', days: 0 }, status: 400, says: /days: .*1 to 366/, because: 'no life' },
  { body: { description: 'x', days: 400 }, status: 400, says: /366/, because: 'longer than a year' },
  { body: { description: 'x', days: 1.5 }, status: 400, says: /whole/, because: 'days are counted' },
  { body: { description: 'x'.repeat(201), days: 1 }, status: 400, says: /200/, because: 'words are bounded' },
  {
    body: { description: 'x', days: 1, user: 'ben' },
    status: 400,
    says: /\\?"user\\?": not supported/,
    because: 'nobody makes another’s',
  },
  { body: [], status: 400, says: /JSON object/, because: 'not an object' },
];
for (const { body, status, says, because } of refused) {
  test(`a token is refused: ${because}`, async () => {
    const browser = await signIn();
    const answer = await send(browser, 'POST', 'tokens', body);
    assert.equal(answer.status, status, answer.body);
    assert.match(answer.body, says);
  });
}

test('a token for scripts makes no other token and ends no session; nobody’s does neither', async () => {
  const { client } = site;
  const wish = { client, clock: systemClock, random: systemRandom, user: 'ada', ttlMs: 60_000 };
  const { token, id } = await createToken(wish);
  await until(() => works(token));
  const browser = site.newBrowser();
  for (const path of ['tokens', 'account/sessions']) {
    const ask = (authorization: string) => browser.get(`${site.issuer}/${path}`, { ...json, authorization });
    const answer = await ask(`Bearer ${token}`);
    assert.equal(answer.status, 403);
    assert.match(answer.body, /slipway login/);
    assert.equal((await ask('')).status, 401);
  }
  await client.delete(Token, { name: id });
});

test('what a person had under a name is not what the next one of that name gets', async () => {
  const { client } = site;
  await site.addUser('cleo');
  const wish = { client, clock: systemClock, random: systemRandom, user: 'cleo', ttlMs: 60_000 };
  const { token, id } = await createToken(wish);
  await until(() => works(token), 'the token works');
  const owners = async () => (await client.find(Token, { name: id }))?.metadata.ownerReferences?.length;
  await until(async () => (await owners()) === 1, 'the token has its owner');
  await client.delete(User, { name: 'cleo' });
  await site.addUser('cleo');
  assert.equal(await works(token), false);
  await until(async () => (await client.find(Token, { name: id })) === undefined, 'the token is gone');
});

test('tools’ links to the account lead people to the portal; the rest is refused by name', async () => {
  const browser = await signIn();
  const link = await browser.get(`${site.issuer}/account/`);
  assert.equal(link.headers.location, `${site.portalUrl}/me`);
  const other = await send(browser, 'GET', 'account/credentials');
  assert.equal(other.status, 501);
  assert.match(other.body, /account\/credentials: not supported/);
});

test('no token stands in the logs', () => {
  for (const line of site.logged) assert.doesNotMatch(line, /eyJ|slp_[0-9a-f]{16}_/);
});
