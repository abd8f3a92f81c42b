import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readerOf } from '../files.fixture.ts';
import type { RenderError } from '../yaml/parse-yaml.ts';
import type { PlainOptions } from './plain-files.ts';
import { plainManifests } from './plain-manifests.ts';

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;

function render(files: Record<string, string>, options: Partial<PlainOptions> = {}) {
  return plainManifests({ reader: readerOf(files), path: 'app', ...options });
}

async function namesOf(files: Record<string, string>, options: Partial<PlainOptions> = {}) {
  return (await render(files, options))?.map(({ object }) => object.metadata.name);
}

test('plainManifests() gives objects with their place, files in the order of their names', async () => {
  const files = {
    'app/b.yml': configMap('b'),
    'app/a.yaml': `# first\n---\n${configMap('a1')}---\n${configMap('a2')}`,
  };
  const manifests = await render(files);
  assert.deepEqual(
    manifests?.map(({ object, file, document, line }) => [object.metadata.name, file, document, line]),
    [
      ['a1', 'app/a.yaml', 1, 3],
      ['a2', 'app/a.yaml', 2, 7],
      ['b', 'app/b.yml', 1, 1],
    ],
  );
});

const read: {
  files: Record<string, string>;
  options?: Partial<PlainOptions>;
  names: string[];
  because: string;
}[] = [
  {
    files: { 'app/a.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"j"}}' },
    names: ['j'],
    because: 'JSON is read, too',
  },
  {
    files: { 'app/README.md': configMap('no'), 'app/a.yaml': configMap('a') },
    names: ['a'],
    because: 'other files are not',
  },
  { files: { 'app/a.YAML': configMap('a') }, names: [], because: 'Argo CD knows small letters only' },
  {
    files: { 'app/sub/a.yaml': configMap('deep'), 'app/z.yaml': configMap('z') },
    names: ['z'],
    because: 'folders below are left alone',
  },
  {
    files: { 'app/sub/a.yaml': configMap('deep'), 'app/z.yaml': configMap('z') },
    options: { recurse: true },
    names: ['deep', 'z'],
    because: 'unless recurse is set',
  },
  {
    files: { 'a.yaml': configMap('root'), 'app/a.yaml': configMap('app') },
    options: { path: '.' },
    names: ['root'],
    because: 'a dot is the root',
  },
  {
    files: { 'app/a.yaml': configMap('a') },
    options: { path: './app/' },
    names: ['a'],
    because: 'slashes around a path do not matter',
  },
  {
    files: { 'app/a.yaml': configMap('a'), 'app/b.yaml': configMap('b') },
    options: { include: 'b*' },
    names: ['b'],
    because: 'include chooses',
  },
  {
    files: { 'app/a.yaml': configMap('a'), 'app/b.yaml': configMap('b') },
    options: { exclude: '{b,c}.yaml' },
    names: ['a'],
    because: 'exclude leaves out',
  },
  {
    files: {
      'app/a.yaml': `apiVersion: v1\nkind: List\nitems:\n- ${configMap('x').trim().replaceAll('\n', '\n  ')}\n- ${configMap('z').trim().replaceAll('\n', '\n  ')}\n`,
    },
    names: ['x', 'z'],
    because: 'a List stands for what it holds',
  },
  {
    files: { 'app/a.yaml': 'apiVersion: v1\nkind: ConfigMapList\nitems: []\n' },
    names: [],
    because: 'an empty list holds nothing',
  },
  {
    files: { 'app/a.yaml': 'apiVersion: odd.test/v1\nkind: Whatever\nmetadata: { name: odd }\n' },
    names: ['odd'],
    because: 'which kinds there are is the server’s affair',
  },
  {
    files: { 'app/a.yaml': '---\n\n---\n# only a comment\n' },
    names: [],
    because: 'empty documents are nothing',
  },
  {
    files: { 'app/values.yaml': 'replicas: 3\nimage: {{ broken' },
    names: [],
    because: 'a file without the words of an object was not meant as one (Argo CD)',
  },
  {
    files: { 'app/compose.yaml': 'services:\n  web: { image: a }\n' },
    names: [],
    because: 'nor is any other YAML',
  },
  {
    files: { 'app/a.yaml': `# +argocd:skip-file-rendering\n${configMap('a')}` },
    names: [],
    because: 'a file may say itself that it is none',
  },
];
for (const { files, options, names, because } of read) {
  test(`plainManifests() reads ${Object.keys(files).join(', ')} as ${names.join(', ') || 'nothing'}: ${because}`, async () => {
    assert.deepEqual(await namesOf(files, options), names);
  });
}

