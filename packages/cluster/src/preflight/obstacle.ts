/** A question that is asked before anything is applied; stable, for scripts. */
export type ObstacleCheck =
  | 'kubernetes'
  | 'capacity'
  | 'storage'
  | 'load-balancer'
  | 'cloud'
  | 'permission'
  | 'owner'
  | 'kind'
  | 'half-applied'
  | 'platform'
  | 'terminating'
  | 'namespace'
  | 'existing';

/** One thing that stands in a plan's way, or may do so. */
export interface Obstacle {
  check: ObstacleCheck;
  /** What is not as it has to be. */
  what: string;
  /** Of which component, object or node. */
  where: string;
  /** The way out. */
  advice: string;
  /** It may work all the same: told, and nothing is stopped. */
  isWarning?: true;
}

/** `what: where; what to do`, as every error of ours. */
export function obstacleText({ what, where, advice }: Obstacle): string {
  return `${what}: ${where}; ${advice}`;
}

const MOST_NAMED = 8;

/** `a, b, c and 4 more`, in the order of their names. */
export function named(names: string[]): string {
  const sorted = [...new Set(names)].sort();
  const rest = sorted.length - MOST_NAMED;
  return rest > 0 ? `${sorted.slice(0, MOST_NAMED).join(', ')} and ${rest} more` : sorted.join(', ');
}
