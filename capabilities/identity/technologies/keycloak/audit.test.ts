import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { systemClock, systemRandom } from '@slipway/api';
import { mutate } from '@slipway/client';
import { AUDIT_GROUP, ClusterRole, User } from '@slipway/kinds';
import { issueSignIn, portalClient } from '../../contract.ts';
import { AUDIT_DOOR } from './audit.ts';
import type { Browser } from './testing/browser.fixture.ts';
import { startIssuer, type TestIssuer, until } from './testing/issuer.fixture.ts';

const PASSWORD = 'correct horse battery staple';
const VERIFIER = 'v'.repeat(50);

let site: TestIssuer;
let basic: Record<string, string>;
let authorize: string;
let redirectUri: string;

before(async () => {
  site = await startIssuer();
  const { client, portalUrl, issuer } = site;
  const { clientId, clientSecret } = await portalClient({ client, random: systemRandom, portalUrl });
  basic = { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` };
  redirectUri = `${portalUrl}/auth/callback`;
  authorize = `${issuer}/protocol/openid-connect/auth?${new URLSearchParams({
    client_id: 'slipway-portal',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
  })}`;
  await site.addUser('ada');
});
after(() => site.stop());

async function records(): Promise<unknown[]> {
  const found = await site.kube.server.audit.search({ door: AUDIT_DOOR });
  return found.reverse().map(({ actor, verb, object, outcome }) => [actor, verb, object, outcome]);
}

async function openLink(browser: Browser): Promise<void> {
  const options = { client: site.client, clock: systemClock, random: systemRandom, issuer: site.issuer };
  const link = await issueSignIn({ ...options, user: 'ada' });
  await until(async () => (await browser.get(link.url)).status === 200);
  assert.equal((await browser.post(link.url, {})).status, 303);
}

const atPortal = (url: string) => url.startsWith(site.portalUrl);

test('sign-ins by link and password, what is revoked and signing out are in the audit with who did them', async () => {
  const browser = site.newBrowser();
  await openLink(browser);
  await browser.post(`${site.issuer}/password`, { password: PASSWORD, again: PASSWORD });
  const answer = await browser.follow(await browser.get(authorize), atPortal);
  const code = new URL(answer.url).searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: VERIFIER };
  const tokens = JSON.parse(
    (await browser.call(`${site.issuer}/protocol/openid-connect/token`, form, basic)).body,
  );
  const revoke = `${site.issuer}/protocol/openid-connect/revoke`;
  await browser.call(revoke, { token: tokens.refresh_token }, basic);
  const asked = await browser.get(`${site.issuer}/protocol/openid-connect/logout`);
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(asked.body)?.[1] ?? '';
  await browser.post(`${site.issuer}/protocol/openid-connect/logout/confirm`, { xsrf, logout: 'yes' });
  const again = await browser.follow(await browser.get(authorize));
  await browser.post(again.url, { username: 'ada', password: PASSWORD });
  await until(async () => (await records()).length === 6, 'all are told');
  const [link, ...others] = (await records()) as string[][];
  assert.match(String(link), /^ada,use-link,sign-in-[0-9a-f]{16},allowed$/);
  assert.deepEqual(others, [
    ['ada', 'set-password', 'ada', 'allowed'],
    ['ada', 'sign-in', 'slipway-portal by link', 'allowed'],
    ['ada', 'revoke-token', 'slipway-portal', 'allowed'],
    ['ada', 'sign-out', 'every application', 'allowed'],
    ['ada', 'sign-in', 'slipway-portal by password', 'allowed'],
  ]);
  const { audit } = site.kube.server;
  const [newest] = await audit.search({ door: AUDIT_DOOR });
  assert.match(newest?.source ?? '', /^(::ffff:)?127\.0\.0\.1 via keycloak$/);
  assert.ok((await audit.verify()).intact);
});

test('failed sign-ins are in the audit; what was typed is not', async () => {
  const browser = site.newBrowser();
  const form = await browser.follow(await browser.get(authorize));
  await browser.post(form.url, { username: 'ada', password: 'wrong' });
  await browser.post(form.url, { username: PASSWORD, password: 'typed into the wrong field' });
  assert.deepEqual((await records()).slice(-2), [
    ['ada', 'sign-in', 'by password', 'denied'],
    ['system:anonymous', 'sign-in', 'by password', 'denied'],
  ]);
  const all = await site.kube.server.audit.search({ limit: 1000 });
  assert.ok(!JSON.stringify(all).includes(PASSWORD));
});

test('the end of a disabled person’s sessions is in the audit, once', async () => {
  await site.addUser('dan');
  await mutate(site.client, User, { name: 'dan' }, draft => {
    draft.spec.disabled = true;
  });
  const ends = async () => (await records()).filter(record => String(record).includes('dan: Disabled'));
  await until(async () => (await ends()).length === 1);
  await mutate(site.client, User, { name: 'dan' }, draft => {
    draft.spec.displayName = 'Dan';
  });
  await until(async () => {
    const dan = await site.client.get(User, { name: 'dan' });
    return dan.status?.conditions?.every(({ observedGeneration }) => observedGeneration === 3);
  });
  assert.equal((await ends()).length, 1);
});

test('a sign-in that cannot be recorded does not happen', async () => {
  await mutate(site.client, ClusterRole, { name: 'keycloak' }, draft => {
    draft.rules = draft.rules?.filter(({ apiGroups }) => !apiGroups?.includes(AUDIT_GROUP)) ?? [];
  });
  const browser = site.newBrowser();
  const form = await browser.follow(await browser.get(authorize));
  const answer = await browser.post(form.url, { username: 'ada', password: PASSWORD });
  assert.deepEqual([answer.status, /cannot be recorded/.test(answer.body)], [503, true]);
  assert.ok(!(await browser.follow(await browser.get(authorize), atPortal)).url.includes('code='));
});
