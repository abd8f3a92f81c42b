import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject, Stored } from '@slipway/api';
import { deleteByJq } from '../application/diff/jq-worker.ts';
import { changedSpecs } from './differences.ts';
import type { ApplicationSet, ApplicationSetSpec } from './spec.ts';

const jq = {
  without: (expressions: string[], documents: unknown[]) => deleteByJq({ expressions, documents }),
};
const application = (spec: object) =>
  ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'a' },
    spec: { project: 'default', ...spec } as Record<string, unknown>,
  }) as Stored<AnyObject>;
const V1 = { source: { repoURL: 'r', path: 'p', targetRevision: 'v1' } };
const V2 = { source: { repoURL: 'r', path: 'p', targetRevision: 'v2' } };

type Rules = NonNullable<ApplicationSetSpec['ignoreApplicationDifferences']>;
const rows: [live: object, wanted: object, rules: Rules, changed: boolean, because: string][] = [
  [V1, V1, [], false, 'nothing differs'],
  [V1, V2, [], true, 'a revision does'],
  [V1, { ...V1, project: '' }, [], false, 'no project is the project default'],
  [V1, V2, [{ jsonPointers: ['/spec/source/targetRevision'] }], false, 'which is ignored'],
  [V1, V2, [{ jqPathExpressions: ['.spec.source.targetRevision'] }], false, 'by jq, too'],
  [V1, V2, [{ name: 'b', jqPathExpressions: ['.spec.source.targetRevision'] }], true, 'of another one'],
  [
    { ...V1, syncPolicy: { automated: { prune: true, enabled: false } } },
    { ...V1, syncPolicy: { automated: { prune: true } } },
    [],
    false,
    'a rollout switches automation off itself',
  ],
];
for (const [live, wanted, ignoreApplicationDifferences, changed, because] of rows) {
  test(`changedSpecs() has it ${changed}: ${because}`, async () => {
    const set: ApplicationSet = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ApplicationSet',
      metadata: { name: 's' },
      spec: { ignoreApplicationDifferences },
    };
    const found = await changedSpecs(set, [application(live)], [application(wanted)], jq);
    assert.equal(found.has('a'), changed);
  });
}
