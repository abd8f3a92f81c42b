import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AnyObject } from '@slipway/api';
import { parseYaml, RenderError } from '@slipway/render';
import { healthOf } from './health.ts';

/** Upstream's expected answers; elsewhere than in the project. */
const shared =
  process.env.SLIPWAY_SHARED ?? fileURLToPath(new URL('../../../../../../shared', import.meta.url));
const corpus = join(shared, 'corpora/argocd-health');
/** Kinds of the corpus with a rule; it only grows. */
const RULED = 157;
const skip = existsSync(corpus)
  ? false
  : 'the corpus is not here: SLIPWAY_SHARED names the folder that holds corpora/';

interface Case {
  inputPath: string;
  healthStatus: { status: string; message?: string };
}

/** Every kind that upstream has cases for, by its folder `<group>/<kind>`; `_` stands for any. */
function kindsOfCorpus(): string[] {
  if (skip) return [];
  const groups = readdirSync(corpus);
  const all = groups.flatMap(group => readdirSync(join(corpus, group)).map(kind => `${group}/${kind}`));
  return all.filter(kind => existsSync(join(corpus, kind, 'health_test.yaml'))).sort();
}

/** Undefined for the few files that go-yaml takes and we refuse: a key that stands twice, indentation that is missing. */
function objectIn(file: string): Partial<AnyObject> | undefined {
  try {
    return parseYaml(readFileSync(file, 'utf8'), file)[0]?.value as AnyObject;
  } catch (error) {
    if (error instanceof RenderError) return undefined;
    throw error;
  }
}

/** What differs from upstream's answers, by case; undefined when there is no rule for the kind. */
function differences(kind: string): string[] | undefined {
  const file = join(corpus, kind, 'health_test.yaml');
  const [document] = parseYaml(readFileSync(file, 'utf8'), file);
  const { tests = [] } = (document?.value ?? {}) as { tests?: Case[] };
  const answers = tests.map(({ inputPath, healthStatus }) => {
    const object = objectIn(join(corpus, kind, inputPath));
    if (!object) return { found: undefined, text: [] };
    // What is being deleted is Progressing whatever its rule says; upstream's cases ask the rule alone.
    const { deletionTimestamp: deleted, ...metadata } = (object.metadata ?? {}) as Record<string, unknown>;
    const found = healthOf({ ...object, metadata } as AnyObject);
    const same =
      (found?.status === healthStatus.status && (found.message ?? '') === (healthStatus.message ?? '')) ||
      (deleted !== undefined && healthOf(object as AnyObject)?.status === healthStatus.status);
    return {
      found,
      text: same ? [] : [`${inputPath}: ${JSON.stringify(found)} is not ${JSON.stringify(healthStatus)}`],
    };
  });
  if (answers.every(({ found }) => found === undefined)) return undefined;
  return answers.flatMap(({ text }) => text);
}

test('healthOf() says what upstream says, of every kind that it has a rule for', { skip }, t => {
  const kinds = kindsOfCorpus();
  const judged = kinds
    .map(kind => ({ kind, wrong: differences(kind) }))
    .filter(({ wrong }) => wrong !== undefined);
  const wrong = judged.flatMap(each => (each.wrong ?? []).map(text => `${each.kind}: ${text}`));
  assert.deepEqual(wrong, []);
  t.diagnostic(`${judged.length} of ${kinds.length} kinds have a rule, each with upstream's answers`);
  assert.ok(judged.length >= RULED, `${judged.length} kinds have a rule, there were ${RULED}`);
});

const pod = (spec: object, status: object): AnyObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [], ...spec },
  status: { ...status },
});
const deployment = (status: object, spec: object = {}): AnyObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', generation: 2 },
  spec: { replicas: 2, ...spec },
  status: { observedGeneration: 2, ...status },
});
const simple = (apiVersion: string, kind: string, rest: object): AnyObject => ({
  apiVersion,
  kind,
  metadata: { name: 'x' },
  ...rest,
});

const cases: { object: AnyObject; status: string | undefined; because: string }[] = [
  { object: simple('v1', 'ConfigMap', {}), status: undefined, because: 'its kind has no health' },
  { object: deployment({ updatedReplicas: 1 }), status: 'Progressing', because: 'one replica is still old' },
  {
    object: deployment({ updatedReplicas: 2, replicas: 3 }),
    status: 'Progressing',
    because: 'an old one ends',
  },
  {
    object: deployment({ updatedReplicas: 2, replicas: 2, availableReplicas: 1 }),
    status: 'Progressing',
    because: 'one is not available',
  },
  {
    object: deployment({ updatedReplicas: 2, replicas: 2, availableReplicas: 2 }),
    status: 'Healthy',
    because: 'all are new and available',
  },
  {
    object: deployment({ observedGeneration: 1 }),
    status: 'Progressing',
    because: 'nobody has seen the change',
  },
  { object: deployment({}, { paused: true }), status: 'Suspended', because: 'it is paused' },
  {
    object: deployment({
      conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
    }),
    status: 'Degraded',
    because: 'it took too long',
  },
  {
    object: pod(
      { restartPolicy: 'Always' },
      { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    ),
    status: 'Healthy',
    because: 'it is ready',
  },
  {
    object: pod({ restartPolicy: 'Never' }, { phase: 'Running' }),
    status: 'Progressing',
    because: 'it has an end to come to',
  },
  {
    object: pod({ restartPolicy: 'Never' }, { phase: 'Succeeded' }),
    status: 'Healthy',
    because: 'it came to its end',
  },
  {
    object: pod(
      { restartPolicy: 'Always' },
      {
        phase: 'Running',
        containerStatuses: [{ name: 'a', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
      },
    ),
    status: 'Degraded',
    because: 'it crashes again and again',
  },
  {
    object: simple('v1', 'Service', { spec: { type: 'LoadBalancer' } }),
    status: 'Progressing',
    because: 'it has no address',
  },
  { object: simple('v1', 'Service', { spec: {} }), status: 'Healthy', because: 'it needs none' },
  {
    object: simple('v1', 'PersistentVolumeClaim', { status: { phase: 'Pending' } }),
    status: 'Progressing',
    because: 'it is not bound',
  },
  {
    object: simple('v1', 'PersistentVolumeClaim', { status: { phase: 'Lost' } }),
    status: 'Degraded',
    because: 'its volume is gone',
  },
  {
    object: simple('batch/v1', 'Job', { status: { conditions: [{ type: 'Failed', status: 'True' }] } }),
    status: 'Degraded',
    because: 'it failed',
  },
  {
    object: simple('argoproj.io/v1alpha1', 'Workflow', { status: { phase: 'Running' } }),
    status: 'Progressing',
    because: 'it runs',
  },
];
for (const { object, status, because } of cases) {
  test(`healthOf() says ${status} of a ${object.kind} because ${because}`, () => {
    assert.equal(healthOf(object)?.status, status);
  });
}

test('healthOf() says Progressing of what is being deleted', () => {
  const object = simple('v1', 'ConfigMap', {});
  object.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  assert.deepEqual(healthOf(object), { status: 'Progressing', message: 'Pending deletion' });
});
