const DATE = '([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})';
const CLOCK = '([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?';
const FORMATS = [
  new RegExp(`^${DATE}$`),
  new RegExp(`^${DATE}[Tt]${CLOCK}(?:Z|[-+]([0-9]{2}):([0-9]{2}))$`),
  new RegExp(`^${DATE} +${CLOCK}$`),
];
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether go-yaml takes a text for a timestamp: three layouts, and a date that exists (`time.Parse`). */
export function isTimestamp(text: string): boolean {
  if (!/^[0-9]{4}-/.test(text)) return false;
  return FORMATS.some(format => {
    const parts = format.exec(text)?.slice(1).map(Number);
    return parts !== undefined && exists(parts);
  });
}

function exists([
  year = 0,
  month = 0,
  day = 0,
  hour = 0,
  minute = 0,
  second = 0,
  zone,
  zoneMinute,
]: number[]) {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = (DAYS[month - 1] ?? 0) + (leap ? 1 : 0);
  // A group that took no part is NaN, for which no comparison holds.
  const zoneFits = !((zone ?? 0) > 24 || (zoneMinute ?? 0) > 60);
  return day >= 1 && day <= days && hour < 24 && minute < 60 && second < 60 && zoneFits;
}
