interface Props {
  values: number[];
  /** What the line shows, for those who do not see it. */
  label: string;
}

const WIDTH = 96;
const HEIGHT = 20;

/** A small line of how something went; one point or none draws nothing. */
export function Trend({ values, label }: Props) {
  if (values.length < 2) return null;
  const most = Math.max(1, ...values);
  const points = values.map((value, index) => {
    const x = 1 + (index / (values.length - 1)) * (WIDTH - 2);
    const y = HEIGHT - 2 - (value / most) * (HEIGHT - 4);
    return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
  });
  return (
    <svg className="trend" width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <polyline points={points.join(' ')} />
    </svg>
  );
}
