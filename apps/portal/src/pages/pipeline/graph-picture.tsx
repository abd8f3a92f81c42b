import { Link } from '@tanstack/react-router';
import { Health } from '../../ui/health.tsx';
import type { Graph, Placed } from './graph.ts';

const [WIDTH, HEIGHT, GAP_X, GAP_Y] = [184, 64, 40, 16];

/** Steps as boxes, with lines from each to those that waited for it. */
export function GraphPicture({ graph, chosen }: { graph: Graph; chosen: string | undefined }) {
  const width = Math.max(0, ...graph.places.map(({ column }) => left(column) + WIDTH));
  const height = Math.max(0, ...graph.places.map(({ row }) => top(row) + HEIGHT));
  return (
    <nav aria-label="Steps" className="graph">
      <div style={{ width, height }}>
        <svg width={width} height={height} aria-hidden>
          {graph.edges.map(({ from, to }) => (
            <path key={`${from.node.id} ${to.node.id}`} d={line(from, to)} />
          ))}
        </svg>
        {graph.places.map(({ node, column, row }) => (
          <Link
            key={node.id}
            to="."
            className="step"
            search={{ step: node.id } as never}
            aria-current={node.id === chosen ? 'step' : undefined}
            style={{ left: left(column), top: top(row), width: WIDTH, height: HEIGHT }}
          >
            <span>{node.displayName}</span>
            <Health word={node.phase} />
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

function line(from: Placed, to: Placed): string {
  const [x1, y1] = [left(from.column) + WIDTH, top(from.row) + HEIGHT / 2];
  const [x2, y2] = [left(to.column), top(to.row) + HEIGHT / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}
