/** A point in time as expressions handle it; it prints as RFC 3339. */
export class Moment {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  toJSON(): string {
    return `${new Date(this.ms).toISOString().slice(0, 19)}Z`;
  }
  toString(): string {
    return this.toJSON();
  }
}

/** A length of time; it prints as Go does, e.g. `1m30s`. */
export class Span {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  toString(): string {
    return durationText(this.ms);
  }
  toJSON(): number {
    return this.ms * 1e6;
  }
}

type Method = (args: unknown[]) => unknown;

/** The methods of Go's time.Time and time.Duration that workflows call. */
export function methodsOf(value: unknown, name: string): Method | undefined {
  if (value instanceof Span) {
    const divisors: Record<string, number> = {
      Seconds: 1_000,
      Minutes: 60_000,
      Hours: 3_600_000,
      Milliseconds: 1,
    };
    const divisor = divisors[name];
    if (name === 'String') return () => value.toString();
    return divisor === undefined ? undefined : () => value.ms / divisor;
  }
  if (!(value instanceof Moment)) return undefined;
  const methods: Record<string, Method> = {
    Unix: () => Math.floor(value.ms / 1000),
    Format: ([layout]) => formatTime(value.ms, String(layout)),
    String: () => value.toString(),
    Year: () => new Date(value.ms).getUTCFullYear(),
    Month: () => new Date(value.ms).getUTCMonth() + 1,
    Day: () => new Date(value.ms).getUTCDate(),
    Hour: () => new Date(value.ms).getUTCHours(),
    Minute: () => new Date(value.ms).getUTCMinutes(),
    Second: () => new Date(value.ms).getUTCSeconds(),
  };
  return methods[name];
}

const UNITS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Milliseconds of a duration: `1h30m`, `90s`, or a bare number of seconds (Argo's ParseStringToDuration).
 * Undefined when it is none.
 */
export function parseDuration(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map(part => part[0]).join('') !== text) return undefined;
  return parts.reduce((sum, part) => sum + Number(part[1]) * (UNITS[part[2] ?? ''] ?? 0), 0);
}

/** Go's Duration.String() to whole milliseconds. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s';
  if (Math.abs(ms) < 1000) return `${ms}ms`;
  const [sign, whole] = [ms < 0 ? '-' : '', Math.abs(ms)];
  const [hours, minutes, seconds] = [
    Math.floor(whole / 3_600_000),
    Math.floor(whole / 60_000) % 60,
    (whole % 60_000) / 1000,
  ];
  const text = `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
  return sign + text;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const two = (value: number) => String(value).padStart(2, '0');

/** Go's time layouts (`2006-01-02T15:04:05Z07:00`), in UTC. */
export function formatTime(ms: number, layout: string): string {
  const date = new Date(ms);
  const [month, day] = [MONTHS[date.getUTCMonth()] ?? '', DAYS[date.getUTCDay()] ?? ''];
  const fields: Record<string, string> = {
    '2006': String(date.getUTCFullYear()),
    '06': two(date.getUTCFullYear() % 100),
    January: month,
    Jan: month.slice(0, 3),
    '01': two(date.getUTCMonth() + 1),
    Monday: day,
    Mon: day.slice(0, 3),
    '02': two(date.getUTCDate()),
    '15': two(date.getUTCHours()),
    '03': two(date.getUTCHours() % 12 || 12),
    '04': two(date.getUTCMinutes()),
    '05': two(date.getUTCSeconds()),
    'Z07:00': 'Z',
    '-0700': '+0000',
    MST: 'UTC',
    PM: date.getUTCHours() < 12 ? 'AM' : 'PM',
  };
  return layout.replace(
    /2006|January|Jan|Monday|Mon|Z07:00|-0700|MST|PM|01|02|03|04|05|06|15/g,
    token => fields[token] ?? token,
  );
}

/** `%Y-%m-%d` and the like (lestrrat strftime), for `workflow.creationTimestamp.%Y`. */
export function strftime(ms: number, letter: string): string | undefined {
  const layouts: Record<string, string> = {
    Y: '2006',
    m: '01',
    d: '02',
    H: '15',
    M: '04',
    S: '05',
    y: '06',
    B: 'January',
    b: 'Jan',
    A: 'Monday',
    a: 'Mon',
    F: '2006-01-02',
    T: '15:04:05',
    I: '03',
    p: 'PM',
    D: '01/02/06',
    R: '15:04',
    Z: 'MST',
    z: '-0700',
  };
  const layout = layouts[letter];
  if (layout) return formatTime(ms, layout);
  const day = Math.floor((ms - Date.UTC(new Date(ms).getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
  return letter === 'j' ? String(day).padStart(3, '0') : undefined;
}
