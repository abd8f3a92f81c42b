import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SecretWish } from '@slipway/definition';
import { grantSecret } from './secret-grant.ts';

const wisher = { component: 'shop', namespace: 'shop' };
const wishOf = (keys: SecretWish['keys'], labels?: Record<string, string>): SecretWish => ({
  name: 'admin',
  contract: 'secret',
  secret: 'shop-admin',
  keys,
  ...(labels ? { labels } : {}),
});

test('grantSecret() asks one generator once for each key that is made the same way', () => {
  const { objects } = grantSecret(
    wishOf({ a: { length: 32 }, b: { length: 32 }, c: { length: 16 } }),
    wisher,
  );
  assert.deepEqual(
    objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`),
    [
      'Password shop/shop-admin-alphanumeric-32',
      'Password shop/shop-admin-alphanumeric-16',
      'ExternalSecret shop/shop-admin',
    ],
  );
  const [from] = (objects[2]?.spec?.dataFrom ?? []) as { rewrite: object[] }[];
  assert.deepEqual(from?.rewrite, [{ regexp: { source: '^password$', target: 'a' } }]);
});

test('grantSecret() makes what is hexadecimal of digits, for the generator chooses no letters', () => {
  const [generator] = grantSecret(wishOf({ key: { length: 64, alphabet: 'hex' } }), wisher).objects;
  assert.deepEqual(generator?.spec, {
    length: 64,
    digits: 64,
    symbols: 0,
    noUpper: false,
    allowRepeat: true,
    encoding: 'raw',
  });
});

const TEXTS = [
  { text: 'admin', template: '{{ "admin" }}', because: 'a plain word' },
  { text: 'a "b" {{ .c }}', template: '{{ "a \\"b\\" {{ .c }}" }}', because: 'templates in it are text' },
];
for (const { text, template, because } of TEXTS) {
  test(`grantSecret() keeps ${JSON.stringify(text)} as it is: ${because}`, () => {
    const { objects } = grantSecret(wishOf({ user: { text } }, { 'example.com/for': 'shop' }), wisher);
    const { dataFrom: _none, ...spec } = objects[0]?.spec ?? {};
    assert.deepEqual(spec, {
      refreshPolicy: 'CreatedOnce',
      target: {
        name: 'shop-admin',
        creationPolicy: 'Owner',
        deletionPolicy: 'Retain',
        template: {
          engineVersion: 'v2',
          mergePolicy: 'Merge',
          metadata: { labels: { 'example.com/for': 'shop' } },
          data: { user: template },
        },
      },
    });
  });
}
