import { Cron } from 'croner';

/** Times of a schedule. */
export interface Schedule {
  /** The first one after `after`, in milliseconds; undefined when there is none. */
  next(after: number): number | undefined;
}

const EVERY = /^@every\s+((?:\d+h)?(?:\d+m)?(?:\d+s)?)$/;

/**
 * A schedule as CronJobs write it: five fields, `@hourly` and its like, `@every 1h30m`. Without a time zone it is UTC.
 * @throws Error when the text is no schedule or the zone is not known
 */
export function parseSchedule(text: string, timeZone = 'Etc/UTC'): Schedule {
  if (/^(CRON_)?TZ=/.test(text))
    throw new Error('cannot use TZ or CRON_TZ in schedule, use timeZone instead');
  const every = EVERY.exec(text.trim());
  if (every?.[1]) return everySchedule(every[1]);
  if (!text.startsWith('@') && text.trim().split(/\s+/).length !== 5) {
    throw new Error(`expected exactly 5 fields, found ${text.trim().split(/\s+/).length}`);
  }
  const cron = new Cron(text, { timezone: timeZone, paused: true });
  return { next: after => cron.nextRun(new Date(after))?.getTime() };
}

function everySchedule(text: string): Schedule {
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000 };
  const ms = [...text.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, size, unit]) => sum + Number(size) * (units[unit ?? ''] ?? 0),
    0,
  );
  if (ms < 1_000) throw new Error(`not a duration: ${text}`);
  return { next: after => Math.floor(after / 1_000) * 1_000 + ms };
}
