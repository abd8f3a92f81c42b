import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expand } from './expand.ts';

const values = new Map([
  ['VAR_A', 'A'],
  ['VAR_B', 'B'],
  ['EMPTY', ''],
]);

test('expand() does what upstream’s expansion does', () => {
  const rows = [
    { text: '$(VAR_A)', expanded: 'A', because: 'a reference' },
    { text: '___$(VAR_A)$(VAR_B)___', expanded: '___AB___', because: 'references among text' },
    { text: '$$(VAR_A)', expanded: '$(VAR_A)', because: 'escaped' },
    { text: '$$$(VAR_A)', expanded: '$A', because: 'an escape, then a reference' },
    { text: '$$$$(VAR_A)', expanded: '$$(VAR_A)', because: 'two escapes' },
    { text: '$(MISSING)', expanded: '$(MISSING)', because: 'unknown names stay' },
    { text: '$(EMPTY)', expanded: '', because: 'an empty value is a value' },
    { text: '$(VAR_A', expanded: '$(VAR_A', because: 'not closed' },
    { text: '$VAR_A', expanded: '$VAR_A', because: 'a shell’s form is not ours' },
    { text: 'cost: 5$', expanded: 'cost: 5$', because: 'a dollar at the end' },
    { text: '$(VAR_$(VAR_A))', expanded: '$(VAR_$(VAR_A))', because: 'references do not nest' },
  ];
  for (const { text, expanded, because } of rows) assert.equal(expand(text, values), expanded, because);
});
