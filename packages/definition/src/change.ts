import type { ObjectDifference } from './diff.ts';
import type { Selection } from './selection.ts';

/** What applying a definition to a running platform comes to. */
export interface Change {
  /** Taken up at once. */
  live: ObjectDifference[];
  /** Taken up at the next start, each said by name. */
  atNextStart: string[];
}

/** What the running process was started with and its objects do not say. */
export interface Started {
  domain: string;
  appsDomain: string;
}

/**
 * Parts a change: teams, and fields of objects that are there, change while the platform runs; engines, addresses and
 * the list of environments are read once, when it starts.
 */
export function partChange(differences: ObjectDifference[], selection: Selection, started: Started): Change {
  const later = differences.flatMap(each => {
    if (each.kind === 'Component') return [`technology ${each.name}: ${wordOf(each)}`];
    if (each.kind === 'Environment' && !isLive(each)) return [`environment ${each.name}: ${wordOf(each)}`];
    return [];
  });
  const addresses = (['domain', 'appsDomain'] as const)
    .filter(name => started[name] !== selection[name])
    .map(name => `${name}: ${started[name]} → ${selection[name]}`);
  return { live: differences.filter(isLive), atNextStart: [...addresses, ...later] };
}

function isLive({ kind, result }: ObjectDifference): boolean {
  return kind === 'Team' || (result === 'changed' && kind !== 'Component');
}

function wordOf({ result, fields }: ObjectDifference): string {
  if (result === 'new') return 'added';
  if (result === 'gone') return 'removed';
  return `other ${[...new Set(fields.map(({ field }) => field.split('.')[1] ?? field))].join(', ')}`;
}
