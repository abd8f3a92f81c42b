import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuantity, quantityText } from './quantity.ts';

const rows: { text: string | number; thousandths: bigint; canonical: string; because: string }[] = [
  { text: '1', thousandths: 1000n, canonical: '1', because: 'a plain number is units' },
  { text: 2, thousandths: 2000n, canonical: '2', because: 'YAML gives numbers' },
  { text: '250m', thousandths: 250n, canonical: '250m', because: 'm is a thousandth' },
  { text: '0.5', thousandths: 500n, canonical: '500m', because: 'fractions are printed in m' },
  { text: '.5', thousandths: 500n, canonical: '500m', because: 'the whole part may be left out' },
  { text: '1n', thousandths: 1n, canonical: '1m', because: 'smaller than a thousandth rounds up' },
  {
    text: '2Gi',
    thousandths: 2n * 1024n ** 3n * 1000n,
    canonical: '2Gi',
    because: 'binary suffixes are powers of 1024',
  },
  {
    text: '1024Mi',
    thousandths: 1024n ** 3n * 1000n,
    canonical: '1Gi',
    because: 'the largest suffix that fits exactly',
  },
  {
    text: '1.5Gi',
    thousandths: 1536n * 1024n ** 2n * 1000n,
    canonical: '1536Mi',
    because: 'no fraction is printed',
  },
  { text: '3k', thousandths: 3_000_000n, canonical: '3k', because: 'k is a thousand' },
  { text: '1e3', thousandths: 1_000_000n, canonical: '1k', because: 'exponents are decimal' },
  { text: '5E', thousandths: 5n * 10n ** 21n, canonical: '5E', because: 'E alone is a suffix, no exponent' },
  { text: '-1', thousandths: -1000n, canonical: '-1', because: 'quotas can go below' },
];

for (const { text, thousandths, canonical, because } of rows) {
  test(`parseQuantity(${JSON.stringify(text)}) because ${because}`, () => {
    assert.equal(parseQuantity(text), thousandths);
    assert.equal(quantityText(thousandths, text), canonical);
  });
}

test('parseQuantity() refuses what is no quantity', () => {
  for (const text of ['', 'x', '1Zi', '.', '1 Gi'])
    assert.throws(() => parseQuantity(text), { code: 'QuantityInvalid' });
});
