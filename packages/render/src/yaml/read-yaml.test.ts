import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readYaml } from './read-yaml.ts';
import golden from './testdata/read-yaml.json' with { type: 'json' };

type Row = { text: string; value?: unknown; error?: string };

test(`readYaml() gives what sigs.k8s.io/yaml gave for ${golden.length} texts, mistakes in its words`, () => {
  for (const { text, value, error } of golden as Row[]) {
    if (error !== undefined) assert.throws(() => readYaml(text), { message: error }, JSON.stringify(text));
    if (error === undefined)
      assert.deepEqual(JSON.parse(JSON.stringify(readYaml(text))), value, JSON.stringify(text));
  }
});

test('readYaml() refuses aliases that multiply, and nesting without end', () => {
  const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level++)
    bomb.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  assert.throws(() => readYaml(bomb.join('\n')), /excessive aliasing/);
  assert.throws(() => readYaml('['.repeat(100_000)), /exceeded max depth/);
  assert.throws(() => readYaml('- '.repeat(100_000)), /exceeded max depth/);
});

test('readYaml() takes keys of objects for keys like others', () => {
  assert.deepEqual(Object.keys(readYaml('__proto__: {a: 1}\nconstructor: 2') as object), [
    '__proto__',
    'constructor',
  ]);
});
