import type { WorkflowNode } from '../../api/workflow.ts';

export interface Placed {
  node: WorkflowNode;
  column: number;
  row: number;
}

export interface Graph {
  places: Placed[];
  edges: { from: Placed; to: Placed }[];
}

/** Nodes that do something; the others only group. */
const DRAWN = new Set(['Pod', 'Suspend', 'Skipped', 'Container', 'HTTP', 'Plugin']);

/** Steps of a run with their places: a step stands one column after the last of those it waited for. */
export function graphOf(nodes: Record<string, WorkflowNode>): Graph {
  const drawn = Object.values(nodes).filter(node => DRAWN.has(node.type));
  const after = new Map(drawn.map(node => [node.id, followersOf(node, nodes)]));
  const columns = columnsOf(drawn, after);
  const rows = new Map<number, number>();
  const places = drawn
    .sort((a, b) => (a.startedAt ?? '').localeCompare(b.startedAt ?? '') || a.name.localeCompare(b.name))
    .map(node => {
      const column = columns.get(node.id) ?? 0;
      const row = rows.get(column) ?? 0;
      rows.set(column, row + 1);
      return { node, column, row };
    });
  const edges = places.flatMap(from =>
    places.filter(({ node }) => after.get(from.node.id)?.has(node.id)).map(to => ({ from, to })),
  );
  return { places, edges };
}

/** Next drawn nodes behind a node, through those that only group. */
function followersOf(node: WorkflowNode, nodes: Record<string, WorkflowNode>): Set<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const open = [...(node.children ?? [])];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const next = nodes[id];
    if (!next || seen.has(id)) continue;
    seen.add(id);
    if (DRAWN.has(next.type)) found.add(id);
    if (!DRAWN.has(next.type)) open.push(...(next.children ?? []));
  }
  return found;
}

function columnsOf(drawn: WorkflowNode[], after: Map<string, Set<string>>): Map<string, number> {
  const columns = new Map(drawn.map(node => [node.id, 0]));
  // A graph without cycles settles in as many rounds as it has nodes; one with cycles ends there too.
  for (let round = 0; round < drawn.length; round++) {
    let moved = false;
    for (const [id, followers] of after) {
      const next = (columns.get(id) ?? 0) + 1;
      for (const follower of followers) {
        if ((columns.get(follower) ?? 0) >= next) continue;
        columns.set(follower, next);
        moved = true;
      }
    }
    if (!moved) break;
  }
  return columns;
}
