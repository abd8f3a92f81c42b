import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readerOf } from '../../../../../packages/render/src/files.fixture.ts';
import { deployObjects, firstImage, ownPipeline, unbuiltObjects } from './own-files.ts';

const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\n';
const entity = 'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: web }\n';

const rows: { files: string[]; finds: string[] | undefined; because: string }[] = [
  { files: ['deploy/a.yaml'], finds: ['web'], because: 'manifests alone need no build' },
  { files: ['manifests/a.yaml'], finds: ['web'], because: 'people name the folder so' },
  {
    files: ['k8s/a.yaml', 'kubernetes/b.yaml'],
    finds: ['web'],
    because: 'the first folder that has any counts',
  },
  { files: ['a.yaml', 'README.md'], finds: ['web'], because: 'the root will do' },
  {
    files: ['deploy/README.md', 'manifests/a.yaml'],
    finds: ['web'],
    because: 'a folder without manifests does not count',
  },
  { files: ['Dockerfile', 'deploy/a.yaml'], finds: undefined, because: 'a Dockerfile is to be built' },
  { files: ['package.json', 'deploy/a.yaml'], finds: undefined, because: 'so is a package' },
  { files: ['index.html', 'deploy/a.yaml'], finds: undefined, because: 'so are pages' },
  {
    files: ['.slipway/pipeline.yaml', 'deploy/a.yaml'],
    finds: undefined,
    because: 'its own pipeline is to run',
  },
  { files: ['catalog-info.yaml'], finds: undefined, because: 'the catalog’s file is no manifest' },
  { files: ['notes.txt'], finds: undefined, because: 'the builder says what is supported' },
  { files: [], finds: undefined, because: 'there is nothing' },
];
for (const { files, finds, because } of rows) {
  test(`unbuiltObjects() of ${files.join(', ') || 'nothing'} is ${finds ?? 'undefined'}: ${because}`, async () => {
    const texts = files.map(path => [path, path === 'catalog-info.yaml' ? entity : deployment]);
    const objects = await unbuiltObjects(readerOf(Object.fromEntries(texts)));
    assert.deepEqual(
      objects?.map(({ metadata }) => metadata.name),
      finds,
    );
  });
}

test('unbuiltObjects() and deployObjects() refuse what would have to be rendered first, by name', async () => {
  const chart = readerOf({ 'deploy/Chart.yaml': '', 'deploy/a.yaml': deployment });
  await assert.rejects(unbuiltObjects(chart), {
    code: 'SourceUnsupported',
    message: /deploy\/Chart\.yaml: .*Helm/,
  });
  await assert.rejects(deployObjects(chart), { code: 'SourceUnsupported' });
  const kustomization = readerOf({ 'kustomization.yaml': '' });
  await assert.rejects(unbuiltObjects(kustomization), { message: /^kustomization\.yaml: .*Kustomize/ });
});

test('deployObjects() is empty without the folder, and names the file and line of what does not parse', async () => {
  assert.deepEqual(await deployObjects(readerOf({ 'a.yaml': deployment })), []);
  const broken = readerOf({ 'deploy/a.yaml': `${deployment}spec: [\n` });
  await assert.rejects(deployObjects(broken), { message: /^deploy\/a\.yaml:\d+: / });
});

test('ownPipeline() finds the Workflow, and refuses a file without one', async () => {
  assert.equal(await ownPipeline(readerOf({})), undefined);
  const at = (text: string) => readerOf({ '.slipway/pipeline.yaml': text });
  const workflow = 'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {}\n';
  assert.equal((await ownPipeline(at(`${deployment}---\n${workflow}`)))?.kind, 'Workflow');
  await assert.rejects(ownPipeline(at(deployment)), {
    message: '.slipway/pipeline.yaml: holds Deployment; a Workflow is expected',
  });
  await assert.rejects(ownPipeline(at('')), { message: /holds nothing/ });
});

test('firstImage() is that of the first container', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers: [{ image: 'b' }] } };
  const template = { template: { spec: { containers: [{ image: 'a' }, { image: 'c' }] } } };
  assert.equal(firstImage([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }, pod]), 'b');
  assert.equal(
    firstImage([{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: {}, spec: template }]),
    'a',
  );
  assert.equal(firstImage([]), undefined);
});
