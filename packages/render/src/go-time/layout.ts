/** A piece of a layout of Go's time package: text as it is, or a part of the time in the form of the reference time. */
export interface LayoutPart {
  text: string;
  /** Undefined for text. */
  kind: LayoutKind | undefined;
}

export type LayoutKind =
  | 'longMonth'
  | 'month'
  | 'numMonth'
  | 'zeroMonth'
  | 'longWeekday'
  | 'weekday'
  | 'day'
  | 'underDay'
  | 'zeroDay'
  | 'underYearDay'
  | 'zeroYearDay'
  | 'hour'
  | 'hour12'
  | 'zeroHour12'
  | 'minute'
  | 'zeroMinute'
  | 'second'
  | 'zeroSecond'
  | 'longYear'
  | 'year'
  | 'PM'
  | 'pm'
  | 'zoneName'
  | 'isoZone'
  | 'numZone'
  | 'fraction0'
  | 'fraction9';

/** In the order in which Go looks for them at one place. */
const WORDS: [text: string, kind: LayoutKind][] = [
  ['January', 'longMonth'],
  ['Jan', 'month'],
  ['Monday', 'longWeekday'],
  ['Mon', 'weekday'],
  ['MST', 'zoneName'],
  ['002', 'zeroYearDay'],
  ['01', 'zeroMonth'],
  ['02', 'zeroDay'],
  ['03', 'zeroHour12'],
  ['04', 'zeroMinute'],
  ['05', 'zeroSecond'],
  ['06', 'year'],
  ['15', 'hour'],
  ['1', 'numMonth'],
  ['2006', 'longYear'],
  ['2', 'day'],
  ['__2', 'underYearDay'],
  ['_2', 'underDay'],
  ['3', 'hour12'],
  ['4', 'minute'],
  ['5', 'second'],
  ['PM', 'PM'],
  ['pm', 'pm'],
  ['-07:00:00', 'numZone'],
  ['-070000', 'numZone'],
  ['-07:00', 'numZone'],
  ['-0700', 'numZone'],
  ['-07', 'numZone'],
  ['Z07:00:00', 'isoZone'],
  ['Z070000', 'isoZone'],
  ['Z07:00', 'isoZone'],
  ['Z0700', 'isoZone'],
  ['Z07', 'isoZone'],
];

const KNOWN = new Map<string, LayoutPart[]>();

/** The parts of a layout, from left to right (`nextStdChunk`). */
export function layoutParts(layout: string): LayoutPart[] {
  const known = KNOWN.get(layout);
  if (known) return known;
  const parts: LayoutPart[] = [];
  let text = '';
  for (let at = 0; at < layout.length; ) {
    const part = partAt(layout, at);
    if (!part) {
      text += layout.charAt(at);
      at++;
      continue;
    }
    if (text !== '') parts.push({ text, kind: undefined });
    text = '';
    parts.push(part);
    at += part.text.length;
  }
  if (text !== '') parts.push({ text, kind: undefined });
  if (KNOWN.size > 100) KNOWN.clear();
  KNOWN.set(layout, parts);
  return parts;
}

function partAt(layout: string, at: number): LayoutPart | undefined {
  const fraction = /^[.,](0+|9+)(?![0-9])/.exec(layout.slice(at));
  if (fraction) return { text: fraction[0], kind: fraction[1]?.startsWith('0') ? 'fraction0' : 'fraction9' };
  // `_2006` is an underscore and a year.
  if (layout.startsWith('_2006', at)) return undefined;
  const word = WORDS.find(([text]) => layout.startsWith(text, at));
  if (!word) return undefined;
  const [text, kind] = word;
  // `Jan` and `Mon` are not found in words that go on with small letters.
  if ((kind === 'month' || kind === 'weekday') && /^[a-z]/.test(layout.slice(at + 3))) return undefined;
  return { text, kind };
}
