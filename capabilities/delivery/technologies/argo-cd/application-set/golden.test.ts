// What the real controller's own code made of these ApplicationSets (testdata/*.expected.yaml) is what ours makes of them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { parseYaml } from '@slipway/render';
import { generateApplications } from './generate.ts';
import { type TestGround, testGround } from './ground.fixture.ts';
import type { ApplicationSet } from './spec.ts';
import { isEmpty, isMap } from './template/merge-template.ts';

const folder = new URL('./testdata/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const yaml = (name: string) => parseYaml(read(name), name)[0]?.value;
const ground = JSON.parse(read('ground.json')) as TestGround;

interface Expected {
  applications?: AnyObject[] | null;
  reason?: string;
  message?: string;
}

/** Go writes some fields that say nothing (`source: {repoURL: ""}`) and leaves out others: neither counts. */
function telling(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(telling);
  if (!isMap(value)) return value;
  const entries = Object.entries(value)
    .map(([key, each]) => [key, telling(each)] as const)
    .filter(([, each]) => !isEmpty(each))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

const byName = (applications: AnyObject[]) =>
  [...applications].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));

for (const file of readdirSync(folder).filter(name => name.endsWith('.set.yaml'))) {
  const name = file.replace('.set.yaml', '');
  test(`generateApplications() of ${name} gives what the real one gives`, async () => {
    const set = yaml(file) as unknown as ApplicationSet;
    set.metadata.namespace = 'argocd';
    const { goTemplate = false, goTemplateOptions = [] } = set.spec;
    const found = await generateApplications(
      set,
      testGround({ ...ground, goTemplate, options: goTemplateOptions }),
    );
    const expected = yaml(`${name}.expected.yaml`) as unknown as Expected;
    if ('reason' in found) {
      assert.equal(found.reason, expected.reason);
      assert.equal(found.message, expected.message);
      return;
    }
    assert.deepEqual(byName(found.applications).map(telling), (expected.applications ?? []).map(telling));
  });
}

test('generateApplications() ends what would have no end', async () => {
  const elements = Array.from({ length: 200 }, (_, index) => ({ [`k${index}`]: String(index) }));
  const generators = [{ matrix: { generators: [{ list: { elements } }, { list: { elements } }] } }];
  const set: ApplicationSet = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { name: 'x', namespace: 'argocd' },
    spec: { generators, template: { metadata: { name: 'x' } } },
  };
  const found = await generateApplications(set, testGround({}));
  assert.match('message' in found ? found.message : '', /more than 10000 Applications are generated/);
});
