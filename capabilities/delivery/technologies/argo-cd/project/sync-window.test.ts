import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTime, parseCron } from './cron.ts';
import type { SyncWindow } from './spec.ts';
import { activeWindows, canSync, nextChangeMs, windowsOf } from './sync-window.ts';

/** A Wednesday. */
const at = (time: string, day = '2026-07-15') => Date.parse(`${day}T${time}Z`);

const allow = (schedule: string, duration: string, more: SyncWindow = {}): SyncWindow => ({
  kind: 'allow',
  schedule,
  duration,
  applications: ['*'],
  ...more,
});
const deny = (schedule: string, duration: string, more: SyncWindow = {}): SyncWindow => ({
  ...allow(schedule, duration, more),
  kind: 'deny',
});

interface Row {
  windows: SyncWindow[];
  now: number;
  manual?: boolean;
  startedAtMs?: number;
  may: boolean;
  because: string;
}
const NIGHT = '0 22 * * *';
const rows: Row[] = [
  { windows: [], now: at('12:00:00'), may: true, because: 'no windows, no rule' },
  { windows: [allow(NIGHT, '2h')], now: at('22:30:00'), may: true, because: 'the window is open' },
  { windows: [allow(NIGHT, '2h')], now: at('12:00:00'), may: false, because: 'the only one is closed' },
  { windows: [allow(NIGHT, '2h')], now: at('00:00:00'), may: false, because: 'it has just closed' },
  { windows: [allow(NIGHT, '2h')], now: at('22:00:00'), may: false, because: 'it opens after its moment' },
  { windows: [allow(NIGHT, '4h')], now: at('01:30:00'), may: true, because: 'it goes over midnight' },
  { windows: [deny(NIGHT, '2h')], now: at('22:30:00'), may: false, because: 'it denies while it is open' },
  { windows: [deny(NIGHT, '2h')], now: at('12:00:00'), may: true, because: 'and nothing else' },
  {
    windows: [allow('* * * * *', '1h'), deny(NIGHT, '2h')],
    now: at('22:30:00'),
    may: false,
    because: 'what denies wins',
  },
  {
    windows: [allow(NIGHT, '1h'), allow('0 12 * * *', '1h')],
    now: at('12:30:00'),
    may: true,
    because: 'one that is open is enough',
  },
  {
    windows: [allow(NIGHT, '2h', { manualSync: true })],
    now: at('12:00:00'),
    manual: true,
    may: true,
    because: 'by hand it may be done any time',
  },
  {
    windows: [allow(NIGHT, '2h', { manualSync: true }), allow(NIGHT, '3h')],
    now: at('12:00:00'),
    manual: true,
    may: false,
    because: 'only when every closed window says so',
  },
  {
    windows: [deny('* * * * *', '1h', { manualSync: true }), deny(NIGHT, '2h')],
    now: at('22:30:00'),
    manual: true,
    may: false,
    because: 'only when every denying window says so',
  },
  {
    windows: [allow(NIGHT, '2h', { syncOverrun: true })],
    now: at('00:30:00'),
    startedAtMs: at('23:30:00', '2026-07-14'),
    may: true,
    because: 'what began inside may end outside',
  },
  {
    windows: [allow(NIGHT, '2h', { syncOverrun: true })],
    now: at('12:30:00'),
    startedAtMs: at('12:00:00'),
    may: false,
    because: 'what began outside may not',
  },
  {
    windows: [deny(NIGHT, '2h', { syncOverrun: true })],
    now: at('22:30:00'),
    startedAtMs: at('21:59:00'),
    may: true,
    because: 'what began before the denial may end in it',
  },
  {
    windows: [allow('0 9 * * 3', '1h', { timeZone: 'America/New_York' })],
    now: at('13:30:00'),
    may: true,
    because: 'nine in New York is thirteen in summer',
  },
  {
    windows: [allow('0 9 * * 3', '1h', { timeZone: 'Mars/Base' })],
    now: at('09:30:00'),
    may: true,
    because: 'a zone that nobody knows is UTC',
  },
  {
    windows: [allow('0 0 1 * 3', '24h')],
    now: at('12:00:00'),
    may: true,
    because: 'day of the month or of the week: a Wednesday',
  },
  {
    windows: [allow('0 0 1 * *', '24h')],
    now: at('12:00:00'),
    may: false,
    because: 'only the first of the month',
  },
];
for (const { windows, now, manual = false, startedAtMs, may, because } of rows) {
  test(`canSync() is ${may}: ${because}`, () => {
    const started = startedAtMs === undefined ? {} : { startedAtMs };
    assert.equal(canSync(windows, { isManual: manual, nowMs: now, ...started }), may);
  });
}

