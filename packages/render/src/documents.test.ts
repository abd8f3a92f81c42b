import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDocuments, parseObjects } from './documents.ts';
import { renderPlain } from './plain.ts';

const scalars: { yaml: string; value: unknown; because: string }[] = [
  { yaml: 'a: yes', value: true, because: 'YAML 1.1 words are booleans' },
  { yaml: 'a: off', value: false, because: 'YAML 1.1 words are booleans' },
  { yaml: 'a: 0777', value: 511, because: 'a leading zero is octal' },
  { yaml: 'a: "yes"', value: 'yes', because: 'quoted text stays text' },
  { yaml: 'a: 2026-01-01', value: '2026-01-01', because: 'dates stay text in JSON' },
  { yaml: 'a: ~', value: null, because: 'null' },
];
for (const { yaml, value, because } of scalars) {
  test(`parseDocuments() reads ${yaml} as ${JSON.stringify(value)}: ${because}`, () => {
    assert.deepEqual(parseDocuments(yaml, 'a.yaml'), [{ a: value }]);
  });
}

const wrong: { text: string; message: RegExp; because: string }[] = [
  { text: 'a: b\n c: [', message: /^m\.yaml:2: not YAML/, because: 'file and line are named' },
  {
    text: 'kind: Pod\nmetadata: { name: a }',
    message: /^m\.yaml: document 1: apiVersion is missing/,
    because: 'no apiVersion',
  },
  {
    text: '---\napiVersion: v1\nkind: Pod\nmetadata: {}',
    message: /document 1: Pod without metadata\.name/,
    because: 'no name',
  },
  { text: '- a\n- b', message: /document 1: not an object/, because: 'a list is no object' },
  { text: `${'['.repeat(300)}${']'.repeat(300)}`, message: /m\.yaml/, because: 'depth is bounded' },
  {
    text: `a: &a [${'x,'.repeat(100)}x]\nb: &b [${'*a,'.repeat(100)}*a]\nc: &c [${'*b,'.repeat(100)}*b]\n`,
    message: /more than 500000 values/,
    because: 'aliases that multiply are counted where they are used',
  },
];
for (const { text, message, because } of wrong) {
  test(`parseObjects() refuses "${text.slice(0, 30).replaceAll('\n', ' ')}": ${because}`, () => {
    assert.throws(() => parseObjects(text, 'm.yaml'), { code: 'ManifestInvalid', message });
  });
}

test('parseObjects() opens lists and skips empty documents', () => {
  const list =
    'apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: A, metadata: { name: a } }\n---\n---\n';
  assert.deepEqual(
    parseObjects(list, 'l.yaml').map(each => [each.object.kind, each.document]),
    [['A', 1]],
  );
});

test('renderPlain() reads manifests in path order, with folders below when asked', async () => {
  const files: Record<string, string> = {
    'd/b.yaml': object('b'),
    'd/a.json': JSON.stringify(JSON.parse(json('a'))),
    'd/x.txt': '',
    'd/e/c.yml': object('c'),
  };
  const reader = {
    read: async (path: string) =>
      files[path] === undefined ? undefined : new TextEncoder().encode(files[path]),
    list: async (path: string) => {
      const names = new Map<string, 'file' | 'folder'>();
      for (const each of Object.keys(files).filter(name => name.startsWith(`${path}/`))) {
        const [first = '', ...rest] = each.slice(path.length + 1).split('/');
        names.set(first, rest.length > 0 ? 'folder' : 'file');
      }
      return names.size === 0 ? undefined : [...names].map(([name, type]) => ({ name, type }));
    },
  };
  const names = async (options: Parameters<typeof renderPlain>[1]) =>
    (await renderPlain(reader, options)).map(each => each.object.kind);
  assert.deepEqual(await names({ path: 'd' }), ['a', 'b']);
  assert.deepEqual(await names({ path: './d/', recurse: true }), ['a', 'b', 'c']);
  assert.deepEqual(await names({ path: 'd', include: '*.json' }), ['a']);
  assert.deepEqual(await names({ path: 'd', exclude: '{a,x}.*' }), ['b']);
  await assert.rejects(renderPlain(reader, { path: 'nowhere' }), { code: 'FolderMissing' });
});

function json(kind: string): string {
  return `{"apiVersion":"v1","kind":"${kind}","metadata":{"name":"one"}}`;
}

function object(kind: string): string {
  return `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: one\n`;
}
