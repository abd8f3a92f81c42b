import { Boxes } from '../../ui/boxes.tsx';
import { Health } from '../../ui/health.tsx';
import type { Graph } from './graph.ts';

/** Steps as boxes, with lines from each to those that waited for it. */
export function GraphPicture({ graph, chosen }: { graph: Graph; chosen: string | undefined }) {
  const boxes = graph.places.map(({ node, column, row }) => ({
    id: node.id,
    column,
    row,
    label: node.displayName,
    below: <Health word={node.phase} />,
    to: '.',
    search: { step: node.id },
    current: node.id === chosen,
  }));
  const lines = graph.edges.map(({ from, to }) => ({ from: from.node.id, to: to.node.id }));
  return <Boxes label="Steps" boxes={boxes} lines={lines} />;
}
