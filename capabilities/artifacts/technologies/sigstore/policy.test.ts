import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AdmittedWrite } from '@slipway/api';
import type { Pod } from '@slipway/kinds';
import { reflexive, type SignedRegistry, startSignedRegistry } from '../../testing/signed-registry.ts';
import type { VerifyPolicy } from './parameters.ts';
import { readParameters } from './parameters.ts';
import { signaturePolicy } from './policy.ts';

let bed: SignedRegistry;

before(async () => {
  bed = await startSignedRegistry();
});
after(() => bed.close());

function judge(policy: Partial<VerifyPolicy>, write: Partial<AdmittedWrite> & { images: string[] }) {
  const { images, ...rest } = write;
  const { judge } = signaturePolicy({
    ...bed.ports,
    policy: { mode: 'enforce', namespaces: ['*-prod'], ...policy },
    keys: async () => [bed.key],
  });
  return judge({
    operation: 'CREATE',
    object: podOf(images),
    namespace: 'acme-prod',
    user: { username: 'ann', groups: [] },
    ...rest,
  });
}

function podOf(images: string[]): Pod {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers } };
}

const name = 'registry.slipway.internal/acme/shop';
const refused: { image: () => string; message: RegExp; because: string }[] = [
  {
    image: () => `${name}@${bed.unsigned}`,
    message: /acme\/shop@sha256:[0-9a-f]{64}" is not signed by a key of this platform \(first\): it has no/,
    because: 'nobody signed it',
  },
  {
    image: () => `${name}@${bed.signedByOther}`,
    message: /no key of this platform made it for this image/,
    because: 'another key signed it',
  },
  {
    image: () => `${name}:latest`,
    message: /does not name an image of this platform by its digest/,
    because: 'a tag may name another image tomorrow',
  },
  {
    image: () => `docker.io/library/busybox@${bed.signed}`,
    message: /does not name an image of this platform/,
    because: 'it is another registry’s',
  },
  {
    image: () => `${name}@sha256:${'0'.repeat(64)}`,
    message: /it has no signature|cannot be verified/,
    because: 'there is no such image',
  },
  { image: () => 'A B', message: /cannot be verified/, because: 'it is no image’s name' },
];
for (const { image, message, because } of refused) {
  test(`signaturePolicy() refuses a pod, naming image, key and what to do: ${because}`, async () => {
    const { refused: why = '' } = await judge({}, { images: [`${name}@${bed.signed}`, image()] });
    assert.match(why, message);
    assert.match(why, /; (let a pipeline|try again)/);
    const warned = await judge({ mode: 'warn' }, { images: [image()] });
    assert.equal(warned.refused, undefined);
    assert.match(warned.warnings?.[0] ?? '', message);
  });
}

test('signaturePolicy() lets signed images run, and everything elsewhere', async () => {
  assert.deepEqual(await judge({}, { images: [`${name}@${bed.signed}`] }), {});
  assert.deepEqual(await judge({}, { images: ['busybox'], namespace: 'acme-dev' }), {});
  const exact = await judge({ namespaces: ['prod'] }, { images: ['busybox'], namespace: 'prod-2' });
  assert.deepEqual(exact, {}, 'a name without * is a whole name');
});

test('signaturePolicy() judges images that an update brings, and leaves alone what ran before', async () => {
  const oldObject = podOf(['busybox']);
  const write = { operation: 'UPDATE' as const, oldObject };
  assert.deepEqual(await judge({}, { ...write, images: ['busybox'] }), {});
  const changed = await judge({}, { ...write, images: ['busybox:2'] });
  assert.match(changed.refused ?? '', /"busybox:2"/);
  const debugging = podOf(['busybox']);
  Object.assign(debugging.spec, { ephemeralContainers: [{ name: 'debug', image: 'alpine' }] });
  const added = await judge({}, { ...write, images: [], object: debugging });
  assert.match(added.refused ?? '', /"alpine"/, 'a container that was put in to look around');
  const subresource = 'ephemeralcontainers';
  const beside = await judge({}, { ...write, subresource, images: [], object: debugging });
  assert.match(beside.refused ?? '', /"alpine"/);
});

test('signaturePolicy() leaves alone what is no pod: bindings and evictions', async () => {
  const object = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'web' } };
  assert.deepEqual(await judge({}, { images: [], object, subresource: 'binding' }), {});
});

test('signaturePolicy() refuses while the registry does not answer', async () => {
  const { judge: ask } = signaturePolicy({
    ...reflexive,
    policy: { mode: 'enforce', namespaces: ['*'] },
    keys: async () => [bed.key],
  });
  const object = podOf([`${name}@${bed.signed}`]);
  const user = { username: 'ann', groups: [] };
  const { refused: why = '' } = await ask({ operation: 'CREATE', object, namespace: 'x', user });
  assert.match(why, /cannot be verified: .*; try again/);
});

const parameters: { given: unknown; message: RegExp; because: string }[] = [
  { given: {}, message: /verify\.namespaces/, because: 'it must say where' },
  { given: { namespaces: [] }, message: /verify\.namespaces/, because: 'nowhere is a mistake' },
  { given: { namespaces: ['Prod!'] }, message: /verify\.namespaces/, because: 'that is no name' },
  { given: { namespaces: ['x'], mode: 'maybe' }, message: /enforce, warn/, because: 'there are two modes' },
  { given: { namespaces: ['x'], key: 1 }, message: /verify\.key/, because: 'it is no word' },
];
for (const { given, message, because } of parameters) {
  test(`readParameters() refuses ${JSON.stringify(given)}: ${because}`, () => {
    assert.throws(() => readParameters({ verify: given }), message);
  });
}

test('readParameters() verifies nothing unless told to, and enforces unless told to warn', () => {
  assert.deepEqual(readParameters({}), {});
  const verify = { namespaces: ['*-prod'] };
  assert.deepEqual(readParameters({ verify }), { verify: { ...verify, mode: 'enforce' } });
});
