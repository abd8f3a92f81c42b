import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { readPackage } from './read-package.ts';
import { localFolders, repositoryName, withAddresses } from './rewrite.ts';

const object = (kind: string, spec: object): AnyObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind,
  metadata: { name: 'shop' },
  spec: spec as Record<string, unknown>,
});

const rows: [what: string, spec: (at: string) => object][] = [
  ['one source', at => ({ source: { repoURL: at, path: '.' } })],
  [
    'several sources',
    at => ({
      sources: [
        { repoURL: 'https://x', chart: 'a' },
        { repoURL: at, ref: 'values' },
      ],
    }),
  ],
  [
    'values of a chart',
    at => ({ source: { repoURL: 'https://x', helm: { valuesObject: { git: { repos: [at, 'other'] } } } } }),
  ],
  ['a generator', at => ({ generators: [{ git: { repoURL: at, directories: [{ path: '*' }] } }] })],
  [
    'a generator in a matrix, and the template',
    at => ({
      generators: [{ matrix: { generators: [{ list: { elements: [] } }, { git: { repoURL: at } }] } }],
      template: { spec: { source: { repoURL: at } } },
    }),
  ],
];
for (const [what, spec] of rows) {
  test(`withAddresses() follows a folder in ${what}`, () => {
    const given = object('Application', spec('cnoe://manifests'));
    assert.deepEqual(localFolders(given), ['manifests']);
    const seen: string[] = [];
    const rewritten = withAddresses(given, folder => {
      seen.push(folder);
      return 'https://git.example.test/r.git';
    });
    assert.deepEqual(rewritten.spec, spec('https://git.example.test/r.git'));
    assert.deepEqual(given.spec, spec('cnoe://manifests'), 'what was read stays as it is');
    assert.deepEqual([...new Set(seen)], ['manifests']);
  });
}

const names: [application: string, folder: string, name: string, because: string][] = [
  ['keycloak', '/x/keycloak/manifests', 'keycloak-manifests', 'the last part of the path'],
  ['Vault', '/x/..Base_1/', 'vault-..base_1', 'what a repository may be called'],
  ['a', '/x/My Folder', 'a-my-folder', 'blanks are hyphens'],
];
for (const [application, folder, name, because] of names) {
  test(`repositoryName() of ${folder}: ${because}`, () => {
    assert.equal(repositoryName(application, folder), name);
  });
}

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-package-'));
  await mkdir(join(folder, 'manifests'));
  await writeFile(
    join(folder, 'manifests', 'app.yaml'),
    'kind: Application\napiVersion: argoproj.io/v1alpha1\n',
  );
  await writeFile(
    join(folder, 'b.yaml'),
    [
      'apiVersion: argoproj.io/v1alpha1',
      'kind: Application',
      'metadata: {name: b}',
      'spec: {sources: [{targetRevision: &v 1.2.3}, {targetRevision: *v}], path: ., enabled: yes}',
      '---',
      '# nothing',
      '---',
      'kind: Cluster',
      'apiVersion: kind.x-k8s.io/v1alpha4',
    ].join('\n'),
  );
  await writeFile(
    join(folder, 'a.yml'),
    'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: a}\n',
  );
  await writeFile(join(folder, 'notes.txt'), 'kind: Application');
});
after(() => rm(folder, { recursive: true, force: true }));

test('readPackage() takes the Applications of a folder’s own files and says what it leaves', async () => {
  const { objects, left } = await readPackage(folder);
  assert.deepEqual(
    objects.map(each => `${each.object.kind} ${each.object.metadata.name}`),
    ['ApplicationSet a', 'Application b'],
  );
  assert.deepEqual(objects[1]?.object.spec, {
    sources: [{ targetRevision: '1.2.3' }, { targetRevision: '1.2.3' }],
    path: '.',
    enabled: true,
  });
  assert.equal(objects[1]?.folder, folder);
  assert.deepEqual(left, [`${join(folder, 'b.yaml')}: Cluster`]);
});

test('readPackage() says what is wrong with a path or a file', async () => {
  await assert.rejects(readPackage(join(folder, 'none')), /there is no such file or folder/);
  await assert.rejects(readPackage(join(folder, 'notes.txt')), /no Application or ApplicationSet/);
  const broken = join(folder, 'broken.yaml');
  await writeFile(broken, 'a: [');
  await assert.rejects(readPackage(broken), /broken\.yaml:1: /);
  const { objects, left } = await readPackage(folder);
  assert.equal(objects.length, 2, 'of a folder the other files count');
  assert.match(left.join(), /broken\.yaml:1: /);
  await rm(broken);
});
