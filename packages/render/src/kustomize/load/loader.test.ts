import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readerOf } from '../../files.fixture.ts';
import type { SourceReader } from '../../source-reader.ts';
import { buildKustomization } from '../build-kustomization.ts';
import type { KustomizeInput, RemoteRepository } from '../kustomize-input.ts';

const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;

async function namesOf(input: Partial<KustomizeInput> & { reader: SourceReader }): Promise<unknown[]> {
  const { objects } = await buildKustomization({ path: '.', ...input });
  return objects.map(({ metadata }) => metadata.name);
}

test('buildKustomization() takes bases of remote repositories, and files over HTTP, from who fetches them', async () => {
  const asked: RemoteRepository[] = [];
  const url = 'https://example.com/raw/x.yaml';
  const names = await namesOf({
    reader: readerOf({
      'kustomization.yaml': `resources: [${url}, 'https://example.com/org/repo//deploy?ref=v1']\nnamePrefix: p-\n`,
    }),
    fetch: {
      repository: async remote => {
        asked.push(remote);
        return readerOf({
          'deploy/kustomization.yaml': 'resources: [a.yaml, ../other]\n',
          'deploy/a.yaml': map('a'),
          'other/kustomization.yaml': 'resources: [b.yaml]\n',
          'other/b.yaml': map('b'),
        });
      },
      file: async at =>
        at === url
          ? { status: 200, body: new TextEncoder().encode(map('x')) }
          : { status: 404, body: new Uint8Array() },
    },
  });
  assert.deepEqual(names, ['p-a', 'p-b', 'p-x']);
  assert.deepEqual(asked, [
    { url: 'https://example.com/org/repo', ref: 'v1', submodules: true, timeoutMs: 27_000 },
  ]);
});

test('buildKustomization() names what is elsewhere when nobody fetches it', async () => {
  for (const resource of [
    'https://example.com/org/repo//deploy',
    'git@example.com:org/repo',
    'https://example.com/a',
  ]) {
    const reader = readerOf({ 'kustomization.yaml': `resources: ['${resource}']\n` });
    await assert.rejects(namesOf({ reader }), (error: Error & { code: string }) => {
      assert.equal(error.code, 'KustomizeUnsupported');
      assert.match(error.message, /are not fetched here: /);
      return error.message.includes(resource);
    });
  }
});

test('buildKustomization() tries nothing else when a file over HTTP does not come', async () => {
  const reader = readerOf({ 'kustomization.yaml': 'resources: ["https://example.com/a"]\n' });
  const fetch = {
    repository: () => assert.fail('no repository is named'),
    file: async () => ({ status: 500, body: new Uint8Array() }),
  };
  await assert.rejects(namesOf({ reader, fetch }), { message: /HTTP Error: status code 500/ });
});

test('buildKustomization() refuses a repository that names itself', async () => {
  const url = 'https://example.com/org/repo';
  const fetch = {
    repository: async () => readerOf({ 'kustomization.yaml': `resources: ['${url}']\n` }),
    file: async () => ({ status: 404, body: new Uint8Array() }),
  };
  const reader = readerOf({ 'kustomization.yaml': `resources: ['${url}']\n` });
  await assert.rejects(namesOf({ reader, fetch }), { message: /cycle detected: URI/ });
});

/** Links lead where a file system would lead them. */
function linked(files: Record<string, string>, links: Record<string, string>): SourceReader {
  return { ...readerOf(files, Object.keys(links)), target: async path => links[path] };
}

