import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock, systemRandom } from '@slipway/api';
import {
  createPortalSession,
  type PortalSession,
  type PortalSessionOptions,
  type Upstream,
} from '@slipway/gateway';
import { ClusterRole, ClusterRoleBinding, ConfigMap, User } from '@slipway/kinds';
import { issueSignIn, portalClient } from '../../contract.ts';
import type { Browser } from './testing/browser.fixture.ts';
import { recordingLog, startIssuer, type TestIssuer, until } from './testing/issuer.fixture.ts';

let site: TestIssuer;
let session: PortalSession;
let openSession: (more?: Partial<PortalSessionOptions>) => Promise<PortalSession>;

before(async () => {
  site = await startIssuer();
  const { client, portalUrl, issuer, ca } = site;
  const credentials = await portalClient({ client, random: systemRandom, portalUrl });
  const local = (serverName: string, port: number): Upstream => ({ host: '127.0.0.1', port, serverName, ca });
  openSession = async (more = {}) =>
    createPortalSession({
      ...credentials,
      issuer,
      portalUrl,
      key: await site.keys.derive('portal/session'),
      clock: systemClock,
      random: systemRandom,
      log: recordingLog(site.logged),
      upstream: () => local('id.example', site.gateway.port),
      kubernetes: () => local('localhost', Number(new URL(site.kube.url).port)),
      apiOf: technology =>
        technology === 'keycloak' ? { ...local('id.example', site.gateway.port) } : undefined,
      pages: (request, response) =>
        void response.end(
          request.url?.startsWith('/api/')
            ? JSON.stringify({ authorization: request.headers.authorization, cookie: request.headers.cookie })
            : `page ${request.url}`,
        ),
      ...more,
    });
  session = await openSession();
  site.setPortal(session);
  await site.addUser('ada', { groups: ['readers'] });
  await client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'note', namespace: 'default' },
  });
});
after(async () => {
  await session.close();
  await site.stop();
});

const page = { accept: 'text/html' };

/** Signs in by a link and the portal's own redirects. */
async function signIn(browser: Browser): Promise<void> {
  const { client, issuer, portalUrl } = site;
  const link = await issueSignIn({ client, clock: systemClock, random: systemRandom, issuer, user: 'ada' });
  await until(async () => (await browser.get(link.url)).status === 200);
  await browser.post(link.url, {});
  const answer = await browser.follow(await browser.get(`${portalUrl}/services?team=a`, page));
  assert.equal(answer.body, 'page /services?team=a', 'back where the person wanted to go');
}

test('pages lead to the sign-in; APIs answer 401 as JSON, never with a redirect', async () => {
  const browser = site.newBrowser();
  const first = await browser.get(`${site.portalUrl}/services`, page);
  assert.equal(first.status, 302);
  assert.equal(first.headers.location, '/auth/login?to=%2Fservices');
  for (const path of ['/k8s/api/v1/namespaces', '/apis-of/keycloak/realms/slipway', '/auth/session']) {
    const answer = await browser.get(`${site.portalUrl}${path}`, page);
    assert.equal(answer.status, 401, path);
    assert.equal(JSON.parse(answer.body).status, 401);
  }
  const script = await browser.get(`${site.portalUrl}/app.js`, { accept: '*/*' });
  assert.equal(script.body, 'page /app.js', 'assets are no secret');
});

test('a session acts with the person’s own rights, and only for pages of this very site', async () => {
  const browser = site.newBrowser();
  await signIn(browser);
  const who = JSON.parse((await browser.get(`${site.portalUrl}/auth/session`)).body);
  assert.deepEqual([who.user, who.groups], ['ada', ['readers']]);
  const maps = `${site.portalUrl}/k8s/api/v1/namespaces/default/configmaps`;
  const refused = await browser.get(maps, { accept: 'application/json' });
  assert.equal(refused.status, 403, refused.body);
  assert.match(refused.body, /User \\"ada\\" cannot list/);
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['*'] }];
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await site.client.create(ClusterRole, {
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name: 'maps' },
    rules,
  });
  await site.client.create(ClusterRoleBinding, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'readers-edit' },
    subjects: [{ kind: 'Group', name: 'readers', apiGroup: 'rbac.authorization.k8s.io' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'maps' },
  });
  await until(
    async () => (await browser.get(maps, { accept: 'application/json' })).status === 200,
    'ada may read',
  );
  const created = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mine' } });
  const write = (headers: Record<string, string>) =>
    browser.send('POST', maps, created, { 'content-type': 'application/json', ...headers });
  assert.equal((await write({})).status, 403, 'a write has to say where it comes from');
  assert.equal((await write({ origin: 'https://evil.example' })).status, 403);
  assert.equal((await write({ origin: site.portalUrl, 'sec-fetch-site': 'cross-site' })).status, 403);
  assert.equal(
    (await browser.get(maps, { 'sec-fetch-site': 'cross-site' })).status,
    403,
    'nor may another site read',
  );
  assert.equal((await write({ origin: site.portalUrl })).status, 201);
});

