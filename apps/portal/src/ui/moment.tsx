const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** A time as people say it, with the exact value on hover. */
export function Moment({ time }: { time: string | null | undefined }) {
  if (!time) return null;
  const seconds = (Date.parse(time) - Date.now()) / 1000;
  const [unit, length] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
  return (
    <time dateTime={time} title={time}>
      {RELATIVE.format(Math.round(seconds / length), unit)}
    </time>
  );
}

/** How long something took; empty until it has ended. */
export function durationOf(from: string | null | undefined, to: string | null | undefined): string {
  if (!from || !to) return '';
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
