import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored } from '@slipway/api';
import type { CronJob, Job } from '@slipway/kinds';
import { planCronJob } from './plan.ts';
import { parseSchedule } from './schedule.ts';

const at = (text: string) => Date.parse(`2026-03-29T${text}Z`);

function cronJob(
  spec: Partial<CronJob['spec']> = {},
  lastScheduleTime = '2026-03-29T00:00:00Z',
): Stored<CronJob> {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'c', uid: 'c', resourceVersion: '1', creationTimestamp: '2026-03-28T00:00:00Z' },
    spec: {
      schedule: '0 * * * *',
      jobTemplate: { spec: { template: { spec: { containers: [] } } } },
      ...spec,
    },
    status: { lastScheduleTime },
  };
}
function job(name: string, finished?: 'Complete' | 'Failed', start = '2026-03-29T00:00:00Z'): Stored<Job> {
  const conditions = finished ? [{ type: finished, status: 'True' as const, lastTransitionTime: start }] : [];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: start },
    spec: { template: { spec: { containers: [] } } },
    status: { startTime: start, conditions, ...(finished === 'Complete' ? { completionTime: start } : {}) },
  };
}
const plan = (cron: Stored<CronJob>, jobs: Stored<Job>[], now: number) =>
  planCronJob(cron, jobs, parseSchedule(cron.spec.schedule, cron.spec.timeZone), now);

const rows: {
  cron: Stored<CronJob>;
  jobs?: Stored<Job>[];
  now: number;
  due?: string;
  reason?: string;
  because: string;
}[] = [
  { cron: cronJob(), now: at('00:30:00'), because: 'the next time has not come' },
  { cron: cronJob(), now: at('01:00:00'), due: '01:00:00', because: 'it is time' },
  {
    cron: cronJob(),
    now: at('05:30:00'),
    due: '05:00:00',
    because: 'only the newest of the missed times is made up for',
  },
  { cron: cronJob({ suspend: true }), now: at('01:00:00'), because: 'it is suspended' },
  {
    cron: cronJob({ startingDeadlineSeconds: 60 }),
    now: at('01:30:00'),
    because: 'the deadline for a late start is over',
  },
  {
    cron: cronJob({ concurrencyPolicy: 'Forbid' }),
    jobs: [job('r')],
    now: at('01:00:00'),
    reason: 'JobAlreadyActive',
    because: 'one still runs and another is forbidden',
  },
  {
    cron: cronJob({ concurrencyPolicy: 'Allow' }),
    jobs: [job('r')],
    now: at('01:00:00'),
    due: '01:00:00',
    because: 'several may run',
  },
];
for (const { cron, jobs = [], now, due, reason, because } of rows) {
  test(`planCronJob() ${due ? 'starts' : 'does not start'} a Job because ${because}`, () => {
    const found = plan(cron, jobs, now);
    assert.equal(found.create?.metadata.name, due && `c-${at(due) / 60_000}`);
    assert.equal(found.events[0]?.reason, reason);
  });
}

test('Replace deletes what runs and starts anew', () => {
  const found = plan(cronJob({ concurrencyPolicy: 'Replace' }), [job('r')], at('01:00:00'));
  assert.deepEqual(
    found.remove.map(one => one.metadata.name),
    ['r'],
  );
  assert.ok(found.create);
});

test('finished Jobs beyond the limits go, the oldest first', () => {
  const jobs = [
    job('s1', 'Complete', '2026-03-28T01:00:00Z'),
    job('s2', 'Complete', '2026-03-28T02:00:00Z'),
    job('f1', 'Failed', '2026-03-28T03:00:00Z'),
    job('f2', 'Failed', '2026-03-28T04:00:00Z'),
  ];
  const found = plan(cronJob({ successfulJobsHistoryLimit: 1 }), jobs, at('00:30:00'));
  assert.deepEqual(
    found.remove.map(one => one.metadata.name),
    ['s1', 'f1'],
  );
  assert.equal(found.status.lastSuccessfulTime, '2026-03-28T02:00:00Z');
});

test('a schedule follows its time zone over the change to summer time', () => {
  const daily = parseSchedule('30 3 * * *', 'Europe/Berlin');
  const first = daily.next(Date.parse('2026-03-28T00:00:00Z'));
  assert.equal(first, Date.parse('2026-03-28T02:30:00Z'));
  assert.equal(daily.next(first ?? 0), Date.parse('2026-03-29T01:30:00Z'));
});

test('parseSchedule() takes what Kubernetes takes and refuses the rest', () => {
  const hour = Date.parse('2026-01-01T01:00:00Z');
  assert.equal(parseSchedule('@hourly').next(hour - 1), hour);
  assert.equal(parseSchedule('@every 1h30m').next(hour), hour + 5_400_000);
  assert.equal(parseSchedule('*/15 0-3 * JAN MON-FRI').next(hour), hour + 900_000);
  for (const bad of ['', '* * * *', '* * * * * *', '61 * * * *', 'TZ=UTC * * * * *', '@every 0s', '@never']) {
    assert.throws(() => parseSchedule(bad), bad);
  }
  assert.throws(() => parseSchedule('* * * * *', 'Mars/Olympus').next(hour));
});
