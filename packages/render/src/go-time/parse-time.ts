import { type CivilDate, dateOf, daysIn, daysOf, isLeap, MONTHS, WEEKDAYS } from './civil-date.ts';
import { type LayoutKind, type LayoutPart, layoutParts } from './layout.ts';
import { type Moment, momentIn, secondsAt } from './moment.ts';
import { quoteTime } from './quote-time.ts';
import { fixedZone, UTC, type Zone } from './zone.ts';

/** A text that does not fit its layout, in Go's words. */
export class TimeParseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TimeParseError';
  }
}

interface Found {
  year: number;
  month: number | undefined;
  day: number | undefined;
  yearDay: number | undefined;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  half: 'AM' | 'PM' | undefined;
  zone: Zone | undefined;
  offset: number | undefined;
  zoneName: string;
}

/** A value that is no such part, or (with `range`) one that no clock shows. */
class Misfit extends Error {
  readonly range: string;
  constructor(range = '') {
    super(range);
    this.range = range;
  }
}

/**
 * `time.ParseInLocation`.
 * @throws TimeParseError
 */
export function parseTime(layout: string, value: string, zone: Zone): Moment {
  return new TimeParser(layout, value).parse(zone);
}

class TimeParser {
  private readonly layout: string;
  private readonly value: string;
  private rest: string;
  private readonly found: Found = {
    year: 0,
    month: undefined,
    day: undefined,
    yearDay: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    half: undefined,
    zone: undefined,
    offset: undefined,
    zoneName: '',
  };

  constructor(layout: string, value: string) {
    this.layout = layout;
    this.value = value;
    this.rest = value;
  }

  parse(local: Zone): Moment {
    const parts = layoutParts(this.layout);
    for (const [at, part] of parts.entries()) this.part(part, parts[at + 1]?.kind);
    if (this.rest !== '') throw this.failure('', this.rest, `: extra text: ${quoteTime(this.rest)}`);
    return this.moment(this.date(), local);
  }

  private part({ text, kind }: LayoutPart, next: LayoutKind | undefined): void {
    const hold = this.rest;
    try {
      if (kind === undefined) this.skip(text);
      else this.read(kind, text, next);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      if (error.range !== '') throw this.failure(text, this.rest, `: ${error.range} out of range`);
      throw this.failure(text, kind === undefined ? this.rest : hold, '');
    }
  }

  private failure(layoutPart: string, valuePart: string, message: string): TimeParseError {
    if (message !== '') return new TimeParseError(`parsing time ${quoteTime(this.value)}${message}`);
    const where = `cannot parse ${quoteTime(valuePart)} as ${quoteTime(layoutPart)}`;
    return new TimeParseError(`parsing time ${quoteTime(this.value)} as ${quoteTime(this.layout)}: ${where}`);
  }

  /** Text of the layout; a run of spaces stands for any. */
  private skip(text: string): void {
    for (let at = 0; at < text.length; at++) {
      if (text[at] !== ' ') {
        this.take(text[at] === this.rest[0], 1);
        continue;
      }
      if (this.rest !== '' && this.rest[0] !== ' ') throw new Misfit();
      while (text[at + 1] === ' ') at++;
      this.rest = this.rest.replace(/^ +/, '');
    }
  }

  private take(fits: boolean, size: number): string {
    if (!fits) throw new Misfit();
    const taken = this.rest.slice(0, size);
    this.rest = this.rest.slice(size);
    return taken;
  }

  private matching(pattern: RegExp): string {
    const match = pattern.exec(this.rest)?.[0];
    return this.take(match !== undefined, match?.length ?? 0);
  }

  /** One or two digits; two with a leading zero in the layout. */
  private number(fixed: boolean, from: number, to: number, range: string): number {
    const value = Number(this.matching(fixed ? /^[0-9]{2}/ : /^[0-9]{1,2}/));
    if (value < from || value > to) throw new Misfit(range);
    return value;
  }

  private name(names: readonly string[], length?: number): number {
    const at = names.findIndex(name => {
      const wanted = name.slice(0, length);
      return this.rest.slice(0, wanted.length).toLowerCase() === wanted.toLowerCase();
    });
    this.take(at >= 0, (names[at] ?? '').slice(0, length).length);
    return at;
  }

  private read(kind: LayoutKind, text: string, next: LayoutKind | undefined): void {
    const { found } = this;
    switch (kind) {
      case 'year': {
        const year = Number(this.matching(/^[0-9]{2}/));
        found.year = year + (year >= 69 ? 1900 : 2000);
        return;
      }
      case 'longYear':
        found.year = Number(this.matching(/^[0-9]{4}/));
        return;
      case 'month':
      case 'longMonth':
        found.month = this.name(MONTHS, kind === 'month' ? 3 : undefined) + 1;
        return;
      case 'numMonth':
      case 'zeroMonth':
        found.month = this.number(kind === 'zeroMonth', 1, 12, 'month');
        return;
      case 'weekday':
      case 'longWeekday':
        this.name(WEEKDAYS, kind === 'weekday' ? 3 : undefined);
        return;
      case 'day':
      case 'underDay':
      case 'zeroDay':
        if (kind === 'underDay') this.rest = this.rest.replace(/^ /, '');
        found.day = this.number(kind === 'zeroDay', 0, 99, '');
        return;
      case 'underYearDay':
      case 'zeroYearDay':
        if (kind === 'underYearDay') this.rest = this.rest.replace(/^ {1,2}/, '');
        found.yearDay = Number(this.matching(kind === 'zeroYearDay' ? /^[0-9]{3}/ : /^[0-9]{1,3}/));
        return;
    }
    this.readClock(kind, text, next);
  }

