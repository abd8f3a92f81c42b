import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../store/store.ts';
import { listPieces, type Part, yamlOf } from './list-pieces.ts';
import type { Shape } from './negotiate.ts';

const PROSE = `${'words that are folded where a line is long '.repeat(6)}\n\nand: "quoted" # not a comment\n`;

function entriesOf(count: number): Entry[] {
  return Array.from({ length: count }, (_each, index) => ({
    key: `default/c-${index}`,
    resourceVersion: index + 1,
    text: JSON.stringify({ metadata: { name: `c-${index}` }, data: { text: PROSE, empty: '', list: [] } }),
    labels: () => ({}),
  }));
}

const ROWS: { shape: Shape; field: string; because: string }[] = [
  { shape: { as: 'object', type: 'application/yaml' }, field: 'items', because: 'YAML of whole objects' },
  { shape: { as: 'table', type: 'application/yaml' }, field: 'rows', because: 'a Table as YAML' },
  { shape: { as: 'table', type: 'application/json' }, field: 'rows', because: 'what kubectl get asks for' },
  { shape: { as: 'metadata', type: 'application/json' }, field: 'items', because: 'metadata only' },
];

for (const { shape, field, because } of ROWS) {
  for (const count of [0, 1, 25, 26, 450]) {
    test(`listPieces() says the same in parts as at once when there are ${count}: ${because}`, () => {
      let most = 0;
      const part: Part = some => {
        most = Math.max(most, some.length);
        const items = some.map(entry => JSON.parse(entry.text));
        return { kind: 'L', apiVersion: 'v1', metadata: { resourceVersion: '7' }, [field]: items };
      };
      const entries = entriesOf(count);
      const pieces = [...listPieces(entries, part, shape)].join('');
      assert.ok(most <= 200, 'no part is large');
      const whole = part(entries);
      if (shape.type === 'application/yaml') assert.equal(pieces, yamlOf(whole));
      if (shape.type === 'application/json') assert.deepEqual(JSON.parse(pieces), whole);
    });
  }
}
