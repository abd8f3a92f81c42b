// What is asked of tools that exist, against a server that answers as their documentation says.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Existing, type ExistingPorts, type Finding, httpRequest } from '@slipway/definition';
import { existing as registry } from '../../../capabilities/artifacts/existing/registry.ts';
import { existing as argoCd } from '../../../capabilities/delivery/technologies/argo-cd/existing.ts';
import { existing as oidc } from '../../../capabilities/identity/technologies/oidc/existing.ts';
import { existing as prometheus } from '../../../capabilities/observability/technologies/prometheus/existing.ts';
import { existing as vault } from '../../../capabilities/secrets/technologies/vault/existing.ts';
import { existing as github } from '../../../capabilities/source/technologies/github/existing.ts';
import { existing as gitlab } from '../../../capabilities/source/technologies/gitlab/existing.ts';
import { existing as jenkins } from '../../../capabilities/workflows/technologies/jenkins/existing.ts';
import { selfSigned } from '../../../test/self-signed.ts';

const EXISTING: Record<string, Existing> = {
  github,
  gitlab,
  oidc,
  'argo-cd': argoCd,
  jenkins,
  vault,
  harbor: registry,
  zot: registry,
  prometheus,
};

interface Answer {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Only with this Authorization, Private-Token or X-Vault-Token; others get 401. */
  token?: string;
}
type Answers = Record<string, Answer>;

const TOKENS = ['authorization', 'private-token', 'x-vault-token'];

async function serve(t: TestContext, answers: (url: string) => Answers, tls?: { cert: string; key: string }) {
  let url = '';
  const handler = (
    request: { url?: string; headers: Record<string, unknown> },
    response: { writeHead(status: number, headers: object): void; end(text: string): void },
  ) => {
    const {
      status = 200,
      body,
      headers = {},
      token,
    } = answers(url)[(request.url ?? '').split('?')[0] ?? ''] ?? {
      status: 404,
    };
    const isKnown = token === undefined || TOKENS.some(name => request.headers[name] === token);
    response.writeHead(isKnown ? status : 401, { 'content-type': 'application/json', ...headers });
    response.end(isKnown && body !== undefined ? JSON.stringify(body) : '{}');
  };
  const server = tls ? createTlsServer(tls, handler as never) : createServer(handler as never);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return url;
}

async function checked(
  t: TestContext,
  id: string,
  address: string,
  given: Partial<ExistingPorts> = {},
): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-existing-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const existing = EXISTING[id];
  assert.ok(existing);
  const ports = { http: httpRequest, credentials: {}, folder, signal: AbortSignal.timeout(20_000), ...given };
  return existing.check(ports, { address, parameters: {} } as never);
}

const basic = (text: string) => `Basic ${btoa(text)}`;

interface Row {
  id: string;
  answers: (url: string) => Answers;
  credentials?: Record<string, string>;
  /** `check ok` of each finding. */
  finds: string[];
  says: RegExp;
  because: string;
}

