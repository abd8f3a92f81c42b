// Against the real API server: what is made once stays, what is gone comes back, what is others' is left alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Stored, systemRandom } from '@slipway/api';
import { CustomResourceDefinition, GeneratedSecret, generatedSecretDefinition, Secret } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { planSecret } from './plan.ts';
import { generatedSecrets } from './reconcile.ts';

let kube: Kube;
const namespace = 'default';
const form = {
  keys: { username: { text: 'admin' }, password: { length: 32 }, token: { length: 64, alphabet: 'hex' } },
};

const generated = (name: string, spec: unknown = form) =>
  ({
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'GeneratedSecret',
    metadata: { name, namespace },
    spec,
  }) as GeneratedSecret;
const secretOf = (name: string, data: Record<string, string>, rest = {}): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, btoa(value)])),
  ...rest,
});

async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (let turn = 0; turn < 400; turn++) {
    const seen = await look();
    if (seen) return seen;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error(`not seen: ${what}`);
}

const readyOf = async (name: string) =>
  (await kube.client().get(GeneratedSecret, { namespace, name })).status?.conditions?.[0];

before(async () => {
  kube = await startKube();
  await kube.client().create(CustomResourceDefinition, generatedSecretDefinition);
  kube.runtime.add([generatedSecrets()], kube.client());
  await kube.runtime.start();
});
after(() => kube.stop());

test('a secret is made as asked, kept, and made anew only when it is gone', async () => {
  const client = kube.client();
  const key = { namespace, name: 'made' };
  await client.create(GeneratedSecret, generated('made', { ...form, labels: { app: 'x' } }));
  const first = await until('the secret', () => client.find(Secret, key));
  const text = (secret: Secret, name: string) => atob(secret.data?.[name] ?? '');
  assert.equal(text(first, 'username'), 'admin');
  assert.match(text(first, 'password'), /^[A-Za-z0-9]{32}$/);
  assert.match(text(first, 'token'), /^[0-9a-f]{64}$/);
  assert.equal(first.metadata.labels?.app, 'x');
  await until('Ready', async () => (await readyOf('made'))?.status === 'True');

  await client.patch(GeneratedSecret, key, {
    type: 'merge',
    body: { spec: { keys: { password: { length: 20 }, extra: { length: 16 } } } },
  });
  const grown = await until('the new key', async () => {
    const secret = await client.get(Secret, key);
    return secret.data?.extra ? secret : undefined;
  });
  assert.equal(grown.data?.password, first.data?.password, 'what is there is never made again');

  await client.delete(Secret, key);
  const again = await until('the secret again', () => client.find(Secret, key));
  assert.notEqual(again.data?.password, first.data?.password);

  await client.delete(GeneratedSecret, key);
  assert.equal(
    (await client.get(Secret, key)).data?.password,
    again.data?.password,
    'the secret outlives it',
  );
});

test('a secret that is there already is taken as it is, or named with what it lacks', async () => {
  const client = kube.client();
  const whole = { username: 'root', password: 'chosen', token: 'by hand' };
  await client.create(Secret, secretOf('adopted', whole));
  await client.create(Secret, secretOf('partly', { username: 'root' }));
  await client.create(GeneratedSecret, generated('adopted'));
  await client.create(GeneratedSecret, generated('partly'));
  await until('Ready', async () => (await readyOf('adopted'))?.status === 'True');
  assert.deepEqual((await client.get(Secret, { namespace, name: 'adopted' })).data, secretOf('', whole).data);
  const condition = await until('a condition', () => readyOf('partly'));
  assert.equal(condition.reason, 'SecretIncomplete');
  assert.match(
    condition.message,
    /secret default\/partly: .*"password", "token"; add what is missing, or delete it/,
  );
  await client.delete(Secret, { namespace, name: 'partly' });
  await until('Ready once it is gone', async () => (await readyOf('partly'))?.status === 'True');
});

const UNUSABLE = [
  { because: 'a short password is no password', keys: { a: { length: 8 } } },
  { because: 'a key is random or a text, not both', keys: { a: { length: 16, text: 'x' } } },
  { because: 'a key has to say how it is made', keys: { a: {} } },
  { because: 'only known alphabets', keys: { a: { length: 16, alphabet: 'emoji' } } },
];
test('what makes no sense is refused by the API', async () => {
  for (const { because, keys } of UNUSABLE)
    await assert.rejects(
      kube.client().create(GeneratedSecret, generated('bad', { keys })),
      { reason: 'Invalid' },
      because,
    );
});

test('planSecret() leaves an immutable secret and one that is going alone', () => {
  const labels = { 'slipway.dev/generated-by': 'x' };
  const asked = generated('x') as Stored<GeneratedSecret>;
  const locked = secretOf('x', { username: 'a' }, { immutable: true, metadata: { name: 'x', labels } });
  assert.equal((planSecret(asked, locked, systemRandom) as { reason: string }).reason, 'SecretImmutable');
  const going = secretOf('x', {}, { metadata: { name: 'x', deletionTimestamp: '2026-01-01T00:00:00Z' } });
  assert.equal((planSecret(asked, going, systemRandom) as { reason: string }).reason, 'SecretIsGoing');
});