  private readClock(kind: LayoutKind, text: string, next: LayoutKind | undefined): void {
    const { found } = this;
    switch (kind) {
      case 'hour':
        found.hour = this.number(false, 0, 23, 'hour');
        return;
      case 'hour12':
      case 'zeroHour12':
        found.hour = this.number(kind === 'zeroHour12', 0, 12, 'hour');
        return;
      case 'minute':
      case 'zeroMinute':
        found.minute = this.number(kind === 'zeroMinute', 0, 59, 'minute');
        return;
      case 'second':
      case 'zeroSecond':
        found.second = this.number(kind === 'zeroSecond', 0, 59, 'second');
        if (next !== 'fraction0' && next !== 'fraction9') this.fraction(/^[.,][0-9]+/);
        return;
      case 'fraction0':
        this.fraction(new RegExp(`^[.,][0-9]{${text.length - 1}}`), true);
        return;
      case 'fraction9':
        this.fraction(/^[.,][0-9]+/);
        return;
      case 'PM':
        found.half = this.matching(/^[AP]M/) === 'PM' ? 'PM' : 'AM';
        return;
      case 'pm':
        found.half = this.matching(/^[ap]m/) === 'pm' ? 'PM' : 'AM';
        return;
    }
    this.readZone(kind, text);
  }

  private fraction(pattern: RegExp, required = false): void {
    const digits = pattern.exec(this.rest)?.[0];
    if (digits === undefined && required) throw new Misfit();
    if (digits === undefined) return;
    this.rest = this.rest.slice(digits.length);
    this.found.nanosecond = Number(digits.slice(1, 10).padEnd(9, '0'));
  }

  private readZone(kind: LayoutKind, text: string): void {
    const { found } = this;
    if (kind === 'zoneName' ? this.rest.startsWith('UTC') : kind === 'isoZone' && this.rest.startsWith('Z')) {
      this.rest = this.rest.slice(kind === 'zoneName' ? 3 : 1);
      found.zone = UTC;
      return;
    }
    if (kind === 'zoneName') {
      found.zoneName = this.matching(
        /^(?:GMT[+-][0-9]{1,2}|ChST|MeST|WITA|[+-][0-9]{2}(?:[0-9]{2})?|[A-Z]{4}T|[A-Z]{3}T|[A-Z]{3}(?![A-Z]))/,
      );
      return;
    }
    const colon = text.includes(':') ? ':' : '';
    const count = text.slice(1).replaceAll(':', '').length / 2;
    // Go looks at the numbers before it looks at the sign.
    const pattern = new RegExp(`^.${Array(count).fill('[0-9]{2}').join(colon)}`);
    const written = this.matching(pattern);
    const [hour = 0, minute = 0, second = 0] = (written.match(/[0-9]{2}/g) ?? []).map(Number);
    // Of several numbers that are too large, Go names the last.
    if (second > 60) throw new Misfit('time zone offset second');
    if (minute > 60) throw new Misfit('time zone offset minute');
    if (hour > 24) throw new Misfit('time zone offset hour');
    if (!/^[+-]/.test(written)) throw new Misfit();
    const size = (hour * 60 + minute) * 60 + second;
    found.offset = written.startsWith('-') ? -size : size;
  }

  private date(): CivilDate {
    const { year, yearDay, month = 1, day = 1 } = this.found;
    const date = yearDay === undefined ? { year, month, day } : this.dateOfYearDay(yearDay);
    if (date.day < 1 || date.day > daysIn(date.month, year))
      throw this.failure('', this.rest, ': day out of range');
    return date;
  }

  private dateOfYearDay(yearDay: number): CivilDate {
    const { year, month, day } = this.found;
    if (yearDay < 1 || yearDay > (isLeap(year) ? 366 : 365))
      throw this.failure('', this.rest, ': day-of-year out of range');
    const date = dateOf(daysOf({ year, month: 1, day: 1 }) + yearDay - 1);
    if (month !== undefined && month !== date.month)
      throw this.failure('', this.rest, ': day-of-year does not match month');
    if (day !== undefined && day !== date.day)
      throw this.failure('', this.rest, ': day-of-year does not match day');
    return date;
  }

  private moment(date: CivilDate, local: Zone): Moment {
    const { half, minute, second, nanosecond, zone, offset, zoneName } = this.found;
    const base = this.found.hour;
    const hour = half === 'PM' && base < 12 ? base + 12 : half === 'AM' && base === 12 ? 0 : base;
    const secondOfDay = hour * 3600 + minute * 60 + second;
    if (zone) return momentIn(zone, date, secondOfDay, nanosecond);
    if (offset !== undefined)
      return offsetMoment(secondsAt(date, secondOfDay, offset), nanosecond, offset, zoneName, local);
    if (zoneName === '') return momentIn(local, date, secondOfDay, nanosecond);
    const naive = momentIn(local, date, secondOfDay, nanosecond);
    if (local.at(naive.seconds).abbreviation === zoneName) return naive;
    const hours = /^GMT([+-][0-9]+)$/.exec(zoneName)?.[1];
    // A zone that is not known here has no offset, which is added to the reading all the same.
    const unknown = fixedZone(zoneName, Number(hours ?? 0) * 3600);
    return { seconds: secondsAt(date, secondOfDay, 0), nanoseconds: nanosecond, zone: unknown };
  }
}

function offsetMoment(
  seconds: number,
  nanoseconds: number,
  offset: number,
  name: string,
  local: Zone,
): Moment {
  const here = local.at(seconds);
  const isLocal = here.offset === offset && (name === '' || here.abbreviation === name);
  return { seconds, nanoseconds, zone: isLocal ? local : fixedZone(name, offset) };
}
