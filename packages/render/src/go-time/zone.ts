import zoneNames from './zone-names.json' with { type: 'json' };

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

const EARLIEST = -62_135_596_800;
const LATEST = 253_402_300_799;

/** For each zone whose time is called by letters: the name at an offset. */
const NAMES = new Map<string, Map<number, string>>();
for (const [names, zones] of Object.entries(zoneNames)) {
  const byOffset = new Map<number, string>();
  const words = names.split(' ');
  for (let at = 0; at < words.length; at += 2) byOffset.set(Number(words[at + 1]), words[at] ?? '');
  for (const zone of zones.split(' ')) NAMES.set(zone, byOffset);
}

const KNOWN = new Map<string, Zone | undefined>();

/** A zone of the IANA database; undefined for a name it does not have. */
export function loadZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC') return UTC;
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,60}$/.test(name)) return undefined;
  if (!KNOWN.has(name)) KNOWN.set(name, findZone(name));
  return KNOWN.get(name);
}

function findZone(name: string): Zone | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    const names = NAMES.get(name);
    return {
      name,
      at: seconds => {
        const date = new Date(Math.min(Math.max(seconds, EARLIEST), LATEST) * 1000);
        const offset = offsetOf(zoneName(format, date));
        return { offset, abbreviation: names?.get(offset) ?? numericName(offset) };
      },
    };
  } catch {
    return undefined;
  }
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
