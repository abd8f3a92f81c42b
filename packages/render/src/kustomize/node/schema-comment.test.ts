import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readerOf } from '../../files.fixture.ts';
import { buildKustomization } from '../build-kustomization.ts';

const PATCH = `apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec: {template: {spec: {containers: [{name: b, env: [{name: B, value: x}]}]}}}
`;

/** A Deployment with a comment at one of three places; all but the first change what kustomize v5.8.1 makes of PATCH. */
function deployment(comment: { replicas?: string; spec?: string; list?: string; element?: string }): string {
  return `# {"top": "of the file"}
apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec:
  replicas: 1 ${comment.replicas ?? ''}
  template:
    spec: ${comment.spec ?? ''}
      containers: ${comment.list ?? ''}
      - name: a
      ${comment.element ?? ''}
      - name: b
        args: ["# {", '# {"a": "b"}']
        command:
        - |
          list: # {"a": "b"}
`;
}

const rows = [
  { because: 'no comment holds JSON', base: {}, refused: false },
  { because: 'scalars merge alike', base: { replicas: '# {"$imagepolicy": "a:b"}' }, refused: false },
  { because: 'it is no JSON', base: { list: '# {a list}' }, refused: false },
  { because: 'an empty schema is none', base: { list: '# {}' }, refused: false },
  { because: "kustomize forgets a map's schema", base: { spec: '# {"$openapi": "pod"}' }, refused: true },
  { because: "kustomize forgets a list's schema", base: { list: '## {"x": "y"}' }, refused: true },
  { because: "kustomize forgets an element's schema", base: { element: '# {"x": "y"}' }, refused: true },
];

for (const { because, base, refused } of rows) {
  test(`mergeNodes() ${refused ? 'refuses' : 'takes'} comments: ${because}`, async () => {
    const built = build({ base: deployment(base), patch: PATCH });
    if (!refused) return assert.match(await built, /name: B\n/);
    await assert.rejects(built, { code: 'KustomizeUnsupported', message: /schemas in comments .* line \d+/ });
  });
}

const CUSTOM = 'apiVersion: example.com/v1\nkind: Stack\nmetadata: {name: a}\nspec:\n';

test('mergeNodes() refuses schemas for kinds it does not know only where they tell how to merge', async () => {
  const patch = `${CUSTOM}  parts: [{name: c}]\n`;
  const strategy =
    '# {"type":"array","x-kubernetes-patch-strategy":"merge","x-kubernetes-patch-merge-key":"name"}';
  const base = `${CUSTOM}  parts: ${strategy}\n  - name: b\n`;
  await assert.rejects(build({ base, patch }), { code: 'KustomizeUnsupported' });
  assert.match(await build({ base: base.replace(strategy, '# {"a": "b"}'), patch }), /- name: c\n$/);
});

async function build({ base, patch }: { base: string; patch: string }): Promise<string> {
  const kustomization = 'resources: [base.yaml]\npatches: [{path: patch.yaml}]\n';
  const reader = readerOf({ 'kustomization.yaml': kustomization, 'base.yaml': base, 'patch.yaml': patch });
  return (await buildKustomization({ reader, path: '' })).text;
}
