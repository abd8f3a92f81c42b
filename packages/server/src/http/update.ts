import { type KubeObject, type ObjectMeta, StatusError } from '@slipway/api';
import { trackUpdate } from '../apply/index.ts';
import { defaultObject } from '../defaults/index.ts';
import { validateObject, validateUpdate } from '../schema/index.ts';
import { sameJson } from '../schema/same-json.ts';
import type { Entry } from '../store/store.ts';
import { mutateByAdmission, validateByAdmission } from './admit.ts';
import { commit, type Decision } from './commit.ts';
import { parseEntry } from './convert.ts';
import { createDecision, namespaceFor, validAfter } from './create.ts';
import { decodeObject } from './decode.ts';
import { entryAnswer, objectAnswer } from './encode.ts';
import { type Exchange, type Target, targetOf } from './exchange.ts';
import { contentChanged, countsGenerations } from './generation.ts';
import { mayCreateByUpdate, needsVersion } from './kind-rules.ts';
import { type WriteOptions, writeOptions } from './options.ts';
import { dealsWith, pause } from './pause.ts';
import { detailsOf, invalidField, notFound, subjectOf } from './refusals.ts';
import { restrict } from './subresource.ts';

/** Endpoint: PUT of a whole object, or of one of its subresources. */
export async function update(exchange: Exchange): Promise<void> {
  const target = targetOf(exchange);
  const options = writeOptions(exchange);
  const object = await decodeObject(exchange, target.info);
  const name = target.name ?? '';
  if (object.metadata.name && object.metadata.name !== name) {
    throw new StatusError(
      'BadRequest',
      `the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  const place = { target, name, verb: 'update', dryRun: options.dryRun };
  let created = false;
  const outcome = await commit(exchange, place, async live => {
    const updated = { ...object, metadata: { ...object.metadata, name, ...namespaceFor(target, object) } };
    if (live) return updateDecision(exchange, { target, live, updated, options, conditional: true });
    if (!mayCreateByUpdate(target.info) || target.subresource || object.metadata.uid)
      throw notFound(target.info, name);
    created = true;
    return createDecision(exchange, { target, object: updated, options });
  });
  answerWrite(exchange, outcome, created ? 201 : 200);
}

/** The answer to a write that left an object: the stored one, or what a dry run would have stored. */
export function answerWrite(
  exchange: Exchange,
  outcome: { object: KubeObject; entry: Entry | undefined },
  status: number,
): void {
  const { info } = targetOf(exchange);
  const dryRun = writeOptions(exchange).dryRun;
  exchange.answer =
    outcome.entry && !dryRun
      ? entryAnswer(exchange, outcome.entry, info, status)
      : objectAnswer(exchange, outcome.object, info, status);
}

export interface Updating {
  target: Target;
  live: Entry;
  /** The whole object as it shall be; its status is ignored unless the status is what is written. */
  updated: KubeObject;
  options: WriteOptions;
  /** A PUT must name the version it is based on where the kind demands it. */
  conditional?: boolean;
  /** Server-side apply has its own managedFields already. */
  tracked?: boolean;
}

/** Subresources that exist to change what an update of the whole object may not. */
const OWN_RULES = new Set(['binding', 'ephemeralcontainers', 'resize', 'finalize']);

/** Everything between a new state of an existing object and what is stored. */
export async function updateDecision(exchange: Exchange, updating: Updating): Promise<Decision> {
  const { target, options } = updating;
  dealsWith(exchange, updating.live.text.length);
  const live = parseEntry(updating.live, target.info);
  checkBase(updating, live);
  checkFinalizers(target, live, updating.updated);
  const name = target.name ?? '';
  const allowed = restrict(
    withFixedMetadata(updating.updated, live, updating.tracked === true),
    live,
    target,
  );
  const whole = defaultObject(allowed, target.info);
  await pause(exchange);
  const checked = validateObject(whole, target.info, options.validation, exchange.complaints);
  exchange.warnings.push(...checked.warnings);
  if (!OWN_RULES.has(target.subresource ?? '')) validateUpdate(live, checked.object, target.info);
  const admitting = { operation: 'UPDATE' as const, target, name, oldObject: live, dryRun: options.dryRun };
  const mutated = await mutateByAdmission(exchange, { ...admitting, object: checked.object });
  await pause(exchange);
  const valid = validAfter(mutated, checked.object, target.info);
  const object = withGeneration({ target, live, object: valid });
  await validateByAdmission(exchange, { ...admitting, object });
  await pause(exchange);
  const final = updating.tracked ? object : tracked(exchange, updating, { live, object });
  await pause(exchange);
  if (sameJson(withoutTimes(final), withoutTimes(live))) return { change: 'keep', object: live };
  return { change: isFinished(final) ? 'remove' : 'put', object: final };
}

function checkBase(updating: Updating, live: KubeObject): void {
  const { target, updated } = updating;
  const { resourceVersion, uid } = updated.metadata;
  const name = target.name ?? '';
  const details = detailsOf(target.info, name);
  const subject = subjectOf(target.info, name);
  if (uid && uid !== live.metadata.uid) {
    throw new StatusError(
      'Conflict',
      `Operation cannot be fulfilled on ${subject}: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`,
      details,
    );
  }
  if (resourceVersion && resourceVersion !== '0' && resourceVersion !== live.metadata.resourceVersion) {
    throw new StatusError(
      'Conflict',
      `Operation cannot be fulfilled on ${subject}: the object has been modified; please apply your changes to the latest version and try again`,
      details,
    );
  }
  if (resourceVersion || !updating.conditional || !needsVersion(target.info)) return;
  const message = 'Invalid value: 0: must be specified for an update';
  // Upstream names the resource here, not the kind.
  const named = { kind: { ...target.info.kind, kind: target.info.kind.plural } };
  throw invalidField(named, name, { field: 'metadata.resourceVersion', message });
}

/** What is dying may lose finalizers, not gain them. */
function checkFinalizers(target: Target, live: KubeObject, updated: KubeObject): void {
  if (live.metadata.deletionTimestamp === undefined) return;
  const before = new Set(live.metadata.finalizers ?? []);
  const added = (updated.metadata.finalizers ?? []).filter(finalizer => !before.has(finalizer));
  if (added.length === 0) return;
  const list = added.map(finalizer => JSON.stringify(finalizer)).join(', ');
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  throw invalidField(target.info, target.name ?? '', { field: 'metadata.finalizers', message });
}

/** What no client changes: identity, times of birth and death. */
function withFixedMetadata(updated: KubeObject, live: KubeObject, tracked: boolean): KubeObject {
  const { deletionTimestamp, deletionGracePeriodSeconds, managedFields, generation, ...metadata } =
    updated.metadata;
  const { metadata: fixed } = live;
  const merged: ObjectMeta = {
    ...metadata,
    ...(fixed.name === undefined ? {} : { name: fixed.name }),
    ...(fixed.namespace === undefined ? {} : { namespace: fixed.namespace }),
    ...(fixed.uid === undefined ? {} : { uid: fixed.uid }),
    ...(fixed.creationTimestamp === undefined ? {} : { creationTimestamp: fixed.creationTimestamp }),
    ...(fixed.generation === undefined ? {} : { generation: fixed.generation }),
    ...(fixed.deletionTimestamp === undefined ? {} : { deletionTimestamp: fixed.deletionTimestamp }),
    ...(fixed.deletionGracePeriodSeconds === undefined
      ? {}
      : { deletionGracePeriodSeconds: fixed.deletionGracePeriodSeconds }),
    ...(fixed.generateName === undefined ? {} : { generateName: fixed.generateName }),
    ...managedFieldsFor(updated, live, tracked),
    resourceVersion: fixed.resourceVersion ?? '',
  };
  return { ...updated, metadata: merged };
}

/** What a client says of managers counts, as far as it is legal (`track-update.ts`); nothing said is nothing changed. */
function managedFieldsFor(updated: KubeObject, live: KubeObject, tracked: boolean): ObjectMeta {
  const given = updated.metadata.managedFields ?? (tracked ? undefined : live.metadata.managedFields);
  return given ? { managedFields: given } : {};
}

function withGeneration({
  target,
  live,
  object,
}: {
  target: Target;
  live: KubeObject;
  object: KubeObject;
}): KubeObject {
  const { info, subresource } = target;
  if (subresource === 'status' || subresource === 'binding' || !countsGenerations(info)) return object;
  const statusCounts = info.custom && !info.subresources.some(candidate => candidate.name === 'status');
  if (!contentChanged(live, object, statusCounts)) return object;
  return { ...object, metadata: { ...object.metadata, generation: (live.metadata.generation ?? 0) + 1 } };
}

function tracked(
  exchange: Exchange,
  { target, options }: Updating,
  { live, object }: { live: KubeObject; object: KubeObject },
): KubeObject {
  const now = exchange.parts.clock.now();
  const { info, subresource } = target;
  return trackUpdate({
    live,
    updated: object,
    manager: options.manager,
    info,
    now,
    ...(subresource === undefined ? {} : { subresource }),
  });
}

/** For comparing: managers' times alone are no change. */
function withoutTimes(object: KubeObject): KubeObject {
  const { managedFields, ...metadata } = object.metadata;
  const timeless = managedFields?.map(({ time: _time, ...entry }) => entry);
  return { ...object, metadata: { ...metadata, ...(timeless ? { managedFields: timeless } : {}) } };
}

/** A dying object without finalizers or grace is gone with this write. */
function isFinished(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (deletionTimestamp === undefined || (finalizers ?? []).length > 0) return false;
  const { spec } = object as KubeObject & { spec?: { finalizers?: string[] } };
  if (object.kind === 'Namespace' && (spec?.finalizers ?? []).length > 0) return false;
  return (deletionGracePeriodSeconds ?? 0) === 0;
}