const refused: { files: Record<string, string>; code: string; message: RegExp; because: string }[] = [
  {
    files: { 'app/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n data: [1\n' },
    code: 'YamlInvalid',
    message: /^app\/a\.yaml:4: did not find expected key/,
    because: 'what does not parse is named with file and line, as go-yaml counts them',
  },
  {
    files: { 'app/a.yaml': `${configMap('a')}---\nkind: ConfigMap\nmetadata: { name: b }\n` },
    code: 'ManifestInvalid',
    message: /^app\/a\.yaml:5: document 2: has no apiVersion$/,
    because: 'the document is numbered when a file has several',
  },
  {
    files: { 'app/a.yaml': `${configMap('a')}---\n- one\n` },
    code: 'ManifestInvalid',
    message: /app\/a\.yaml:5: document 2: is no Kubernetes object/,
    because: 'a sequence is no object',
  },
  {
    files: { 'app/a.yaml': 'apiVersion: v1\nmetadata: { kind: x }\n' },
    code: 'ManifestInvalid',
    message: /has no kind/,
    because: 'it looks like an object without a kind',
  },
  {
    files: { 'app/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: []\n' },
    code: 'ManifestInvalid',
    message: /ConfigMap: has no metadata/,
    because: 'metadata is a mapping',
  },
  {
    files: { 'app/a.json': '{"kind": ' },
    code: 'YamlInvalid',
    message: /^app\/a\.json:1: /,
    because: 'JSON is never left out',
  },
  {
    files: { 'app/a.yaml': `apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: ConfigMap }\n` },
    code: 'ManifestInvalid',
    message: /metadata/,
    because: 'what a list holds is checked, too',
  },
];
for (const { files, code, message, because } of refused) {
  test(`plainManifests() refuses ${Object.keys(files).join(', ')} with ${code}: ${because}`, async () => {
    await assert.rejects(render(files), (error: RenderError) => {
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  });
}

const small = 'x: 1\n';
const bounds: { files: Record<string, string>; limits: PlainOptions['limits']; because: string }[] = [
  { files: { 'app/a.yaml': small, 'app/b.yaml': small }, limits: { maxFiles: 1 }, because: 'too many files' },
  {
    files: { 'app/a.yaml': small, 'app/b.yaml': small },
    limits: { maxTotalBytes: 8 },
    because: 'too many bytes in all',
  },
  { files: { 'app/a.yaml': small }, limits: { maxBytes: 3 }, because: 'one file is too large' },
  {
    files: { 'app/a.yaml': `${configMap('a')}---\n${configMap('b')}` },
    limits: { maxObjects: 1 },
    because: 'too many objects',
  },
];
for (const { files, limits, because } of bounds) {
  test(`plainManifests() stops a source because of ${because}`, async () => {
    await assert.rejects(render(files, { limits: limits ?? {} }), { code: 'YamlTooLarge' });
  });
}

test('plainManifests() is undefined for a folder that is not there', async () => {
  assert.equal(await render({ 'b/a.yaml': configMap('a') }), undefined);
});

test('plainManifests() refuses a symbolic link by name instead of leaving its object out', async () => {
  const reader = readerOf({ 'app/a.yaml': configMap('a') }, ['app/b.yaml']);
  await assert.rejects(plainManifests({ reader, path: 'app' }), {
    code: 'LinkUnsupported',
    message: 'app/b.yaml: is a symbolic link; put the file itself there',
  });
});

test('plainManifests() does not mind a symbolic link that is no manifest', async () => {
  const reader = readerOf({ 'app/a.yaml': configMap('a') }, ['app/docs']);
  assert.equal((await plainManifests({ reader, path: 'app' }))?.length, 1);
});
