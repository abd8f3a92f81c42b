import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeliveryEvent } from '@slipway/kinds';
import { type ApplicationStatus, type Brought, MOST_EVENTS, observe, withoutOld } from './observe.ts';

const at = (minute: number) => `2026-03-30T12:${String(minute).padStart(2, '0')}:00Z`;
const entry = (id: number, minute: number) => ({ id, revision: `env${id}`, deployedAt: at(minute) });
const BROUGHT: Record<number, Brought> = {
  0: { revision: 'a', commits: [at(0)] },
  1: { revision: 'b', commits: [at(4)] },
  2: { revision: 'a', commits: [] },
  3: { revision: 'b' },
  4: {},
};

interface Row {
  because: string;
  looks: ApplicationStatus[];
  sees: string[];
}

const TABLE: Row[] = [
  { because: 'nothing was deployed yet', looks: [{}], sees: [] },
  {
    because: 'each entry of the history is one deployment, however often one looks',
    looks: [{ history: [entry(0, 1)] }, { history: [entry(0, 1)] }, { history: [entry(0, 1), entry(1, 5)] }],
    sees: ['01 deployment a', '05 deployment b'],
  },
  {
    because: 'what Argo CD forgets of its history is not forgotten here',
    looks: [{ history: [entry(0, 1)] }, { history: [entry(1, 5)] }],
    sees: ['01 deployment a', '05 deployment b'],
  },
  {
    because: 'a sync without a new revision of the service is none of its deployments',
    looks: [{ history: [entry(1, 1), entry(3, 5)] }],
    sees: ['01 deployment b'],
  },
  {
    because: 'a revision that ran before is a rollback',
    looks: [{ history: [entry(0, 1), entry(1, 5), entry(2, 9)] }],
    sees: ['01 deployment a', '05 deployment b', '09 rollback a'],
  },
  {
    because: 'a deployment whose revision nobody can tell is one all the same',
    looks: [{ history: [entry(4, 1)] }],
    sees: ['01 deployment ?'],
  },
  {
    because: 'it breaks and recovers, each told once',
    looks: [
      { history: [entry(0, 1)], health: { status: 'Healthy', lastTransitionTime: at(2) } },
      { history: [entry(0, 1), entry(1, 5)], health: { status: 'Progressing', lastTransitionTime: at(5) } },
      { history: [entry(0, 1), entry(1, 5)], health: { status: 'Degraded', lastTransitionTime: at(6) } },
      { history: [entry(0, 1), entry(1, 5)], health: { status: 'Degraded', lastTransitionTime: at(6) } },
      { history: [entry(0, 1), entry(1, 5)], health: { status: 'Healthy', lastTransitionTime: at(8) } },
      { history: [entry(0, 1), entry(1, 5)], health: { status: 'Healthy', lastTransitionTime: at(8) } },
    ],
    sees: ['01 deployment a', '05 deployment b', '06 failure degraded', '08 recovery'],
  },
  {
    because: 'a repair that breaks as well is a failure of its own',
    looks: [
      { history: [entry(0, 1)], health: { status: 'Degraded', lastTransitionTime: at(2) } },
      { history: [entry(0, 1), entry(1, 5)], health: { status: 'Degraded', lastTransitionTime: at(2) } },
      { history: [entry(0, 1), entry(1, 5)], health: { status: 'Degraded', lastTransitionTime: at(7) } },
    ],
    sees: ['01 deployment a', '02 failure degraded', '05 deployment b', '07 failure degraded'],
  },
  {
    because:
      'a deadline missed before the repair is told once more while the repair comes up; that is no failure',
    looks: [
      { history: [entry(0, 1)], health: { status: 'Degraded', lastTransitionTime: at(2) } },
      { history: [entry(0, 1), entry(1, 5)], health: { status: 'Degraded', lastTransitionTime: at(6) } },
      { history: [entry(0, 1), entry(1, 5)], health: { status: 'Healthy', lastTransitionTime: at(6) } },
    ],
    sees: ['01 deployment a', '02 failure degraded', '05 deployment b', '06 recovery'],
  },
  {
    because: 'a sync that fails is a deployment that failed; it ends with the next that succeeds',
    looks: [
      { history: [entry(0, 1)], health: { status: 'Healthy', lastTransitionTime: at(2) } },
      {
        history: [entry(0, 1)],
        health: { status: 'Healthy', lastTransitionTime: at(2) },
        operationState: { phase: 'Failed', finishedAt: at(5), syncResult: { revision: 'env1' } },
      },
      {
        history: [entry(0, 1)],
        health: { status: 'Healthy', lastTransitionTime: at(2) },
        operationState: { phase: 'Failed', finishedAt: at(6), syncResult: { revision: 'env1' } },
      },
      {
        history: [entry(0, 1), entry(1, 8)],
        health: { status: 'Healthy', lastTransitionTime: at(2) },
        operationState: { phase: 'Succeeded', finishedAt: at(8), syncResult: { revision: 'env2' } },
      },
    ],
    sees: ['01 deployment a', '05 deployment ?', '05 failure sync-failed', '08 deployment b', '08 recovery'],
  },
];

for (const { because, looks, sees } of TABLE) {
  test(`observe(): ${because}`, () => {
    let events: DeliveryEvent[] = [];
    for (const look of looks) events = observe(events, look, ({ id }) => BROUGHT[id] ?? {});
    assert.deepEqual(events.map(textOf), sees);
  });
}

test(`observe() keeps the newest ${MOST_EVENTS} events`, () => {
  const history = Array.from({ length: MOST_EVENTS + 50 }, (_each, id) => ({
    id,
    deployedAt: new Date(Date.parse(at(0)) + id * 1000).toISOString(),
  }));
  const events = observe([], { history }, ({ id }) => ({ revision: String(id) }));
  assert.equal(events.length, MOST_EVENTS);
  assert.equal(events.at(-1)?.at, history.at(-1)?.deployedAt);
});

function textOf(event: DeliveryEvent): string {
  const minute = event.at.slice(14, 16);
  if (event.type === 'recovery') return `${minute} recovery`;
  if (event.type === 'failure') return `${minute} failure ${event.cause}`;
  return `${minute} ${event.rollback ? 'rollback' : 'deployment'} ${event.revision ?? '?'}`;
}

test('withoutOld() drops what is older than 60 days, but never the newest twenty', () => {
  const deployment = (day: number): DeliveryEvent => {
    const time = new Date(Date.parse(at(0)) - day * 86_400_000).toISOString();
    return { type: 'deployment', at: time, id: String(day) };
  };
  const now = Date.parse(at(0));
  const busy = Array.from({ length: 100 }, (_each, index) => deployment(99 - index));
  assert.equal(withoutOld(busy, now).length, 61);
  const quiet = busy.slice(0, 30);
  assert.equal(withoutOld(quiet, now).length, 20);
  assert.deepEqual(withoutOld([deployment(400)], now).length, 1);
});
