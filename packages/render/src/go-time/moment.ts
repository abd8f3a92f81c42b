import { type CivilDate, dateOf, daysOf } from './civil-date.ts';
import type { Zone } from './zone.ts';

/** A Go `time.Time`: seconds since 1970 (UTC), nanoseconds beyond them, and where it is looked at. */
export interface Moment {
  seconds: number;
  nanoseconds: number;
  zone: Zone;
}

export interface ClockReading extends CivilDate {
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  /** Seconds east of UTC. */
  offset: number;
  abbreviation: string;
  /** From Sunday, 0. */
  weekday: number;
  /** From 1. */
  yearDay: number;
}

const DAY = 86_400;
/** Go's zero time, the first of January of the year 1. */
export const ZERO_SECONDS = -62_135_596_800;

export function readClock({ seconds, nanoseconds, zone }: Moment): ClockReading {
  const { offset, abbreviation } = zone.at(seconds);
  const local = seconds + offset;
  const days = Math.floor(local / DAY);
  const rest = local - days * DAY;
  const date = dateOf(days);
  return {
    ...date,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
    nanosecond: nanoseconds,
    offset,
    abbreviation,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: days - daysOf({ year: date.year, month: 1, day: 1 }) + 1,
  };
}

/** Seconds since 1970 of a reading of a clock `offset` seconds east of UTC. */
export function secondsAt(date: CivilDate, secondOfDay: number, offset: number): number {
  return daysOf(date) * DAY + secondOfDay - offset;
}

/** A reading of a zone's clock as a moment (`time.Date`): the offset is the one that holds then. */
export function momentIn(zone: Zone, date: CivilDate, secondOfDay: number, nanoseconds: number): Moment {
  const naive = secondsAt(date, secondOfDay, 0);
  const first = zone.at(naive).offset;
  let seconds = naive - first;
  const second = zone.at(seconds).offset;
  if (second !== first && zone.at(naive - second).offset === second) seconds = naive - second;
  return { seconds, nanoseconds, zone };
}

export function addNanoseconds(moment: Moment, duration: bigint): Moment {
  const total = BigInt(moment.nanoseconds) + duration;
  const rest = ((total % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return {
    ...moment,
    seconds: moment.seconds + Number((total - rest) / 1_000_000_000n),
    nanoseconds: Number(rest),
  };
}

/** Nanoseconds from `earlier` to `later`, within what a duration holds. */
export function between(later: Moment, earlier: Moment): bigint {
  const seconds = BigInt(later.seconds - earlier.seconds);
  const all = seconds * 1_000_000_000n + BigInt(later.nanoseconds - earlier.nanoseconds);
  const most = 2n ** 63n - 1n;
  if (all > most) return most;
  return all < -most - 1n ? -most - 1n : all;
}