const files = {
  'app/kustomization.yaml': 'resources: [here.yaml, base]\n',
  'app/real.yaml': map('real'),
  'shared/kustomization.yaml': 'resources: [s.yaml]\n',
  'shared/s.yaml': map('shared'),
  'outside.yaml': map('outside'),
};
const follow: { links: Record<string, string>; names?: string[]; message?: RegExp; because: string }[] = [
  {
    links: { 'app/here.yaml': 'real.yaml', 'app/base': '../shared' },
    names: ['real', 'shared'],
    because: 'a link within the root is its target, and a base may be anywhere',
  },
  {
    links: { 'app/here.yaml': '/src/app/real.yaml', 'app/base': '../shared' },
    names: ['real', 'shared'],
    because: 'an absolute one counts from the source’s name',
  },
  {
    links: { 'app/here.yaml': '../outside.yaml', 'app/base': '../shared' },
    message: /security; file '\/src\/app\/here.yaml' is not in or below '\/src\/app'/,
    because: 'a link does not lead a file out of the root',
  },
  {
    links: { 'app/here.yaml': '/etc/passwd', 'app/base': '../shared' },
    message: /evalsymlink failure on '\/src\/app\/here.yaml'/,
    because: 'nothing outside the source is there',
  },
  {
    links: { 'app/here.yaml': 'here.yaml', 'app/base': '../shared' },
    message: /too many links/,
    because: 'a link to itself ends nowhere',
  },
];
for (const { links, names, message, because } of follow) {
  test(`buildKustomization() follows ${Object.values(links)[0]}: ${because}`, async () => {
    const input = { reader: linked(files, links), path: 'app', options: { rootName: '/src' } };
    if (message) await assert.rejects(namesOf(input), { message });
    if (names) assert.deepEqual(await namesOf(input), names);
  });
}

test('buildKustomization() refuses a link when the source does not say where it leads', async () => {
  const reader = readerOf(files, ['app/here.yaml']);
  await assert.rejects(namesOf({ reader, path: 'app' }), {
    code: 'KustomizeUnsupported',
    message: /symbolic link/,
  });
});

const many = Array.from({ length: 30 }, (_, index) => `r${index}.yaml`);
const deep = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [`${index}/kustomization.yaml`, `resources: [../${index + 1}]\n`]),
);
const bomb = `apiVersion: v1\nkind: X\nmetadata: {name: x}\na: &a [x, x, x, x, x, x, x, x]\n${[
  'b',
  'c',
  'd',
  'e',
  'f',
]
  .map((name, at) => `${name}: &${name} [${Array(8).fill(`*${'abcdef'[at]}`).join(', ')}]\n`)
  .join('')}`;
const limited: {
  files: Record<string, string>;
  path?: string;
  limits: KustomizeInput['limits'];
  because: string;
}[] = [
  {
    files: {
      'kustomization.yaml': `resources: [${many.join(', ')}]\n`,
      ...Object.fromEntries(many.map((file, index) => [file, map(`m${index}`)])),
    },
    limits: { maxFiles: 10 },
    because: 'more files than are read',
  },
  {
    files: {
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': `${map('a')}data: {x: ${'y'.repeat(5_000)}}\n`,
    },
    limits: { maxBytes: 4_000 },
    because: 'more bytes than are read',
  },
  { files: deep, path: '0', limits: { maxDepth: 5 }, because: 'bases upon bases' },
  {
    files: {
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': many.map((_, index) => map(`m${index}`)).join('---\n'),
    },
    limits: { maxObjects: 20 },
    because: 'more objects than are kept',
  },
  {
    files: {
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': `${map('a')}l0: &l0 x\n${Array.from({ length: 60 }, (_, at) => `l${at + 1}: &l${at + 1} ${'['.repeat(400)}*l${at}${']'.repeat(400)}\n`).join('')}`,
    },
    limits: {},
    because: 'lists within lists, by aliases',
  },
  {
    files: { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': bomb },
    limits: { maxValues: 20_000 },
    because: 'aliases that multiply',
  },
];
for (const { files: given, path = '.', limits = {}, because } of limited) {
  test(`buildKustomization() stops at a limit: ${because}`, async () => {
    await assert.rejects(namesOf({ reader: readerOf(given), path, limits }), { code: 'KustomizeTooLarge' });
  });
}
