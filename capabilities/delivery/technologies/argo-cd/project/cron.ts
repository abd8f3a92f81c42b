/** Minutes, hours, days of the month, months and days of the week that a schedule names. */
export interface CronSchedule {
  minute: Set<number>;
  hour: Set<number>;
  day: Set<number>;
  month: Set<number>;
  weekday: Set<number>;
  /** Both days are restricted: one of them is enough. */
  eitherDay: boolean;
}

interface Bounds {
  min: number;
  max: number;
  names?: string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE: Bounds = { min: 0, max: 59 };
const HOUR: Bounds = { min: 0, max: 23 };
const DAY: Bounds = { min: 1, max: 31 };
const MONTH: Bounds = { min: 1, max: 12, names: MONTHS };
const WEEKDAY: Bounds = { min: 0, max: 6, names: DAYS };

/**
 * Five fields as Argo CD's parser (robfig/cron, without descriptors) takes them.
 * @throws Error with that parser's words
 */
export function parseCron(text: string): CronSchedule {
  if (text === '') throw new Error('empty spec string');
  if (/^(CRON_)?TZ=/.test(text))
    throw new Error('a time zone in the schedule is not supported, use timeZone');
  if (text.startsWith('@')) throw new Error(`parser does not accept descriptors: ${text}`);
  const fields = text.split(/\s+/).filter(field => field !== '');
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  if (fields.length !== 5)
    throw new Error(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  return {
    minute: fieldOf(minute, MINUTE),
    hour: fieldOf(hour, HOUR),
    day: fieldOf(day, DAY),
    month: fieldOf(month, MONTH),
    weekday: fieldOf(weekday, WEEKDAY),
    eitherDay: !isStar(day) && !isStar(weekday),
  };
}

function isStar(field: string): boolean {
  return field.split(',').some(part => /^[*?](\/[01])?$/.test(part));
}

function fieldOf(field: string, bounds: Bounds): Set<number> {
  const found = new Set<number>();
  for (const part of field.split(',').filter(each => each !== '')) {
    const { from, to, step } = rangeOf(part, bounds);
    for (let value = from; value <= to; value += step) found.add(value);
  }
  return found;
}

function rangeOf(part: string, bounds: Bounds): { from: number; to: number; step: number } {
  const [range = '', stepText, ...more] = part.split('/');
  if (more.length > 0) throw new Error(`too many slashes: ${part}`);
  const { from, to, single } = endsOf(range, bounds, part);
  const step = stepText === undefined ? 1 : numberOf(stepText);
  const last = single && stepText !== undefined ? bounds.max : to;
  if (from < bounds.min)
    throw new Error(`beginning of range (${from}) below minimum (${bounds.min}): ${part}`);
  if (last > bounds.max) throw new Error(`end of range (${last}) above maximum (${bounds.max}): ${part}`);
  if (from > last) throw new Error(`beginning of range (${from}) beyond end of range (${last}): ${part}`);
  if (step === 0) throw new Error(`step of range should be a positive number: ${part}`);
  return { from, to: last, step };
}

function endsOf(range: string, bounds: Bounds, part: string): { from: number; to: number; single: boolean } {
  if (range === '*' || range === '?') return { from: bounds.min, to: bounds.max, single: false };
  const [low = '', high, ...more] = range.split('-');
  if (more.length > 0) throw new Error(`too many hyphens: ${part}`);
  const from = placeOf(low, bounds);
  return { from, to: high === undefined ? from : placeOf(high, bounds), single: high === undefined };
}

function placeOf(text: string, { names = [], min }: Bounds): number {
  const at = names.indexOf(text.toLowerCase());
  return at < 0 ? numberOf(text) : at + min;
}

function numberOf(text: string): number {
  if (/^\+?\d+$/.test(text)) return Number(text);
  if (/^-\d+$/.test(text)) throw new Error(`negative number (${text}) not allowed: ${text}`);
  throw new Error(
    `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

const DAY_MS = 86_400_000;
/** A schedule that never comes (30 February) is given up after as many years as robfig/cron looks at. */
const MOST_DAYS = 366 * 5;

/** The first time of the schedule after a moment, both in milliseconds of UTC; undefined when there is none. */
export function nextTime(schedule: CronSchedule, afterMs: number): number | undefined {
  const first = Math.floor(afterMs / 60_000) * 60_000 + 60_000;
  const [hours, minutes] = [sorted(schedule.hour), sorted(schedule.minute)];
  for (let day = Math.floor(first / DAY_MS) * DAY_MS, count = 0; count < MOST_DAYS; day += DAY_MS, count++) {
    if (!isDay(schedule, new Date(day))) continue;
    for (const hour of hours) {
      const minute = minutes.find(each => day + hour * 3_600_000 + each * 60_000 >= first);
      if (minute !== undefined) return day + hour * 3_600_000 + minute * 60_000;
    }
  }
  return undefined;
}

function sorted(values: Set<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

function isDay({ day, month, weekday, eitherDay }: CronSchedule, date: Date): boolean {
  if (!month.has(date.getUTCMonth() + 1)) return false;
  const [byDay, byWeekday] = [day.has(date.getUTCDate()), weekday.has(date.getUTCDay())];
  return eitherDay ? byDay || byWeekday : byDay && byWeekday;
}
