// A client library that knows nothing of this platform, and Keycloak's own answers at the token endpoint.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock, systemRandom } from '@slipway/api';
import { mutate } from '@slipway/client';
import { Secret, TokenReview, User } from '@slipway/kinds';
import * as openid from 'openid-client';
import { issueSignIn } from '../../contract.ts';
import type { Browser } from './testing/browser.fixture.ts';
import { startIssuer, type TestIssuer, until } from './testing/issuer.fixture.ts';

const PASSWORD = 'correct horse battery staple';
const CALLBACK = 'https://app.example/callback';
const SECRET = 'app-secret';

let site: TestIssuer;
let person: Browser;

before(async () => {
  site = await startIssuer();
  person = site.newBrowser();
  await site.addUser('ada', { email: 'ada@example.org', groups: ['payments'] });
  await addClient('app', {
    redirect_uris: CALLBACK,
    grant_types: 'authorization_code refresh_token password',
  });
  await addClient('machine', {});
  await addClient('browser-app', { redirect_uris: CALLBACK, client_secret: '' });
  const link = await issueSignIn({
    client: site.client,
    clock: systemClock,
    random: systemRandom,
    issuer: site.issuer,
    user: 'ada',
  });
  await until(async () => (await person.get(link.url)).status === 200);
  await person.post(link.url, {});
  await person.post(`${site.issuer}/password`, { password: PASSWORD, again: PASSWORD });
});
after(() => site.stop());

async function addClient(name: string, fields: Record<string, string>): Promise<void> {
  const { client_secret: secret = SECRET, ...others } = fields;
  await site.client.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'default', labels: { 'slipway.dev/oidc-client': 'true' } },
    stringData: { client_id: name, ...(secret ? { client_secret: secret } : {}), ...others },
  });
}

/** The library's own way to another transport: ours reaches hosts that no resolver knows. */
const customFetch: openid.CustomFetch = async (url, { method, headers, body }) => {
  const sent = Object.fromEntries(new Headers(headers as Record<string, string>));
  const answer = await site.newBrowser().send(method, url, body?.toString(), sent);
  const plain = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
  return new Response(answer.status === 204 ? null : answer.body, {
    status: answer.status,
    headers: plain as [string, string][],
  });
};

async function discover(clientId: string, authentication?: openid.ClientAuth): Promise<openid.Configuration> {
  const issuer = new URL(site.issuer);
  const found = await openid.discovery(issuer, clientId, undefined, authentication, {
    [openid.customFetch]: customFetch,
  });
  found[openid.customFetch] = customFetch;
  return found;
}

async function codeFor(url: URL): Promise<URL> {
  const atApp = (address: string) => address.startsWith(CALLBACK);
  const asked = await person.follow(await person.get(url.href), atApp);
  if (atApp(asked.url)) return new URL(asked.url);
  const allowed = await person.follow(await person.post(asked.url, { answer: 'yes' }), atApp);
  return new URL(allowed.url);
}

