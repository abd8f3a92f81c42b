import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

const [WIDTH, HEIGHT, GAP_X, GAP_Y] = [184, 64, 40, 16];

/** One box of a picture: where it stands, what it says, and where it leads. */
export interface Box {
  id: string;
  column: number;
  row: number;
  label: string;
  /** Below the label. */
  below: ReactNode;
  to: string;
  search?: Record<string, string>;
  /** The one that is looked at. */
  current?: boolean;
}

export interface BoxesProps {
  label: string;
  boxes: Box[];
  /** Lines from the right side of one box to the left side of another, by their ids. */
  lines: { from: string; to: string }[];
}

/** Boxes in columns with lines between them; each box is a link. It scrolls where it is wider than its place. */
export function Boxes({ label, boxes, lines }: BoxesProps) {
  const width = Math.max(0, ...boxes.map(({ column }) => left(column) + WIDTH));
  const height = Math.max(0, ...boxes.map(({ row }) => top(row) + HEIGHT));
  const byId = new Map(boxes.map(box => [box.id, box]));
  return (
    <nav aria-label={label} className="graph">
      <div style={{ width, height }}>
        <svg width={width} height={height} aria-hidden>
          {lines.map(({ from, to }) => (
            <path key={`${from} ${to}`} d={line(byId.get(from), byId.get(to))} />
          ))}
        </svg>
        {boxes.map(box => (
          <Link
            key={box.id}
            to={box.to}
            className="step"
            search={box.search as never}
            aria-current={box.current ? 'step' : undefined}
            style={{ left: left(box.column), top: top(box.row), width: WIDTH, height: HEIGHT }}
          >
            <span title={box.label}>{box.label}</span>
            {box.below}
          </Link>
        ))}
      </div>
    </nav>
  );
}

function left(column: number): number {
  return column * (WIDTH + GAP_X);
}

function top(row: number): number {
  return row * (HEIGHT + GAP_Y);
}

function line(from: Box | undefined, to: Box | undefined): string {
  if (!from || !to) return '';
  const [x1, y1] = [left(from.column) + WIDTH, top(from.row) + HEIGHT / 2];
  const [x2, y2] = [left(to.column), top(to.row) + HEIGHT / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}
