import type { JsonValue } from '../functions/json-fields.ts';
import { GoError, goFunction } from '../go-template/function.ts';
import {
  type GoMethods,
  GoNamed,
  GoStruct,
  type GoValue,
  int64,
  type StructType,
} from '../go-template/value.ts';
import { dateOf, daysOf, MONTHS, WEEKDAYS } from './civil-date.ts';
import { formatDuration } from './duration.ts';
import { formatTime } from './format-time.ts';
import { addNanoseconds, between, type Moment, momentIn, readClock, ZERO_SECONDS } from './moment.ts';
import { UTC, type Zone } from './zone.ts';

const LONGEST = '2006-01-02T15:04:05.999999999Z07:00';

/** A `time.Time` in a template, with its methods. */
export class GoMoment extends GoStruct implements JsonValue {
  readonly moment: Moment;

  constructor(moment: Moment) {
    super(TYPE, {});
    this.moment = moment;
  }

  toJson(): string {
    return formatTime(this.moment, LONGEST);
  }
}

/** Go's zero time. */
export function zeroMoment(): GoMoment {
  return new GoMoment({ seconds: ZERO_SECONDS, nanoseconds: 0, zone: UTC });
}

/** A `time.Duration`. */
export function goDuration(nanoseconds: bigint): GoNamed {
  const text = (): string => formatDuration(nanoseconds);
  const number = (value: number) => () => goFunction({ in: [], out: 'float64' }, () => value);
  return new GoNamed('time.Duration', int64(nanoseconds), {
    String: () => goFunction({ in: [], out: 'string' }, text),
    Hours: number(Number(nanoseconds) / 3.6e12),
    Minutes: number(Number(nanoseconds) / 6e10),
    Seconds: number(Number(nanoseconds) / 1e9),
    Milliseconds: () => goFunction({ in: [], out: 'int64' }, () => int64(nanoseconds / 1_000_000n)),
    Nanoseconds: () => goFunction({ in: [], out: 'int64' }, () => int64(nanoseconds)),
  });
}

function of(receiver: GoValue): Moment {
  if (receiver instanceof GoMoment) return receiver.moment;
  throw new GoError('runtime error: invalid memory address or nil pointer dereference');
}

function named(type: string, number: number, names: readonly string[], first: number): GoNamed {
  return new GoNamed(type, BigInt(number), {
    String: () => goFunction({ in: [], out: 'string' }, () => names[number - first] ?? ''),
  });
}

type Read = (moment: Moment) => GoValue;

function readers(out: string, all: Record<string, Read>): GoMethods {
  return Object.fromEntries(
    Object.entries(all).map(([name, read]) => [
      name,
      (receiver: GoValue) => goFunction({ in: [], out }, () => read(of(receiver))),
    ]),
  );
}

const clock =
  (part: 'year' | 'day' | 'hour' | 'minute' | 'second' | 'nanosecond' | 'yearDay') => (moment: Moment) =>
    BigInt(readClock(moment)[part]);

const nanoseconds = ({ seconds, nanoseconds: rest }: Moment) =>
  BigInt(seconds) * 1_000_000_000n + BigInt(rest);

function inZone(zone: Zone): Read {
  return moment => new GoMoment({ ...moment, zone });
}

function orders(all: Record<string, (difference: bigint) => boolean>): GoMethods {
  return Object.fromEntries(
    Object.entries(all).map(([name, holds]) => [
      name,
      (receiver: GoValue) =>
        goFunction({ in: ['time.Time'], out: 'bool' }, other => holds(between(of(receiver), of(other)))),
    ]),
  );
}

function addDate(moment: Moment, years: bigint, months: bigint, days: bigint): GoMoment {
  const { year, month, day, hour, minute, second } = readClock(moment);
  const month0 = month - 1 + Number(months);
  const shifted = {
    year: year + Number(years) + Math.floor(month0 / 12),
    month: (((month0 % 12) + 12) % 12) + 1,
    day: 1,
  };
  const date = dateOf(daysOf(shifted) + day - 1 + Number(days));
  return new GoMoment(momentIn(moment.zone, date, hour * 3600 + minute * 60 + second, moment.nanoseconds));
}

const METHODS: GoMethods = {
  ...readers('string', { String: moment => formatTime(moment, '2006-01-02 15:04:05.999999999 -0700 MST') }),
  ...readers('int', {
    Year: clock('year'),
    Day: clock('day'),
    Hour: clock('hour'),
    Minute: clock('minute'),
    Second: clock('second'),
    Nanosecond: clock('nanosecond'),
    YearDay: clock('yearDay'),
  }),
  ...readers('time.Month', { Month: moment => named('time.Month', readClock(moment).month, MONTHS, 1) }),
  ...readers('time.Weekday', {
    Weekday: moment => named('time.Weekday', readClock(moment).weekday, WEEKDAYS, 0),
  }),
  ...readers('int64', {
    Unix: ({ seconds }) => int64(BigInt(seconds)),
    UnixMilli: moment => int64(nanoseconds(moment) / 1_000_000n),
    UnixMicro: moment => int64(nanoseconds(moment) / 1_000n),
    UnixNano: moment => int64(nanoseconds(moment)),
  }),
  ...readers('time.Time', { UTC: inZone(UTC) }),
  ...readers('bool', { IsZero: moment => moment.seconds === ZERO_SECONDS && moment.nanoseconds === 0 }),
  ...orders({ After: by => by > 0n, Before: by => by < 0n, Equal: by => by === 0n }),
  Format: receiver =>
    goFunction({ in: ['string'], out: 'string' }, layout => formatTime(of(receiver), layout)),
  Add: receiver =>
    goFunction({ in: ['time.Duration'], out: 'time.Time' }, duration => {
      const size = duration instanceof GoNamed ? duration.value : duration;
      const by = typeof size === 'object' && size !== null && 'value' in size ? size.value : 0n;
      return new GoMoment(addNanoseconds(of(receiver), typeof by === 'bigint' ? by : 0n));
    }),
  AddDate: receiver =>
    goFunction({ in: ['int', 'int', 'int'], out: 'time.Time' }, (years, months, days) =>
      addDate(of(receiver), years, months, days),
    ),
  Sub: receiver =>
    goFunction({ in: ['time.Time'], out: 'time.Duration' }, other =>
      goDuration(between(of(receiver), of(other))),
    ),
};

const TYPE: StructType = {
  name: 'time.Time',
  fields: { wall: 'uint64', ext: 'int64', loc: '*time.Location' },
  methods: METHODS,
};