const GITHUB: Answers = {
  '/api/v3/user': {
    token: 'Bearer t',
    body: { login: 'robot' },
    headers: { 'x-oauth-scopes': 'repo, user' },
  },
  '/api/v3/user/repos': { token: 'Bearer t', body: [] },
};
const discovery = (url: string): Answer => ({
  body: {
    issuer: url,
    authorization_endpoint: `${url}/auth`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/keys`,
  },
});

const rows: Row[] = [
  {
    id: 'github',
    answers: () => GITHUB,
    credentials: { token: 't' },
    finds: ['token true', 'git true'],
    says: /signed in as robot/,
    because: 'GitHub Enterprise has its API below /api/v3',
  },
  {
    id: 'github',
    answers: () => GITHUB,
    credentials: { token: 'old' },
    finds: ['token false'],
    says: /credentials are refused.*make a new token/,
    because: 'a token that is refused is the Secret’s to mend',
  },
  {
    id: 'github',
    answers: () => ({ '/api/v3/user': { body: { login: 'robot' }, headers: { 'x-oauth-scopes': 'user' } } }),
    credentials: { token: 't' },
    finds: ['token false'],
    says: /has the scopes user, and not repo/,
    because: 'a token that may not push is found before anything is pushed',
  },
  {
    id: 'gitlab',
    answers: () => ({
      '/api/v4/version': { token: 't', body: { version: '18.1.0-ee' } },
      '/api/v4/projects': { body: [] },
    }),
    credentials: { token: 't' },
    finds: ['version true', 'git true'],
    says: /GitLab 18\.1\.0-ee/,
    because: 'GitLab tells its version to who has signed in',
  },
  {
    id: 'gitlab',
    answers: () => ({ '/api/v4/version': { body: { version: '13.2.0' } } }),
    finds: ['version false'],
    says: /13\.2\.0 is older than 16/,
    because: 'an old API is named',
  },
  {
    id: 'oidc',
    answers: url => ({
      '/.well-known/openid-configuration': discovery(url),
      '/keys': { body: { keys: [{ kty: 'RSA' }] } },
    }),
    finds: ['discovery true', 'keys true'],
    says: /1 keys/,
    because: 'an issuer describes itself and shows its keys',
  },
  {
    id: 'oidc',
    answers: () => ({ '/.well-known/openid-configuration': discovery('https://login.example') }),
    finds: ['discovery false'],
    says: /calls itself https:\/\/login\.example; give the issuer’s address exactly/,
    because: 'tools compare issuers letter by letter',
  },
  {
    id: 'argo-cd',
    answers: () => ({
      '/api/version': { body: { Version: 'v3.2.1' } },
      '/api/v1/session/userinfo': { body: { loggedIn: false } },
    }),
    credentials: { token: 't' },
    finds: ['version true', 'token false'],
    says: /signs nobody in; make a new token/,
    because: 'Argo CD answers 200 to tokens that it does not know',
  },
  {
    id: 'jenkins',
    answers: () => ({
      '/login': { headers: { 'x-jenkins': '2.516.3' } },
      '/me/api/json': { token: basic('ann:t'), body: { id: 'ann' } },
    }),
    credentials: { username: 'ann', token: 't' },
    finds: ['version true', 'token true'],
    says: /Jenkins 2\.516\.3/,
    because: 'Jenkins names itself in a header',
  },
  {
    id: 'vault',
    answers: () => ({ '/v1/sys/health': { status: 503, body: { sealed: true, version: '1.21.0' } } }),
    credentials: { token: 't' },
    finds: ['health false'],
    says: /Vault is sealed/,
    because: 'a sealed Vault serves nothing',
  },
  {
    id: 'vault',
    answers: () => ({
      '/v1/sys/health': { status: 473, body: { version: '1.21.0' } },
      '/v1/auth/token/lookup-self': { token: 't', body: { data: { policies: ['eso'] } } },
    }),
    credentials: { token: 't' },
    finds: ['health true', 'token true'],
    says: /policies eso/,
    because: 'a standby answers for the active one',
  },
  {
    id: 'zot',
    answers: () => ({
      '/v2/': { token: basic('ann:t'), headers: { 'www-authenticate': 'Basic realm="zot"' } },
    }),
    credentials: { username: 'ann', password: 't' },
    finds: ['api true', 'credentials true'],
    says: /signed in as ann/,
    because: 'a registry that asks for Basic gets Basic',
  },
  {
    id: 'zot',
    answers: () => ({ '/v2/': { status: 401 } }),
    credentials: { username: 'ann', password: 't' },
    finds: ['api false'],
    says: /does not say how to sign in/,
    because: 'a 401 without a challenge is no registry',
  },
  {
    id: 'prometheus',
    answers: () => ({
      '/api/v1/query': { body: { status: 'success' } },
      '/api/v1/status/buildinfo': { body: { data: { version: '3.7.0' } } },
    }),
    finds: ['query true', 'version true'],
    says: /version 3\.7\.0/,
    because: 'Prometheus asks for no credentials by itself',
  },
];

for (const { id, answers, credentials = {}, finds, says, because } of rows) {
  test(`${id}: ${because}`, async t => {
    const findings = await checked(t, id, await serve(t, answers), { credentials });
    assert.deepEqual(
      findings.map(({ check, ok }) => `${check} ${ok}`),
      finds,
    );
    const text = findings.map(({ found, advice }) => `${found}; ${advice}`).join('\n');
    assert.match(text, says);
    for (const value of Object.values(credentials))
      if (value.length > 3) assert.doesNotMatch(text, new RegExp(value));
  });
}

test('a registry’s token service is asked as its challenge says', async t => {
  const answers = (url: string): Answers => ({
    '/v2/': {
      token: 'Bearer given',
      headers: { 'www-authenticate': `Bearer realm="${url}/token",service="harbor"` },
    },
    '/token': { token: basic('ann:t'), body: { token: 'given' } },
  });
  const url = await serve(t, answers);
  const findings = await checked(t, 'harbor', url, { credentials: { username: 'ann', password: 't' } });
  assert.deepEqual(
    findings.map(({ check, ok }) => `${check} ${ok}`),
    ['api true', 'credentials true'],
  );
});

test('what stands between is named with the way out', async t => {
  const certificate = await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] });
  const secure = await serve(
    t,
    url => ({ '/.well-known/openid-configuration': discovery(url), '/keys': { body: { keys: [{}] } } }),
    certificate,
  );
  const [untrusted] = await checked(t, 'oidc', secure);
  assert.match(
    `${untrusted?.found}; ${untrusted?.advice}`,
    /leads to no authority.*into the credentials’ Secret as ca\.crt/,
  );
  const trusted = await checked(t, 'oidc', secure, { ca: certificate.cert });
  assert.deepEqual(
    trusted.map(({ ok }) => ok),
    [true, true],
  );
  const [nobody] = await checked(t, 'oidc', 'http://127.0.0.1:1');
  assert.match(`${nobody?.found}; ${nobody?.advice}`, /nobody listens there; correct the port/);
  const [unknown] = await checked(t, 'oidc', 'http://nothing.invalid');
  assert.match(unknown?.found ?? '', /its name is not known to DNS/);
});
