import type { AnyObject, Kind } from '@slipway/api';
import {
  Application,
  Approval,
  BranchProtection,
  Build,
  ChangeRequest,
  CommitStatus,
  ConfigMap,
  Entity,
  Promotion,
  Template,
  Workflow,
  Workload,
} from '@slipway/kinds';

/** A kind of object that goes along with a team. */
export interface MovedKind {
  kind: Kind;
  /** What it tells of is over: its status goes along, and nothing acts on it where it arrives. */
  history: boolean;
  /** Which of the kind; default: all. */
  wanted?: (object: AnyObject) => boolean;
}

const ENDED = ['Succeeded', 'Failed', 'Error'];

/**
 * In the order in which they are made: what tells of the past first, so that a service finds the pipeline of its
 * revision done, and its image; services last.
 */
export const MOVED_KINDS: MovedKind[] = [
  { kind: Template as Kind, history: false },
  { kind: Entity as Kind, history: false },
  { kind: BranchProtection as Kind, history: false },
  { kind: CommitStatus as Kind, history: false },
  // Its numbers and its story stand in the status; it is no history, for an open one goes on.
  { kind: ChangeRequest as Kind, history: true },
  { kind: Workflow as Kind, history: true, wanted: object => ENDED.includes(phaseOf(object)) },
  {
    kind: ConfigMap as Kind,
    history: false,
    wanted: ({ metadata }) => /-build-log$/.test(metadata.name ?? ''),
  },
  { kind: Build as Kind, history: true, wanted: object => ENDED.includes(phaseOf(object)) },
  { kind: Promotion as Kind, history: true, wanted: object => statusOf(object).finishedAt !== undefined },
  { kind: Approval as Kind, history: true, wanted: object => phaseOf(object) !== '' },
  // Those of services, too: a later environment gets its from a promotion, which here is over.
  { kind: Application as Kind, history: true },
  { kind: Workload as Kind, history: false },
];

function statusOf(object: AnyObject): Record<string, unknown> {
  return (object.status as Record<string, unknown> | undefined) ?? {};
}

function phaseOf(object: AnyObject): string {
  return String(statusOf(object).phase ?? '');
}
