import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYaml } from './parse-yaml.ts';

const scalars: [text: string, value: unknown, because: string][] = [
  ['yes', true, 'go-yaml 2 reads YAML 1.1'],
  ['off', false, 'off is false there'],
  ['"yes"', 'yes', 'quotes make text'],
  ['0777', 511, 'a leading zero is octal'],
  ['0o17', 15, 'so is 0o'],
  ['0x1F', 31, 'hexadecimal'],
  ['0b11', 3, 'binary'],
  ['1_000', 1000, 'underscores are left out'],
  ['-0', 0, 'there is one zero'],
  ['08', 8, 'no octal number, so it is read as a fraction without one'],
  ['12345678901234567890', '12345678901234567890', 'larger than a double holds exactly stays text'],
  ['1e3', 1000, 'an exponent'],
  ['.5', 0.5, 'a fraction without a zero'],
  ['~', null, 'a tilde is nothing'],
  ['2026-01-01', '2026-01-01', 'timestamps stay text'],
  ['1.2.3', '1.2.3', 'a version is text'],
  ['1\na: 2', 2, 'of equal keys the last counts'],
  ['!!js/function x', 'x', 'a tag that says nothing to go-yaml is left out'],
];
for (const [text, value, because] of scalars) {
  test(`parseYaml() reads ${text} as ${JSON.stringify(value)}: ${because}`, () => {
    const [document] = parseYaml(`a: ${text}\n`, 'f.yaml');
    assert.deepEqual(document?.value, { a: value });
  });
}

test('parseYaml() numbers documents that hold something, and says where they start', () => {
  const documents = parseYaml('# head\n---\n\n---\na: 1\n---\nb: 2\n', 'f.yaml');
  assert.deepEqual(documents, [
    { value: { a: 1 }, line: 5, index: 1 },
    { value: { b: 2 }, line: 7, index: 2 },
  ]);
});

test('parseYaml() gives a literal block at the end of a text no line break that is not there', () => {
  assert.deepEqual(parseYaml('a: |\n  x', 'f.yaml')[0]?.value, { a: 'x' });
});

test('parseYaml() does not mind a byte order mark and follows anchors', () => {
  const [document] = parseYaml('\uFEFFa: &x { b: 1 }\nc: *x\nd:\n  <<: *x\n  e: 2\n', 'f.yaml');
  assert.deepEqual(document?.value, { a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } });
});

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
for (let level = 1; level < 9; level++) {
  const [before, name] = [String.fromCharCode(96 + level), String.fromCharCode(97 + level)];
  bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`);
}
const refused: { text: string; code: string; because: string }[] = [
  { text: 'a: [1', code: 'YamlInvalid', because: 'a bracket stays open' },
  { text: 'a: *nobody', code: 'YamlInvalid', because: 'an alias names nothing' },
  { text: 'a: !!int "x"', code: 'YamlInvalid', because: 'a text is no number, whatever its tag says' },
  { text: bomb.join('\n'), code: 'YamlTooLarge', because: 'aliases multiply to hundreds of millions' },
  { text: `${'['.repeat(200)}${']'.repeat(200)}`, code: 'YamlInvalid', because: 'it is nested too deeply' },
  { text: 'a: &a [*a]', code: 'YamlTooLarge', because: 'it holds itself' },
];
for (const { text, code, because } of refused) {
  test(`parseYaml() refuses with ${code}: ${because}`, () => {
    assert.throws(() => parseYaml(text, 'f.yaml'), { code, name: 'RenderError' });
  });
}

test('parseYaml() names file, size and limit of what is too large', () => {
  assert.throws(() => parseYaml('a: 12345678', 'f.yaml', { maxBytes: 5 }), {
    message: 'f.yaml: 11 bytes, at most 5 are read',
  });
});
