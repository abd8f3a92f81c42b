import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored } from '@slipway/api';
import type { Job, Pod } from '@slipway/kinds';
import { indexesText, parseIndexes } from './indexes.ts';
import { FINALIZER, planJob } from './plan.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');

function job(spec: Partial<Job['spec']> = {}, status: Job['status'] = {}): Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j' },
    spec: { completions: 1, template: { spec: { containers: [] } }, ...spec },
    status,
  };
}
function pod(
  uid: string,
  phase: 'Running' | 'Succeeded' | 'Failed',
  more: { counted?: boolean; ended?: string; index?: number } = {},
): Stored<Pod> {
  const { counted = false, ended = '2026-01-01T11:00:00Z', index } = more;
  const annotations =
    index === undefined ? {} : { 'batch.kubernetes.io/job-completion-index': String(index) };
  const finalizers = counted ? [] : [FINALIZER];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: uid,
      uid,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T10:00:00Z',
      finalizers,
      annotations,
    },
    spec: { containers: [], nodeName: 'n' },
    status: {
      phase,
      containerStatuses: [
        {
          name: 'c',
          ready: false,
          restartCount: 0,
          image: '',
          imageID: '',
          state: { terminated: { exitCode: 1, finishedAt: ended } },
        },
      ],
    },
  };
}
const types = (plan: ReturnType<typeof planJob>) => plan.status.conditions?.map(condition => condition.type);

test('a finished pod is first noted, then let go, then counted: a crash in between changes nothing', () => {
  const first = planJob(job(), [pod('a', 'Succeeded')], NOW);
  assert.deepEqual(first.status.uncountedTerminatedPods, { succeeded: ['a'] });
  assert.equal(first.status.succeeded, undefined);
  assert.deepEqual(
    first.release.map(one => one.metadata.uid),
    ['a'],
  );
  const crashed = planJob(job({}, first.status), [pod('a', 'Succeeded')], NOW);
  assert.deepEqual(crashed.status.uncountedTerminatedPods, { succeeded: ['a'] });
  const second = planJob(job({}, first.status), [pod('a', 'Succeeded', { counted: true })], NOW);
  assert.equal(second.status.succeeded, 1);
  assert.deepEqual(types(second), ['SuccessCriteriaMet', 'Complete']);
  const gone = planJob(job({}, first.status), [], NOW);
  assert.equal(gone.status.succeeded, 1);
});

const counts: { spec: Partial<Job['spec']>; pods: Stored<Pod>[]; create: number; because: string }[] = [
  {
    spec: { completions: 5, parallelism: 2 },
    pods: [],
    create: 2,
    because: 'no more than parallelism at once',
  },
  {
    spec: { completions: 5, parallelism: 2 },
    pods: [pod('a', 'Running')],
    create: 1,
    because: 'one runs already',
  },
  {
    spec: { completions: 1, parallelism: 3 },
    pods: [],
    create: 1,
    because: 'no more than completions are missing',
  },
  {
    spec: { completions: 3, parallelism: 3 },
    pods: [pod('a', 'Failed')],
    create: 3,
    because: 'the failure is long past its back-off',
  },
  {
    spec: { completions: 1 },
    pods: [pod('a', 'Failed', { ended: '2026-01-01T11:59:55Z' })],
    create: 0,
    because: 'the back-off of ten seconds is not over',
  },
  { spec: { completions: 1, suspend: true }, pods: [], create: 0, because: 'it is suspended' },
];
for (const { spec, pods, create, because } of counts) {
  test(`planJob() makes ${create} pods because ${because}`, () =>
    assert.equal(planJob(job(spec), pods, NOW).create.length, create));
}

test('without completions one success ends it, after the others have ended', () => {
  const spec: Partial<Job['spec']> = { parallelism: 2 };
  const { completions: _none, ...rest } = job(spec).spec;
  const queue = { ...job(), spec: rest };
  assert.equal(types(planJob(queue, [pod('a', 'Succeeded'), pod('b', 'Running')], NOW)), undefined);
  assert.ok(types(planJob({ ...queue, status: { succeeded: 1 } }, [pod('b', 'Running')], NOW)) === undefined);
  assert.deepEqual(types(planJob({ ...queue, status: { succeeded: 2 } }, [], NOW)), [
    'SuccessCriteriaMet',
    'Complete',
  ]);
});

test('an index that succeeded twice is counted once', () => {
  const pods = [pod('a', 'Succeeded', { index: 1 }), pod('b', 'Succeeded', { index: 1 })];
  const { status, create } = planJob(
    job({ completions: 3, parallelism: 3, completionMode: 'Indexed' }),
    pods,
    NOW,
  );
  assert.equal(status.succeeded, 1);
  assert.equal(status.completedIndexes, '1');
  assert.deepEqual(create, [{ index: 0 }, { index: 2 }]);
});

test('the deadline ends a Job that still runs, and its pods first', () => {
  const running = planJob(
    job({ activeDeadlineSeconds: 60 }, { startTime: '2026-01-01T11:00:00Z' }),
    [pod('a', 'Running')],
    NOW,
  );
  assert.deepEqual(types(running), ['FailureTarget']);
  assert.equal(running.remove.length, 1);
  const ended = planJob(job({ activeDeadlineSeconds: 60 }, { startTime: '2026-01-01T11:00:00Z' }), [], NOW);
  assert.deepEqual(types(ended), ['FailureTarget', 'Failed']);
  assert.equal(ended.event?.reason, 'DeadlineExceeded');
});

test('indexes are written in runs and read back', () => {
  assert.equal(indexesText([7, 0, 1, 2, 4, 5]), '0-2,4,5,7');
  assert.deepEqual([...parseIndexes('0-2,4,5,7')], [0, 1, 2, 4, 5, 7]);
  assert.deepEqual([...parseIndexes(undefined)], []);
});
