import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { licenceOf } from './licence.ts';
import { type BillInput, billOfMaterials } from './plan.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`./testdata/${name}`, import.meta.url), 'utf8'));

test('billOfMaterials() of a Node application is the golden file', () => {
  const input: BillInput = read('node-application.input.json');
  const bill = JSON.stringify(billOfMaterials(input), undefined, 2);
  assert.deepEqual(JSON.parse(bill), read('node-application.cdx.json'));
  const shuffled = { ...input, packages: input.packages.toReversed() };
  assert.equal(JSON.stringify(billOfMaterials(shuffled), undefined, 2), bill, 'order is not content');
});

test('billOfMaterials() names every bom-ref once, and nothing that is not there', () => {
  const bill = billOfMaterials(read('node-application.input.json')) as {
    components: { 'bom-ref': string }[];
    dependencies: { dependsOn: string[] }[];
  };
  const refs = bill.components.map(component => component['bom-ref']);
  assert.equal(new Set(refs).size, refs.length);
  assert.deepEqual(bill.dependencies[0]?.dependsOn, refs);
});

test('billOfMaterials() says when it names less than there is', () => {
  const input: BillInput = read('node-application.input.json');
  const packages = Array.from({ length: 20_001 }, (_, i) => ({ path: `node_modules/p${i}`, name: `p${i}` }));
  for (const cut of [
    { ...input, packages },
    { ...input, isWhole: false },
  ]) {
    assert.match(JSON.stringify(billOfMaterials(cut)), /"slipway:sbom:whole","value":"false"/);
  }
});

const licences: { said: string | undefined; gives: unknown; because: string }[] = [
  { said: 'MIT', gives: [{ license: { id: 'MIT' } }], because: 'an SPDX identifier' },
  { said: ' ISC ', gives: [{ license: { id: 'ISC' } }], because: 'spaces around are no content' },
  {
    said: '(MIT OR Apache-2.0)',
    gives: [{ expression: '(MIT OR Apache-2.0)' }],
    because: 'an SPDX expression',
  },
  { said: 'Apache', gives: [{ license: { name: 'Apache' } }], because: 'no SPDX identifier' },
  { said: 'MIT OR', gives: [{ license: { name: 'MIT OR' } }], because: 'no expression' },
  { said: 'UNLICENSED', gives: [{ license: { name: 'UNLICENSED' } }], because: 'npm’s own word' },
  { said: '', gives: [], because: 'nothing was said' },
  { said: undefined, gives: [], because: 'nothing was said' },
];
for (const { said, gives, because } of licences) {
  test(`licenceOf() of ${JSON.stringify(said)}: ${because}`, () => assert.deepEqual(licenceOf(said), gives));
}
