import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOST_IMAGE, hostImageFor } from './host-image.ts';
import { formatReference, parseReference } from './reference.ts';
import { parseChallenge } from './registry-auth.ts';

const digest = `sha256:${'a'.repeat(64)}`;

const rows: { text: string; full: string; because: string }[] = [
  { text: 'node', full: 'docker.io/library/node:latest', because: 'a bare name is an official image' },
  { text: 'node:22', full: 'docker.io/library/node:22', because: 'with a tag' },
  { text: 'acme/app', full: 'docker.io/acme/app:latest', because: 'a user of Docker Hub' },
  { text: 'docker.io/node', full: 'docker.io/library/node:latest', because: 'the hub by name' },
  { text: 'localhost/app:1', full: 'localhost/app:1', because: 'localhost is a host' },
  { text: 'localhost:5000/a/b', full: 'localhost:5000/a/b:latest', because: 'a port is no tag' },
  { text: 'ghcr.io/a/b@DIGEST', full: 'ghcr.io/a/b@DIGEST', because: 'a digest needs no tag' },
  {
    text: 'ghcr.io/a/b:v1@DIGEST',
    full: 'ghcr.io/a/b:v1@DIGEST',
    because: 'a tag beside the digest is kept',
  },
  { text: '[::1]:5000/a', full: '[::1]:5000/a:latest', because: 'an IPv6 host' },
];
for (const { text, full, because } of rows) {
  test(`parseReference() reads "${text}": ${because}`, () => {
    const parsed = parseReference(text.replace('DIGEST', digest));
    assert.equal(formatReference(parsed), full.replace('DIGEST', digest));
  });
}

for (const text of [
  '',
  'Upper',
  'a/Upper',
  'a:',
  'a:ta g',
  'a@sha256:12',
  'a//b',
  'a/b_',
  '../a',
  'http://a/b',
]) {
  test(`parseReference() refuses ${JSON.stringify(text)}, naming it`, () => {
    assert.throws(() => parseReference(text), { code: 'ReferenceInvalid' });
  });
}

const standIns: { reference: string; image: string | undefined; because: string }[] = [
  { reference: 'node:22-alpine', image: HOST_IMAGE, because: 'any tag of node' },
  {
    reference: 'mirror.example/library/busybox',
    image: HOST_IMAGE,
    because: 'a mirror of the official images',
  },
  { reference: 'ghcr.io/acme/node', image: undefined, because: 'somebody else’s image may be anything' },
  { reference: 'postgres', image: undefined, because: 'this machine has no such thing' },
];
for (const { reference, image, because } of standIns) {
  test(`hostImageFor() gives ${image} for ${reference}: ${because}`, () => {
    assert.equal(hostImageFor(reference), image);
  });
}

const challenges: { header: string; expected: unknown; because: string }[] = [
  { header: 'Basic realm="x"', expected: { scheme: 'basic', parameters: { realm: 'x' } }, because: 'Basic' },
  {
    header: 'Bearer realm="https://auth.example/token",service="reg",scope="repository:a/b:pull,push"',
    expected: {
      scheme: 'bearer',
      parameters: { realm: 'https://auth.example/token', service: 'reg', scope: 'repository:a/b:pull,push' },
    },
    because: 'commas within quotes do not split',
  },
  { header: 'Negotiate', expected: undefined, because: 'a scheme we cannot answer' },
];
for (const { header, expected, because } of challenges) {
  test(`parseChallenge() reads ${header.slice(0, 20)}…: ${because}`, () => {
    assert.deepEqual(parseChallenge(header), expected);
  });
}
