import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyLock, type Lock, lockText, parseLock } from './lock.ts';

const digest = (of: string) => `sha256:${of.repeat(64)}`;
const lock: Lock = {
  version: 1,
  packages: { spark: { version: '1.0.0', digest: digest('b'), source: './packages/spark' } },
  components: {
    loki: { version: '3.5.1', digest: digest('c'), source: 'oci://registry.example.com/loki' },
    'argo-cd': { version: '3.1.7', digest: digest('a'), source: 'https://example.com/install.yaml' },
  },
  images: { 'registry.example.com/a/b:1.0': digest('d') },
};

test('lockText() is read again as it was, and says the same whatever the order', () => {
  const text = lockText(lock);
  assert.deepEqual(parseLock(text, 'slipway.lock'), lock);
  const turned = Object.fromEntries(Object.entries(lock).toReversed()) as unknown as Lock;
  assert.equal(lockText(turned), text);
  assert.match(text, /^# .*\nversion: 1\ncomponents:\n {2}argo-cd:\n {4}digest: /);
  assert.deepEqual(parseLock(lockText(emptyLock()), 'slipway.lock'), emptyLock());
});

const wrong: [text: string, message: string, because: string][] = [
  ['version: 2\n', 'l:1: version: found 2; allowed: 1', 'a later format is not guessed at'],
  ['components: {}\n', 'l:1: version: missing; it is required', 'the format is said'],
  ['version: 1\n\nimage: {}\n', 'l:3: image: unknown field; allowed: version, ', 'a misspelt part'],
  [
    'version: 1\npackages:\n  a:\n    version: "1"\n    digest: sha256:12\n    source: x\n',
    'l:5: packages.a.digest: found "sha256:12"; allowed: "sha256:" and 64 hex digits',
    'a digest that is none',
  ],
  [
    'version: 1\nimages:\n  a.example/b:1: sha256:12\n',
    'l:3: images.a.example/b:1: found "sha256:12"',
    'names with dots and slashes have their line too',
  ],
  ['version: 1\npackages: {a: {version: 1}}\n', 'packages.a.version: found 1; it must be string', 'a number'],
  ['version: [\n', 'not YAML', 'a file that was cut off'],
];
for (const [text, message, because] of wrong) {
  test(`parseLock() refuses ${JSON.stringify(text)}: ${because}`, () => {
    assert.throws(
      () => parseLock(text, 'l'),
      (error: Error) => error.message.includes(message),
      message,
    );
  });
}
