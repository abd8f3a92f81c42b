import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeliveryEvent, DeliveryMeasures } from '@slipway/kinds';
import { measureDelivery } from './measure.ts';

const NOW = Date.parse('2026-03-31T12:00:00Z');
const at = (day: number, time = '12:00') => `2026-03-${String(day).padStart(2, '0')}T${time}:00Z`;
const deployed = (id: string, when: string, more: Partial<DeliveryEvent> = {}) =>
  ({ type: 'deployment', at: when, id, ...more }) as DeliveryEvent;
const failed = (when: string): DeliveryEvent => ({
  type: 'failure',
  at: when,
  cause: 'degraded',
  message: 'it does not start',
});
const recovered = (when: string): DeliveryEvent => ({ type: 'recovery', at: when });

interface Row {
  because: string;
  events: DeliveryEvent[];
  since?: string;
  gives: Partial<Record<keyof DeliveryMeasures, unknown>>;
}

const TABLE: Row[] = [
  {
    because: 'nothing happened: everything but the count is unknown',
    events: [],
    gives: {
      deployments: 0,
      deploymentsPerDay: undefined,
      leadTimeSeconds: undefined,
      failPercentage: undefined,
      recoverySeconds: undefined,
      reworkPercentage: undefined,
    },
  },
  {
    because: 'lead time is the median over commits, not over deployments',
    events: [
      deployed('1', at(30), { commits: [at(30, '11:00'), at(30, '11:30'), at(28)] }),
      deployed('2', at(31, '10:00'), { commits: [at(31, '09:50')] }),
    ],
    gives: { deployments: 2, leadTimeSeconds: 2700, failPercentage: 0, reworkPercentage: 0 },
  },
  {
    because: 'a deployment whose commits nobody knows says nothing about lead time',
    events: [deployed('1', at(30))],
    gives: { deployments: 1, leadTimeSeconds: undefined },
  },
  {
    because: 'a rate is of the days in which somebody looked',
    events: [deployed('1', at(30)), deployed('2', at(30, '13:00')), deployed('3', at(31))],
    since: at(28),
    gives: { deployments: 3, deploymentsPerDay: 1 },
  },
  {
    because: 'what is older than the window does not count',
    events: [deployed('1', '2026-01-01T00:00:00Z'), deployed('2', at(30))],
    gives: { deployments: 1 },
  },
  {
    because:
      'a break after a deployment makes it fail, its repair is rework, and recovery is the time between',
    events: [
      deployed('1', at(20)),
      deployed('2', at(21)),
      failed(at(21, '12:10')),
      deployed('3', at(21, '12:30')),
      recovered(at(21, '12:40')),
    ],
    gives: {
      deployments: 3,
      failed: 1,
      failPercentage: 33.3,
      recoverySeconds: 1800,
      rework: 1,
      reworkPercentage: 33.3,
      failingSince: undefined,
    },
  },
  {
    because: 'a repair that fails is a failed deployment too, and until it is healthy it is one incident',
    events: [
      deployed('1', at(20)),
      failed(at(20, '12:10')),
      deployed('2', at(20, '12:20')),
      failed(at(20, '12:21')),
      deployed('3', at(20, '12:30')),
      recovered(at(20, '12:40')),
    ],
    gives: { deployments: 3, failed: 2, recoverySeconds: 1800, rework: 2 },
  },
  {
    because: 'what is still broken has no time of recovery, and says since when',
    events: [deployed('1', at(30)), failed(at(30, '12:10'))],
    gives: {
      failed: 1,
      failPercentage: 100,
      recoverySeconds: undefined,
      failingSince: at(30, '12:10').replace('Z', '.000Z'),
    },
  },
  {
    because: 'a break two days later is not put down to the deployment',
    events: [deployed('1', at(20)), failed(at(22, '13:00')), recovered(at(22, '14:00'))],
    gives: { failed: 0, failPercentage: 0, recoverySeconds: undefined },
  },
  {
    because: 'a deployment made during a break that no deployment caused is rework all the same',
    events: [
      deployed('1', at(20)),
      failed(at(22, '13:00')),
      deployed('2', at(22, '13:30')),
      recovered(at(22, '14:00')),
    ],
    gives: { failed: 0, rework: 1, reworkPercentage: 50 },
  },
  {
    because: 'going back says that what was left had failed, though its health never told',
    events: [
      deployed('1', at(20)),
      deployed('2', at(21)),
      deployed('3', at(21, '13:00'), { rollback: true }),
    ],
    gives: { deployments: 3, failed: 1, rework: 1, recoverySeconds: undefined },
  },
  {
    because: 'clocks that disagree give no negative time',
    events: [deployed('1', at(20), { commits: [at(20, '12:05')] })],
    gives: { leadTimeSeconds: 0 },
  },
];

for (const { because, events, since = '2026-01-01T00:00:00Z', gives } of TABLE) {
  test(`measureDelivery(): ${because}`, () => {
    const measures = measureDelivery(events, { now: NOW, since });
    const seen = Object.fromEntries(
      Object.keys(gives).map(name => [name, measures[name as keyof DeliveryMeasures]]),
    );
    assert.deepEqual(seen, gives);
  });
}
