import type { Clock } from '@slipway/api';
import { type FunctionTable, GoError, goFunction } from '../go-template/function.ts';
import { GoNamed, type GoValue, SizedInt } from '../go-template/value.ts';
import { DurationError, formatDuration, parseDuration, roundDuration } from '../go-time/duration.ts';
import { formatTime } from '../go-time/format-time.ts';
import { GoMoment, zeroMoment } from '../go-time/go-moment.ts';
import { addNanoseconds, between, type Moment } from '../go-time/moment.ts';
import { parseTime, TimeParseError } from '../go-time/parse-time.ts';
import { loadZone, UTC, type Zone } from '../go-time/zone.ts';

const SECOND = 1_000_000_000n;
const DATE = '2006-01-02';
/** From long to short, in seconds: what `durationRound` counts in. */
const STEPS: [unit: string, seconds: bigint][] = [
  ['y', 31_536_000n],
  ['mo', 2_592_000n],
  ['d', 86_400n],
  ['h', 3_600n],
  ['m', 60n],
  ['s', 1n],
];

/** Dates and durations: sprig's date.go. `local` is the zone that Go calls `Local`. */
export function dateFunctions({ clock, local = UTC }: { clock: Clock; local?: Zone }): FunctionTable {
  const now = (): Moment => {
    const milliseconds = clock.now();
    const seconds = Math.floor(milliseconds / 1000);
    return { seconds, nanoseconds: Math.floor((milliseconds - seconds * 1000) * 1e6), zone: local };
  };
  /** A date as sprig takes it: a time or seconds since 1970; anything else is now. */
  const momentOf = (date: GoValue): Moment => {
    if (date instanceof GoMoment) return date.moment;
    const seconds = secondsOf(date);
    return seconds === undefined ? now() : { seconds: Number(seconds), nanoseconds: 0, zone: local };
  };
  const inZone = (layout: string, date: GoValue, name: string): string =>
    formatTime({ ...momentOf(date), zone: name === 'Local' ? local : (loadZone(name) ?? UTC) }, layout);
  const since = (moment: Moment): bigint => between(now(), moment);
  const dateInZone = goFunction({ in: ['string', 'any', 'string'], out: 'string' }, inZone);
  const modify = goFunction({ in: ['string', 'time.Time'], out: 'time.Time' }, modified);
  const mustModify = goFunction({ in: ['string', 'time.Time'], out: 'time.Time' }, mustBeModified);
  return {
    now: goFunction({ in: [], out: 'time.Time' }, () => new GoMoment(now())),
    date: goFunction({ in: ['string', 'any'], out: 'string' }, (layout, date) =>
      inZone(layout, date, 'Local'),
    ),
    dateInZone,
    date_in_zone: dateInZone,
    dateModify: modify,
    date_modify: modify,
    mustDateModify: mustModify,
    must_date_modify: mustModify,
    htmlDate: goFunction({ in: ['any'], out: 'string' }, date => inZone(DATE, date, 'Local')),
    htmlDateInZone: goFunction({ in: ['any', 'string'], out: 'string' }, (date, zone) =>
      inZone(DATE, date, zone),
    ),
    ago: goFunction({ in: ['any'], out: 'string' }, date =>
      formatDuration(roundDuration(since(agoOf(date, momentOf)), SECOND)),
    ),
    duration: goFunction({ in: ['any'], out: 'string' }, seconds =>
      formatDuration(BigInt.asIntN(64, wholeSeconds(seconds) * SECOND)),
    ),
    durationRound: goFunction({ in: ['any'], out: 'string' }, value => rounded(durationOf(value, since))),
    toDate: goFunction({ in: ['string', 'string'], out: 'time.Time' }, (layout, text) => {
      try {
        return new GoMoment(parseTime(layout, text, local));
      } catch (error) {
        if (error instanceof TimeParseError) return zeroMoment();
        throw error;
      }
    }),
    mustToDate: goFunction({ in: ['string', 'string'], out: 'time.Time' }, (layout, text) =>
      inGo(() => new GoMoment(parseTime(layout, text, local))),
    ),
    unixEpoch: goFunction({ in: ['time.Time'], out: 'string' }, date => String(timeOf(date).seconds)),
  };
}

function secondsOf(value: GoValue): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (!(value instanceof SizedInt)) return undefined;
  return value.kind === 'int64' || value.kind === 'int32' ? value.value : undefined;
}

/** `ago` does not know an int32. */
function agoOf(date: GoValue, momentOf: (date: GoValue) => Moment): Moment {
  return momentOf(date instanceof SizedInt && date.kind === 'int32' ? null : date);
}

function timeOf(date: GoValue): Moment {
  if (date instanceof GoMoment) return date.moment;
  throw new GoError('runtime error: invalid memory address or nil pointer dereference');
}

function inGo<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TimeParseError || error instanceof DurationError)) throw error;
    throw new GoError(error.message, { cause: error });
  }
}

function mustBeModified(duration: string, date: GoValue): GoMoment {
  return inGo(() => new GoMoment(addNanoseconds(timeOf(date), parseDuration(duration))));
}

function modified(duration: string, date: GoValue): GoValue {
  try {
    return mustBeModified(duration, date);
  } catch (error) {
    if (error instanceof GoError && error.cause instanceof DurationError) return date;
    throw error;
  }
}

function wholeSeconds(value: GoValue): bigint {
  if (value instanceof SizedInt && value.kind === 'int64') return value.value;
  if (typeof value !== 'string' || !/^[-+]?[0-9]+$/.test(value)) return 0n;
  const seconds = BigInt(value.replace('+', ''));
  const most = 2n ** 63n - 1n;
  if (seconds > most) return most;
  return seconds < -most - 1n ? -most - 1n : seconds;
}

function durationOf(value: GoValue, since: (moment: Moment) => bigint): bigint {
  if (value instanceof GoMoment) return since(value.moment);
  if (value instanceof SizedInt && value.kind === 'int64') return value.value;
  if (value instanceof GoNamed || typeof value !== 'string') return 0n;
  try {
    return parseDuration(value);
  } catch (error) {
    if (error instanceof DurationError) return 0n;
    throw error;
  }
}

function rounded(duration: bigint): string {
  const size = duration < 0n ? -duration : duration;
  const step = STEPS.find(([, seconds]) => size > seconds * SECOND);
  return step ? `${size / (step[1] * SECOND)}${step[0]}` : '0s';
}
