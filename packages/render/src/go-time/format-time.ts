import { MONTHS, WEEKDAYS } from './civil-date.ts';
import { type LayoutPart, layoutParts } from './layout.ts';
import { type ClockReading, type Moment, readClock } from './moment.ts';

/** `Time.Format`. */
export function formatTime(moment: Moment, layout: string): string {
  const clock = readClock(moment);
  return layoutParts(layout)
    .map(part => written(part, clock))
    .join('');
}

function padded(value: number, width: number, pad = '0'): string {
  const digits = String(Math.abs(value)).padStart(width, pad);
  return value < 0 ? `-${digits}` : digits;
}

function written({ text, kind }: LayoutPart, clock: ClockReading): string {
  const hour12 = clock.hour % 12 === 0 ? 12 : clock.hour % 12;
  const half = clock.hour >= 12 ? 'PM' : 'AM';
  switch (kind) {
    case undefined:
      return text;
    case 'longMonth':
      return MONTHS[clock.month - 1] ?? '';
    case 'month':
      return (MONTHS[clock.month - 1] ?? '').slice(0, 3);
    case 'longWeekday':
      return WEEKDAYS[clock.weekday] ?? '';
    case 'weekday':
      return (WEEKDAYS[clock.weekday] ?? '').slice(0, 3);
    case 'underDay':
      return padded(clock.day, 2, ' ');
    case 'underYearDay':
      return padded(clock.yearDay, 3, ' ');
    case 'zeroYearDay':
      return padded(clock.yearDay, 3);
    case 'PM':
      return half;
    case 'pm':
      return half.toLowerCase();
    case 'zoneName':
      return zoneText(clock);
    case 'isoZone':
      return clock.offset === 0 ? 'Z' : offsetText(clock.offset, text.slice(1));
    case 'numZone':
      return offsetText(clock.offset, text.slice(1));
    case 'fraction0':
    case 'fraction9':
      return fractionText(text, clock.nanosecond);
  }
  return numberText(kind, clock, hour12);
}

function numberText(kind: LayoutPart['kind'], clock: ClockReading, hour12: number): string {
  switch (kind) {
    case 'numMonth':
      return String(clock.month);
    case 'zeroMonth':
      return padded(clock.month, 2);
    case 'day':
      return String(clock.day);
    case 'zeroDay':
      return padded(clock.day, 2);
    case 'hour':
      return padded(clock.hour, 2);
    case 'hour12':
      return String(hour12);
    case 'zeroHour12':
      return padded(hour12, 2);
    case 'minute':
      return String(clock.minute);
    case 'zeroMinute':
      return padded(clock.minute, 2);
    case 'second':
      return String(clock.second);
    case 'zeroSecond':
      return padded(clock.second, 2);
    case 'longYear':
      return padded(clock.year, 4);
    case 'year':
      return padded(((clock.year % 100) + 100) % 100, 2);
    default:
      return '';
  }
}

function zoneText({ abbreviation, offset }: ClockReading): string {
  return abbreviation === '' ? offsetText(offset, '0700') : abbreviation;
}

/** `+0130` in the form of `0700`, `07:00`, `07` or with seconds. */
function offsetText(offset: number, form: string): string {
  const size = Math.abs(offset);
  const colon = form.includes(':') ? ':' : '';
  const parts = [Math.floor(size / 3600), Math.floor((size % 3600) / 60), size % 60].map(part =>
    padded(part, 2),
  );
  const count = form.replaceAll(':', '').length / 2;
  return (offset < 0 ? '-' : '+') + parts.slice(0, count).join(colon);
}

/** `.000` keeps zeros, `.999` drops them. */
function fractionText(form: string, nanosecond: number): string {
  const digits = padded(nanosecond, 9).slice(0, form.length - 1);
  if (form[1] === '0') return form.charAt(0) + digits.padEnd(form.length - 1, '0');
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '' : form.charAt(0) + kept;
}