test('a technology’s API gets the token, not the session’s cookie', async () => {
  const browser = site.newBrowser();
  await signIn(browser);
  const info = await browser.get(
    `${site.portalUrl}/apis-of/keycloak/realms/slipway/protocol/openid-connect/userinfo`,
  );
  assert.equal(JSON.parse(info.body).preferred_username, 'ada', info.body);
  const unknown = await browser.get(`${site.portalUrl}/apis-of/nothing/x`);
  assert.equal(unknown.status, 404);
});

test('the portal’s own API gets the person’s token, or the one that a script brings', async () => {
  const browser = site.newBrowser();
  const api = `${site.portalUrl}/api/services`;
  assert.equal((await browser.get(api)).status, 401);
  const script = JSON.parse((await browser.get(api, { authorization: 'Bearer own' })).body);
  assert.equal(script.authorization, 'Bearer own');
  await signIn(browser);
  const { authorization, cookie } = JSON.parse((await browser.get(api)).body);
  const user = await site.running.authenticator?.authenticate({
    bearer: authorization.slice('Bearer '.length),
  });
  assert.deepEqual([user?.username, cookie], ['ada', undefined]);
  assert.equal((await browser.post(api, {}, { origin: 'https://evil.example' })).status, 403);
});

test('sessions outlive a restart of the portal, and cookies cannot be changed', async () => {
  const browser = site.newBrowser();
  await signIn(browser);
  const fresh = await openSession();
  site.setPortal(fresh);
  assert.equal(JSON.parse((await browser.get(`${site.portalUrl}/auth/session`)).body).user, 'ada');
  site.setPortal(session);
  await fresh.close();
  const key = 'portal.example __Host-slipway-session';
  const cookie = browser.cookies.get(key) ?? '';
  browser.cookies.set(key, `${cookie.slice(0, -6)}AAAAAA`);
  assert.equal((await browser.get(`${site.portalUrl}/auth/session`)).status, 401);
});

test('signing out ends the session everywhere, and needs the portal’s own page', async () => {
  const browser = site.newBrowser();
  await signIn(browser);
  const stolen = new Map(browser.cookies);
  assert.equal(
    (await browser.post(`${site.portalUrl}/auth/logout`, {}, { origin: 'https://evil.example' })).status,
    405,
  );
  const out = await browser.post(`${site.portalUrl}/auth/logout`, {});
  assert.equal(out.headers.location, `${site.portalUrl}/`);
  const anew = await browser.follow(await browser.get(`${site.portalUrl}/auth/login`));
  assert.match(anew.body, /User name/, 'the issuer has forgotten the browser, too');
  assert.equal((await browser.get(`${site.portalUrl}/auth/session`)).status, 401);
  for (const [key, value] of stolen) browser.cookies.set(key, value);
  const again = await openSession();
  site.setPortal(again);
  assert.equal(
    (await browser.get(`${site.portalUrl}/auth/session`)).status,
    401,
    'the old cookie is worth nothing',
  );
  site.setPortal(session);
  await again.close();
});

test('the way back from the sign-in never leads to another site', async () => {
  const browser = site.newBrowser();
  await signIn(browser);
  for (const to of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
    const answer = await browser.follow(
      await browser.get(`${site.portalUrl}/auth/login?to=${encodeURIComponent(to)}`),
    );
    assert.equal(answer.url, `${site.portalUrl}/`, to);
  }
});

test('where the API does not know the issuer, people are acted for, whatever the browser claims', async t => {
  const token = /"token":"([^"]+)"/.exec(site.kube.kubeconfig())?.[1] ?? '';
  const acting = await openSession({
    actFor: async ({ user, groups }) => [
      ['authorization', `Bearer ${token}`],
      ['impersonate-user', user],
      ...groups.map(group => ['impersonate-group', group] as [string, string]),
    ],
  });
  site.setPortal(acting);
  t.after(async () => {
    site.setPortal(session);
    await acting.close();
  });
  const browser = site.newBrowser();
  await signIn(browser);
  const claims = { 'impersonate-user': 'eve', 'impersonate-group': 'system:masters', 'impersonate-uid': '1' };
  const review = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
  const url = `${site.portalUrl}/k8s/apis/authentication.k8s.io/v1/selfsubjectreviews`;
  const headers = { 'content-type': 'application/json', origin: site.portalUrl, ...claims };
  const { userInfo } = JSON.parse((await browser.send('POST', url, review, headers)).body).status;
  assert.equal(userInfo.username, 'ada');
  assert.deepEqual(userInfo.groups.toSorted(), ['readers', 'system:authenticated']);
});

test('a disabled person’s session ends when its token does', async () => {
  const browser = site.newBrowser();
  await signIn(browser);
  const user = await site.client.get(User, { name: 'ada' });
  await site.client.update(User, { ...user, spec: { ...user.spec, disabled: true } });
  const maps = `${site.portalUrl}/k8s/api/v1/namespaces/default/configmaps`;
  await until(async () => (await browser.get(maps)).status === 401, 'the API refuses at once');
});

test('no token or cookie stands in the logs', () => {
  for (const line of site.logged) assert.doesNotMatch(line, /eyJ|__Host-slipway-session/);
});