const ways: { name: string; authentication: openid.ClientAuth; pkce: boolean; because: string }[] = [
  {
    name: 'secret in the form',
    authentication: openid.ClientSecretPost(SECRET),
    pkce: true,
    because: 'most libraries do so',
  },
  {
    name: 'secret as Basic',
    authentication: openid.ClientSecretBasic(SECRET),
    pkce: false,
    because: 'Keycloak asks no confidential client for PKCE, and many tools send none',
  },
];
for (const { name, authentication, pkce, because } of ways) {
  test(`openid-client signs a person in, refreshes, reads userinfo, asks about and revokes tokens (${name}: ${because})`, async () => {
    const config = await discover('app', authentication);
    const verifier = openid.randomPKCECodeVerifier();
    const state = openid.randomState();
    const nonce = openid.randomNonce();
    const proof = { code_challenge: await openid.calculatePKCECodeChallenge(verifier) };
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid profile email groups',
      state,
      nonce,
      ...(pkce ? { ...proof, code_challenge_method: 'S256' } : {}),
    });
    const checks = { expectedState: state, expectedNonce: nonce };
    const callback = await codeFor(url);
    const tokens = await openid.authorizationCodeGrant(config, callback, {
      ...checks,
      ...(pkce ? { pkceCodeVerifier: verifier } : {}),
    });
    assert.equal(tokens.claims()?.preferred_username, 'ada');
    const refreshed = await openid.refreshTokenGrant(config, String(tokens.refresh_token));
    const info = await openid.fetchUserInfo(config, refreshed.access_token, String(tokens.claims()?.sub));
    assert.deepEqual([info.email, info.groups], ['ada@example.org', ['payments']]);
    const asked = await openid.tokenIntrospection(config, refreshed.access_token);
    assert.deepEqual([asked.active, asked.username], [true, 'ada']);
    await openid.tokenRevocation(config, refreshed.access_token);
    assert.equal((await openid.tokenIntrospection(config, refreshed.access_token)).active, false);
    await assert.rejects(openid.authorizationCodeGrant(config, callback, checks), 'a code works once');
  });
}

test('openid-client signs in with a password, where the client allows it', async () => {
  const config = await discover('app', openid.ClientSecretPost(SECRET));
  const tokens = await openid.genericGrantRequest(config, 'password', {
    username: 'ada',
    password: PASSWORD,
    scope: 'openid profile email groups',
  });
  assert.equal(tokens.claims()?.preferred_username, 'ada');
  assert.equal(tokens.refresh_expires_in, 36_000);
  const info = await openid.fetchUserInfo(config, tokens.access_token, String(tokens.claims()?.sub));
  assert.equal(info.preferred_username, 'ada');
  const refreshed = await openid.refreshTokenGrant(config, String(tokens.refresh_token));
  assert.ok(refreshed.access_token);
  const review = await site.client.create(TokenReview, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    metadata: {},
    spec: { token: tokens.access_token },
  });
  assert.ok(!review.status?.authenticated, 'it is the application’s, not the platform’s');
});

test('openid-client gets a machine its own token', async () => {
  const config = await discover('machine', openid.ClientSecretBasic(SECRET));
  const tokens = await openid.clientCredentialsGrant(config);
  assert.equal(tokens.token_type, 'bearer');
  const asked = await openid.tokenIntrospection(config, tokens.access_token);
  assert.deepEqual([asked.active, asked.client_id], [true, 'machine']);
});

test('a public client must prove that the code is its own', async () => {
  const config = await discover('browser-app', openid.None());
  const plain = openid.buildAuthorizationUrl(config, { redirect_uri: CALLBACK, scope: 'openid' });
  assert.equal((await codeFor(plain)).searchParams.get('error'), 'invalid_request');
});

