import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { type KeyProvider, type KubeObject, systemRandom } from '@slipway/api';
import { createAuthentication } from './authentication.ts';
import { memoryStore } from './memory-store.ts';
import { authenticationReviews } from './reviews.ts';
import { serviceAccountTokens } from './service-account-tokens.ts';
import { deriveSigningKey } from './signing-key.ts';

const keys = (fill: number): KeyProvider => ({
  keyId: 'test',
  encrypt: async data => ({ keyId: 'test', data }),
  decrypt: async ({ data }) => data,
  derive: async () => new Uint8Array(32).fill(fill),
});

const account = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { namespace: 'a', name: 'ci', uid: 'u1' },
};
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'a', name: 'p', uid: 'u2' },
  spec: { nodeName: 'n' },
};
const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', uid: 'u3' } };
const subject = { namespace: 'a', name: 'ci', uid: 'u1' };

type Setup = Awaited<ReturnType<typeof setup>>;

async function setup(fill = 7) {
  const store = memoryStore();
  store.put('/serviceaccounts', account);
  store.put('/pods', pod as KubeObject);
  store.put('/nodes', node);
  let time = Date.parse('2026-01-01T00:00:00Z');
  const clock = {
    now: () => time,
    sleep: async (ms: number) => {
      time += ms;
    },
  };
  const key = await deriveSigningKey(keys(fill));
  const tokens = serviceAccountTokens({ store, key, clock, random: systemRandom });
  return { store, clock, key, tokens };
}

test('a token says who it is, and its signature is verified with the published key', async () => {
  const { tokens } = await setup();
  const { token } = tokens.issue(subject, { audiences: tokens.audiences, seconds: 600 });
  const user = tokens.authenticate(token, tokens.audiences)?.user;
  assert.equal(user?.username, 'system:serviceaccount:a:ci');
  assert.deepEqual(user?.groups, ['system:serviceaccounts', 'system:serviceaccounts:a']);
  const [head = '', body = '', signature = ''] = token.split('.');
  const { jwks } = tokens.discovery();
  const [jwk] = (jwks as { keys: Record<string, string>[] }).keys;
  const publicKey = createPublicKey({ format: 'jwk', key: jwk ?? {} });
  const valid = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  assert.equal(valid, true);
});

test('the key is the same after a restart and another for another platform', async () => {
  const [one, again, other] = [await setup(), await setup(), await setup(8)];
  assert.equal(one.key.kid, again.key.kid);
  assert.notEqual(one.key.kid, other.key.kid);
  const { token } = other.tokens.issue(subject, { audiences: other.tokens.audiences, seconds: 600 });
  assert.equal(one.tokens.authenticate(token, one.tokens.audiences), undefined);
});

const refusals: {
  because: string;
  spoil(all: Setup): void;
  message: RegExp;
}[] = [
  { because: 'it has expired', spoil: ({ clock }) => void clock.sleep(601_000), message: /expired/ },
  {
    because: 'its account is gone',
    spoil: ({ store }) => store.remove('/serviceaccounts', 'a/ci'),
    message: /ServiceAccount is gone/,
  },
  {
    because: 'its account was made anew',
    spoil: ({ store }) =>
      store.put('/serviceaccounts', { ...account, metadata: { ...account.metadata, uid: 'new' } }),
    message: /ServiceAccount is gone/,
  },
  { because: 'its pod is gone', spoil: ({ store }) => store.remove('/pods', 'a/p'), message: /Pod is gone/ },
  {
    because: 'its pod was deleted more than a minute ago',
    spoil: ({ store }) =>
      store.put('/pods', {
        ...pod,
        metadata: { ...pod.metadata, deletionTimestamp: '2025-12-31T23:58:00Z' },
      } as KubeObject),
    message: /Pod is gone/,
  },
];

for (const { because, spoil, message } of refusals) {
  test(`a token is refused because ${because}`, async () => {
    const all = await setup();
    const bound = { kind: 'Pod' as const, name: 'p', uid: 'u2' };
    const { token } = all.tokens.issue(
      { ...subject, bound },
      { audiences: all.tokens.audiences, seconds: 600 },
    );
    assert.ok(all.tokens.authenticate(token, all.tokens.audiences));
    spoil(all);
    assert.throws(() => all.tokens.authenticate(token, all.tokens.audiences), {
      code: 'Unauthorized',
      message,
    });
  });
}

test('a token for another audience does not open the API', async () => {
  const { tokens } = await setup();
  const { token } = tokens.issue(subject, { audiences: ['vault'], seconds: 600 });
  assert.throws(() => tokens.authenticate(token, tokens.audiences), { message: /another audience/ });
  assert.deepEqual(tokens.authenticate(token, ['vault', 'x'])?.audiences, ['vault']);
});

test('a token that was changed, or says that it needs no signature, is nobody’s', async () => {
  const { tokens } = await setup();
  const { token } = tokens.issue(subject, { audiences: tokens.audiences, seconds: 600 });
  const [head = '', body = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'system:serviceaccount:a:root' })).toString(
    'base64url',
  );
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  for (const bad of [
    `${head}.${changed}.${signature}`,
    `${none}.${body}.`,
    `${none}.${body}.${signature}`,
    'x',
    '',
  ]) {
    assert.equal(tokens.authenticate(bad, tokens.audiences), undefined);
  }
});

test('the chain knows static tokens, accounts and added sources, and gives each the group of the authenticated', async () => {
  const { tokens } = await setup();
  const admin = { username: 'local-admin', groups: ['system:masters'] };
  const authentication = createAuthentication({ tokens, staticTokens: [{ token: 'secret', user: admin }] });
  const remove = authentication.add({
    authenticate: async ({ bearer }) => (bearer === 'slp_1' ? { username: 'ada', groups: [] } : undefined),
  });
  assert.deepEqual((await authentication.authenticate({ bearer: 'secret' }))?.groups, [
    'system:masters',
    'system:authenticated',
  ]);
  assert.equal((await authentication.review('slp_1'))?.user.username, 'ada');
  const certificate = { commonName: 'grace', organizations: ['ops'] };
  assert.deepEqual(await authentication.authenticate({ certificate }), {
    username: 'grace',
    groups: ['ops', 'system:authenticated'],
  });
  assert.equal(await authentication.authenticate({}), undefined);
  remove();
  assert.equal(await authentication.review('slp_1'), undefined);
});

test('serviceaccounts/token binds to a pod, names its node, and refuses what upstream refuses', async () => {
  const { store, tokens } = await setup();
  const authentication = createAuthentication({ tokens });
  const [, , request] = authenticationReviews({ store, tokens, authentication });
  const ask = (spec: object) => {
    const object = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec,
    } as KubeObject;
    return request?.create({
      object,
      user: { username: 'x', groups: [] },
      namespace: 'a',
      name: 'ci',
      dryRun: false,
    });
  };
  const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u2' };
  const answer = (await ask({ boundObjectRef })) as KubeObject & { status: { token: string } };
  const user = tokens.authenticate(answer.status.token, tokens.audiences)?.user;
  assert.deepEqual(user?.extra?.['authentication.kubernetes.io/node-name'], ['n']);
  assert.throws(() => ask({ expirationSeconds: 10 }), {
    code: 'Invalid',
    message: /may not specify a duration less than 10 minutes/,
  });
  assert.throws(() => ask({ boundObjectRef: { ...boundObjectRef, uid: 'other' } }), { code: 'Conflict' });
  assert.throws(() => ask({ boundObjectRef: { ...boundObjectRef, name: 'q' } }), { code: 'NotFound' });
});