const wrong: [window: SyncWindow, message: string][] = [
  [
    allow('0 22 * *', '1h'),
    "cannot parse schedule '0 22 * *': expected exactly 5 fields, found 4: [0 22 * *]",
  ],
  [allow('@daily', '1h'), "cannot parse schedule '@daily': parser does not accept descriptors: @daily"],
  [allow('60 * * * *', '1h'), "cannot parse schedule '60 * * * *': end of range (60) above maximum (59): 60"],
  [
    allow('0 0 0 * *', '1h'),
    "cannot parse schedule '0 0 0 * *': beginning of range (0) below minimum (1): 0",
  ],
  [allow('0 0 * * 7', '1h'), "cannot parse schedule '0 0 * * 7': end of range (7) above maximum (6): 7"],
  [
    allow('5-1 * * * *', '1h'),
    "cannot parse schedule '5-1 * * * *': beginning of range (5) beyond end of range (1): 5-1",
  ],
  [
    allow('*/0 * * * *', '1h'),
    "cannot parse schedule '*/0 * * * *': step of range should be a positive number: */0",
  ],
  [
    allow('x * * * *', '1h'),
    `cannot parse schedule 'x * * * *': failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax`,
  ],
  [allow(NIGHT, 'soon'), `cannot parse duration 'soon': time: invalid duration "soon"`],
];
for (const [window, message] of wrong) {
  test(`canSync() says ${message}`, () => {
    assert.throws(() => canSync([window], { isManual: false, nowMs: at('12:00:00') }), {
      message: `invalid sync windows: ${message}`,
    });
  });
}

const APP = { name: 'shop', destination: { server: 'https://a.example.test', namespace: 'shop-prod' } };
const concerns: [window: SyncWindow, concerned: boolean, because: string][] = [
  [{ applications: ['shop*'] }, true, 'by name'],
  [{ namespaces: ['*-prod'] }, true, 'by namespace'],
  [{ clusters: ['https://a.*'] }, true, 'by cluster'],
  [{ applications: ['web'], namespaces: ['*-prod'] }, true, 'one of them is enough'],
  [{ applications: ['web'], namespaces: ['*-prod'], andOperator: true }, false, 'not with andOperator'],
  [{ applications: ['shop'], namespaces: ['*-prod'], andOperator: true }, true, 'both fit'],
  [{ applications: ['shop'], clusters: ['in-cluster'], andOperator: true }, false, 'another cluster'],
  [{}, false, 'a window without selectors concerns nobody'],
];
for (const [window, concerned, because] of concerns) {
  test(`windowsOf() has the window ${concerned}: ${because}`, () => {
    const given = { kind: 'allow', schedule: NIGHT, duration: '1h', ...window };
    assert.equal(windowsOf({ syncWindows: [given] }, APP).length, concerned ? 1 : 0);
  });
}

test('nextTime() knows names, lists, steps and years without 29 February', () => {
  const next = (text: string, after: number) => {
    const ms = nextTime(parseCron(text), after);
    return ms === undefined ? undefined : new Date(ms).toISOString();
  };
  assert.equal(next('*/15 * * * *', at('12:00:00')), '2026-07-15T12:15:00.000Z');
  assert.equal(next('5/20 9-17 * * mon-fri', at('17:50:00')), '2026-07-16T09:05:00.000Z');
  assert.equal(next('0 0 29 feb *', at('12:00:00')), '2028-02-29T00:00:00.000Z');
  assert.equal(next('0 0 30 2 *', at('12:00:00')), undefined);
  assert.equal(next('0 0 13 * fri', at('12:00:00')), '2026-07-17T00:00:00.000Z');
  assert.equal(
    next('0 0 */2 * fri', at('12:00:00')),
    '2026-07-17T00:00:00.000Z',
    'every second day, or Friday',
  );
});

test('nextChangeMs() is when a window opens or closes next', () => {
  assert.equal(nextChangeMs([allow(NIGHT, '2h')], at('21:59:00')), 60_001);
  assert.equal(nextChangeMs([allow(NIGHT, '2h')], at('23:59:00')), 60_000);
  assert.equal(nextChangeMs([], at('12:00:00')), undefined);
  assert.equal(activeWindows([allow(NIGHT, '2h')], at('23:00:00')).length, 1);
});