const refused: {
  form: Record<string, string>;
  as?: string;
  secret?: string;
  status: number;
  error: string;
  words: string;
  because: string;
}[] = [
  {
    form: { grant_type: 'password', username: 'ada', password: 'wrong' },
    status: 401,
    error: 'invalid_grant',
    words: 'Invalid user credentials',
    because: 'the password is wrong',
  },
  {
    form: { grant_type: 'password', username: 'nobody', password: 'wrong' },
    status: 401,
    error: 'invalid_grant',
    words: 'Invalid user credentials',
    because: 'nobody learns which names there are',
  },
  {
    form: { grant_type: 'password', username: 'ada' },
    status: 400,
    error: 'invalid_request',
    words: 'Missing parameter: password',
    because: 'half of it is missing',
  },
  {
    form: { grant_type: 'password', username: 'ada', password: PASSWORD },
    as: 'machine',
    status: 400,
    error: 'unauthorized_client',
    words: 'Client not allowed for direct access grants',
    because: 'it is off unless a client asks for it',
  },
  {
    form: { grant_type: 'client_credentials' },
    status: 401,
    error: 'unauthorized_client',
    words: 'Client not enabled to retrieve service account',
    because: 'people’s clients are no machines',
  },
  {
    form: { grant_type: 'client_credentials' },
    as: 'machine',
    secret: 'wrong',
    status: 401,
    error: 'invalid_client',
    words: 'Invalid client or Invalid client credentials',
    because: 'the secret is wrong',
  },
  {
    form: { grant_type: 'client_credentials' },
    as: 'nobody',
    status: 401,
    error: 'invalid_client',
    words: 'Invalid client or Invalid client credentials',
    because: 'there is no such client',
  },
  {
    form: { grant_type: 'refresh_token', refresh_token: 'made-up' },
    status: 400,
    error: 'invalid_grant',
    words: 'Invalid refresh token',
    because: 'nobody gave it out',
  },
  {
    form: { grant_type: 'authorization_code', code: 'made-up', redirect_uri: CALLBACK },
    status: 400,
    error: 'invalid_grant',
    words: 'Code not valid',
    because: 'nobody gave it out',
  },
  {
    form: { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: 'x' },
    status: 400,
    error: 'unsupported_grant_type',
    words: 'Unsupported grant_type',
    because: 'tokens are not exchanged here, and it says so',
  },
  {
    form: {},
    status: 400,
    error: 'invalid_request',
    words: 'Missing form parameter: grant_type',
    because: 'it asks for nothing',
  },
];
for (const { form, as = 'app', secret = SECRET, status, error, words, because } of refused) {
  test(`the token endpoint answers ${status} ${error}, “${words}”: ${because}`, async () => {
    const authorization = `Basic ${Buffer.from(`${as}:${secret}`).toString('base64')}`;
    const url = `${site.issuer}/protocol/openid-connect/token`;
    const answer = await person.call(url, form, { authorization });
    const body = JSON.parse(answer.body);
    assert.deepEqual([answer.status, body.error, body.error_description], [status, error, words]);
    assert.match(String(answer.headers['cache-control']), /no-store/);
  });
}

test('userinfo says in Keycloak’s words why not', async () => {
  const url = `${site.issuer}/protocol/openid-connect/userinfo`;
  const made = await person.get(url, { authorization: 'Bearer made-up' });
  assert.deepEqual(
    [made.status, JSON.parse(made.body)],
    [401, { error: 'invalid_token', error_description: 'Token verification failed' }],
  );
  assert.match(String(made.headers['www-authenticate']), /^Bearer realm="slipway", error="invalid_token"/);
});

const elsewhere: { method: string; path: string; status: number; error: string; because: string }[] = [
  {
    method: 'GET',
    path: '/protocol/openid-connect/token',
    status: 405,
    error: 'HTTP 405 Method Not Allowed',
    because: 'tokens are posted for',
  },
  {
    method: 'GET',
    path: '/protocol/saml',
    status: 404,
    error: 'Unable to find matching target resource method',
    because: 'SAML is not served',
  },
];
for (const { method, path, status, error, because } of elsewhere) {
  test(`${method} ${path} is answered with ${status}: ${because}`, async () => {
    const answer = await person.send(method, site.issuer + path, undefined, {});
    assert.deepEqual([answer.status, JSON.parse(answer.body)], [status, { error }]);
  });
}

test('a password grant ends with its person, too', async () => {
  const config = await discover('app', openid.ClientSecretPost(SECRET));
  const form = { username: 'ada', password: PASSWORD, scope: 'openid' };
  const tokens = await openid.genericGrantRequest(config, 'password', form);
  await mutate(site.client, User, { name: 'ada' }, draft => {
    draft.spec.disabled = true;
  });
  const refused = async () =>
    openid.refreshTokenGrant(config, String(tokens.refresh_token)).then(
      () => false,
      () => true,
    );
  await until(refused, 'refreshing ends');
  await assert.rejects(openid.genericGrantRequest(config, 'password', form));
});
