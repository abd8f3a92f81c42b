import { apiVersionOf, type Json, type KubeObject, StatusError, timestamp } from '@slipway/api';
import { defaultObject } from '../defaults/index.ts';
import type { ResourceInfo } from '../schema/index.ts';
import { sameJson } from '../schema/same-json.ts';
import { checkTypes } from './check-types.ts';
import { conflictError, withoutAllowed } from './conflict.ts';
import type { FieldSet } from './field-set.ts';
import { allowedByLastApplied, refreshLastApplied } from './last-applied.ts';
import {
  formatManagers,
  identityOf,
  type Manager,
  type Managers,
  parseManagers,
  withManagers,
  withoutEmpty,
} from './managers.ts';
import { merge } from './merge.ts';
import { ownable, withoutMeta } from './reset-fields.ts';
import { toFieldSet } from './to-field-set.ts';
import { bare, recordUpdate } from './track-update.ts';
import { prune, takeOver } from './updater.ts';

export interface ApplyRequest {
  /** What is stored; absent when the object does not exist yet. */
  live?: KubeObject | undefined;
  /** The applied configuration: exactly the fields its manager wants to own. */
  applied: KubeObject;
  manager: string;
  /** Takes fields over from other managers instead of answering 409. */
  force: boolean;
  info: ResourceInfo;
  /** Milliseconds since 1970. */
  now: number;
  /** `status`, `scale`, … when the request goes to a subresource. */
  subresource?: string | undefined;
}

export interface ApplyResult {
  /** With defaults filled in. */
  object: KubeObject;
  /** False when nothing but times would differ: `object` is then the live one, and need not be written. */
  changed: boolean;
}

/**
 * Server-side apply (structured-merge-diff): merges, prunes what this manager gave up, records who owns what.
 * @throws StatusError Conflict with one cause for each field that another manager owns; BadRequest
 */
export function serverSideApply(request: ApplyRequest): ApplyResult {
  const { live, applied, info } = request;
  checkApplied(applied, info);
  const before = live ?? { apiVersion: applied.apiVersion, kind: applied.kind, metadata: {} };
  const managers = live ? managersOf(live, request) : new Map();
  const { object, record } = applyTo(before, managers, request);
  const defaulted = defaultObject(withManagers(object, record), info);
  const result = request.manager === 'kubectl' ? refreshLastApplied(defaulted, applied) : defaulted;
  if (live && isUnchanged(live, result)) return { object: live, changed: false };
  return { object: result, changed: true };
}

function checkApplied(applied: KubeObject, info: ResourceInfo): void {
  const expected = apiVersionOf(info.kind);
  if (applied.apiVersion !== expected) {
    throw new StatusError(
      'BadRequest',
      `Incorrect version specified in apply patch. Specified patch version: ${applied.apiVersion}, expected: ${expected}`,
    );
  }
  if (applied.metadata.managedFields) {
    throw new StatusError('BadRequest', 'metadata.managedFields must be nil');
  }
  checkTypes(applied, info);
}

/** What was there before anybody applied belongs to `before-first-apply`. */
function managersOf(live: KubeObject, { info, now }: ApplyRequest): Managers {
  const managers = parseManagers(live.metadata.managedFields) ?? new Map();
  if (managers.size > 0) return managers;
  return recordUpdate({ updated: live, manager: 'before-first-apply', info, now, managers });
}

function applyTo(
  live: KubeObject,
  managers: Managers,
  request: ApplyRequest,
): { object: KubeObject; record: Managers } {
  const { applied, info } = request;
  const subresource = request.subresource ?? '';
  const own: Manager = {
    manager: request.manager,
    operation: 'Apply',
    apiVersion: apiVersionOf(info.kind),
    subresource,
    time: timestamp(request.now),
    set: ownable(toFieldSet(applied as unknown as Json, info.schema), info, subresource),
  };
  const self = identityOf(own);
  const last: FieldSet | undefined = managers.get(self)?.set;
  const all: Managers = new Map(managers).set(self, own);
  const before = bare(live);
  const merged = merge(before, applied as unknown as Json, info.schema) ?? before;
  const after = prune({ merged, schema: info.schema, last, managers: all });
  const outcome = takeOver({ before, after, info, subresource, managers: all, self });
  refuseConflicts(outcome.conflicts, live, request);
  const record = new Map(outcome.managers).set(self, { ...own, set: withoutMeta(own.set) });
  return { object: after as unknown as KubeObject, record: withoutEmpty(record) };
}

function refuseConflicts(
  conflicts: Parameters<typeof conflictError>[0],
  live: KubeObject,
  { force, manager, info }: ApplyRequest,
): void {
  if (force || conflicts.length === 0) return;
  // kubectl moves from client-side to server-side apply without conflicts with its former self.
  const allowed = manager === 'kubectl' ? allowedByLastApplied(live, info) : undefined;
  const left = allowed ? withoutAllowed(conflicts, allowed) : conflicts;
  if (left.length > 0) throw conflictError(left);
}

function isUnchanged(live: KubeObject, result: KubeObject): boolean {
  return sameJson(bare(live), bare(result)) && sameJson(untimed(live), untimed(result));
}

function untimed(object: KubeObject): unknown {
  const managers = parseManagers(object.metadata.managedFields) ?? new Map();
  return formatManagers(managers)
    .map(({ time: _time, ...entry }) => JSON.stringify(entry))
    .sort();
}
