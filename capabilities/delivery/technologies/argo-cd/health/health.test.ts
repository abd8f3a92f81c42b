import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AnyObject } from '@slipway/api';
import { parseYaml } from '@slipway/render';
import { healthOf } from './health.ts';

/** Upstream's expected answers; elsewhere than in the project. */
const shared =
  process.env.SLIPWAY_SHARED ?? fileURLToPath(new URL('../../../../../../shared', import.meta.url));
const corpus = join(shared, 'corpora/argocd-health');
/** Kinds of the corpus that this engine has a rule for. */
const KINDS = [
  'cert-manager.io/Certificate',
  'cert-manager.io/ClusterIssuer',
  'gateway.networking.k8s.io/GatewayClass',
  'gateway.networking.k8s.io/HTTPRoute',
];

interface Case {
  inputPath: string;
  healthStatus: { status: string; message?: string };
}

for (const kind of KINDS) {
  const file = join(corpus, kind, 'health_test.yaml');
  const skip = existsSync(file)
    ? false
    : 'the corpus is not here: SLIPWAY_SHARED names the folder that holds corpora/';
  test(`healthOf() says of ${kind} what upstream says`, { skip }, () => {
    const [document] = parseYaml(readFileSync(file, 'utf8'), file);
    for (const { inputPath, healthStatus } of (document?.value as { tests: Case[] } | undefined)?.tests ??
      []) {
      const [object] = parseYaml(readFileSync(join(corpus, kind, inputPath), 'utf8'), inputPath);
      const { status, message } = healthOf(object?.value as AnyObject) ?? {};
      assert.deepEqual(
        { status, message },
        { status: healthStatus.status, message: healthStatus.message },
        inputPath,
      );
    }
  });
}

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
