import { type Json, type KubeObject, StatusError } from '@slipway/api';
import { serverSideApply } from '../apply/index.ts';
import { applyJsonPatch, applyMergePatch, applyStrategicPatch } from '../patch/index.ts';
import type { Entry } from '../store/store.ts';
import { commit, type Decision } from './commit.ts';
import { parseEntry } from './convert.ts';
import { createDecision, namespaceFor } from './create.ts';
import { asObject, decodeBody, isRecord, mediaType } from './decode.ts';
import { type Exchange, type Target, targetOf } from './exchange.ts';
import { type WriteOptions, writeOptions } from './options.ts';
import { asPatchRefusal, complainOfJsonPatch, JSON_PATCH, refuseLooseApply } from './patch-strictness.ts';
import { pause } from './pause.ts';
import { invalidOptions, notFound } from './refusals.ts';
import { answerWrite, updateDecision } from './update.ts';

const APPLY = 'application/apply-patch+yaml';
const STRATEGIC = 'application/strategic-merge-patch+json';
const KINDS = [JSON_PATCH, 'application/merge-patch+json', STRATEGIC, APPLY];

/** Endpoint: PATCH in one of the four ways. */
export async function patch(exchange: Exchange): Promise<void> {
  const target = targetOf(exchange);
  const options = writeOptions(exchange);
  const type = mediaType(exchange.incoming.contentType);
  if (!KINDS.includes(type)) {
    throw new StatusError('UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
  const body = await decodeBody(exchange);
  if (type === JSON_PATCH) complainOfJsonPatch(exchange, body);
  if (type === APPLY) refuseLooseApply(exchange, options.validation);
  const place = { target, name: target.name ?? '', verb: 'patch', dryRun: options.dryRun };
  if (type === APPLY && !exchange.incoming.query.get('fieldManager')) {
    throw invalidOptions('PatchOptions', 'fieldManager', 'Required value: is required for apply patch');
  }
  let created = false;
  const outcome = await commit(exchange, place, async live => {
    created = live === undefined;
    const patching = { target, live, body, type, options };
    return type === APPLY ? applyDecision(exchange, patching) : patchDecision(exchange, patching);
  });
  answerWrite(exchange, outcome, created ? 201 : 200);
}

interface Patching {
  target: Target;
  live: Entry | undefined;
  body: unknown;
  type: string;
  options: WriteOptions;
}

async function patchDecision(exchange: Exchange, patching: Patching): Promise<Decision> {
  const { target, live, body, type, options } = patching;
  if (!live) throw notFound(target.info, target.name ?? '');
  const object = parseEntry(live, target.info);
  const updated = asObject(patched(object, patching), target.info);
  const { resourceVersion } = updated.metadata;
  const { name } = updated.metadata;
  if (name !== target.name) {
    throw new StatusError(
      'BadRequest',
      `the name of the object (${name}) does not match the name on the URL (${target.name})`,
    );
  }
  const metadata = {
    ...updated.metadata,
    ...namespaceFor(target, updated),
    ...(resourceVersion ? { resourceVersion } : {}),
  };
  const decision = updateDecision(exchange, { target, live, updated: { ...updated, metadata }, options });
  return asPatchRefusal(decision, { object: updated, body, strategic: type === STRATEGIC });
}

/** The object with the patch applied, by the patch's own rules. */
export function patched(
  object: KubeObject,
  { body, type, target }: Pick<Patching, 'body' | 'type' | 'target'>,
): unknown {
  const document = object as unknown as Json;
  if (type === JSON_PATCH) {
    if (!Array.isArray(body)) throw new StatusError('BadRequest', 'a JSON patch is a list of operations');
    return applyJsonPatch(document, body);
  }
  if (!isRecord(body)) throw new StatusError('BadRequest', 'the patch is not an object');
  if (type === 'application/merge-patch+json') return applyMergePatch(document, body as Json);
  if (target.info.custom) {
    throw new StatusError(
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  }
  return applyStrategicPatch(document, body as Json, target.info);
}

async function applyDecision(exchange: Exchange, patching: Patching): Promise<Decision> {
  const { target, live, options } = patching;
  const applied = asObject(patching.body, target.info);
  if (applied.metadata.managedFields) {
    throw new StatusError('BadRequest', 'metadata.managedFields must be nil');
  }
  if (!live && (target.subresource || applied.metadata.uid)) throw notFound(target.info, target.name ?? '');
  const metadata = { ...applied.metadata, name: target.name ?? '', ...namespaceFor(target, applied) };
  const result = serverSideApply({
    live: live ? parseEntry(live, target.info) : undefined,
    applied: { ...applied, metadata },
    manager: options.manager,
    force: options.force,
    info: target.info,
    now: exchange.parts.clock.now(),
    ...(target.subresource === undefined ? {} : { subresource: target.subresource }),
  });
  await pause(exchange);
  if (!live) return createDecision(exchange, { target, object: result.object, options, tracked: true });
  if (!result.changed) return { change: 'keep', object: parseEntry(live, target.info) };
  return updateDecision(exchange, { target, live, updated: result.object, options, tracked: true });
}
