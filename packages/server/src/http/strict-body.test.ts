import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duplicateFields, looseYaml } from './strict-body.ts';

const texts: { text: string; found: string[]; because: string }[] = [
  { text: '{"a":1}', found: [], because: 'nothing is there twice' },
  { text: '{"a":1,"a":2,"a":3}', found: ['a'], because: 'a field is told once' },
  { text: '[{"a":1},{"a":1}]', found: [], because: 'items are objects of their own' },
  { text: '{"l":[0,{"a":1,"a":1}]}', found: ['l[1].a'], because: 'items have numbers' },
  { text: '{"l":[[{"a":1,"a":1}],[2]],"l":0}', found: ['l[0][0].a', 'l'], because: 'lists nest' },
  { text: '{"a":{"b":1},"c":{"b":1,"b":1}}', found: ['c.b'], because: 'a key belongs to its object' },
  { text: '{"a\\"":"x\\\\","a\\"":"{"}', found: ['a"'], because: 'escapes end no text' },
  { text: ' {"a": "b" , "c": ["a","a"]} ', found: [], because: 'values are no keys' },
];
for (const { text, found, because } of texts) {
  test(`duplicateFields() finds ${found.length} in ${text} because ${because}`, () => {
    const expected = found.map(path => `duplicate field ${JSON.stringify(path)}`);
    assert.deepEqual(duplicateFields(text, JSON.parse(text)), expected);
  });
}

test('looseYaml() takes the last value and tells the line of the first key that is there twice', () => {
  const complaints: string[] = [];
  assert.deepEqual(looseYaml('a:\n  "b c": 1\n  "b c": 2\n', complaints), { a: { 'b c': 2 } });
  assert.deepEqual(complaints, ['yaml: unmarshal errors:\n  line 3: key "b c" already set in map']);
});
