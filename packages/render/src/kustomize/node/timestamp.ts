/** A timestamp as Go writes its time in JSON (RFC 3339, nanoseconds as far as there are any). */
export function timestampText(text: string): string {
  const parts =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ]\s*(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?)?(Z|[-+]\d\d:\d\d)?$/.exec(
      text,
    );
  if (!parts) return text;
  const [
    ,
    year = '',
    month = '',
    day = '',
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    zone = 'Z',
  ] = parts;
  const two = (part: string): string => part.padStart(2, '0');
  const digits = fraction.slice(0, 9).replace(/0+$/, '');
  const nanoseconds = digits === '' ? '' : `.${digits}`;
  const offset = /^[-+]00:00$/.test(zone) ? 'Z' : zone;
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${nanoseconds}${offset}`;
}
