/** A place's clock: what its time is called and how far it is from UTC at a moment. */
export interface Zone {
  /** As Go prints a location: `UTC`, `Europe/Berlin`, `Local`. */
  readonly name: string;
  at(epochSeconds: number): { offset: number; abbreviation: string };
}

export const UTC: Zone = { name: 'UTC', at: () => ({ offset: 0, abbreviation: 'UTC' }) };

export function fixedZone(name: string, offset: number): Zone {
  return { name, at: () => ({ offset, abbreviation: name }) };
}

/** Locales whose English names time zones of their part of the world by letters. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA', 'en-CA'];
const EARLIEST = -62_135_596_800;
const LATEST = 253_402_300_799;

/** A zone of the IANA database; undefined for a name it does not have. */
export function loadZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC') return UTC;
  if (!/^[A-Za-z0-9_+\-/]+$/.test(name) || /^[+-]/.test(name)) return undefined;
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    const names = LOCALES.map(
      locale => new Intl.DateTimeFormat(locale, { timeZone: name, timeZoneName: 'short' }),
    );
    return { name, at: seconds => clockAt(seconds, parts, names) };
  } catch {
    return undefined;
  }
}

function clockAt(seconds: number, parts: Intl.DateTimeFormat, names: Intl.DateTimeFormat[]) {
  const date = new Date(Math.min(Math.max(seconds, EARLIEST), LATEST) * 1000);
  const offset = offsetOf(zoneName(parts, date));
  const short = names.map(format => zoneName(format, date)).find(name => /^[A-Z]{2,5}$/.test(name));
  return { offset, abbreviation: short ?? numericName(offset) };
}

function zoneName(format: Intl.DateTimeFormat, date: Date): string {
  return format.formatToParts(date).find(part => part.type === 'timeZoneName')?.value ?? '';
}

/** `GMT+05:30`, in seconds. */
function offsetOf(text: string): number {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === '-' ? -size : size;
}

/** What zones without letters are called: `+0530`, `-03`. */
function numericName(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60);
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map(part => String(part).padStart(2, '0'));
  return `${offset < 0 ? '-' : '+'}${hour}${minute === '00' ? '' : minute}`;
}
