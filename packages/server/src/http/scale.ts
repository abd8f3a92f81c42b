import { type KubeObject, type LabelSelector, labelSelectorText, StatusError } from '@slipway/api';
import { hasSubresource, type ResourceInfo } from '../schema/index.ts';
import { commit } from './commit.ts';
import { parseEntry, storageOf } from './convert.ts';
import { asObject, isRecord, mediaType, parseBody } from './decode.ts';
import { objectAnswer } from './encode.ts';
import { type Exchange, type Target, targetOf } from './exchange.ts';
import { writeOptions } from './options.ts';
import { patched } from './patch.ts';
import { keyFor } from './read.ts';
import { methodNotAllowed, notFound } from './refusals.ts';
import { updateDecision } from './update.ts';

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale', plural: 'scales', namespaced: true };
type Fields = Record<string, unknown>;

/** Step: `…/scale`, a small view of an object that can be scaled. */
export async function serveScale(exchange: Exchange): Promise<void> {
  const target = targetOf(exchange);
  if (target.subresource !== 'scale' || !hasSubresource(target.info, 'scale')) return;
  const info = { ...target.info, kind: SCALE, listKind: 'ScaleList' };
  const name = target.name ?? '';
  if (target.verb === 'get') {
    const entry = exchange.parts.store.get(storageOf(target.info), keyFor(target, name));
    if (!entry) throw notFound(target.info, name);
    exchange.answer = objectAnswer(exchange, scaleOf(parseEntry(entry, target.info), target.info), info);
    return;
  }
  if (target.verb !== 'update' && target.verb !== 'patch') {
    throw methodNotAllowed();
  }
  const changed = await changeScale(exchange, target, info);
  exchange.answer = objectAnswer(exchange, scaleOf(changed, target.info), info);
}

async function changeScale(exchange: Exchange, target: Target, info: ResourceInfo): Promise<KubeObject> {
  const options = writeOptions(exchange);
  const { incoming } = exchange;
  const body = parseBody(await incoming.body(), incoming.contentType);
  const place = { target, name: target.name ?? '', verb: target.verb, dryRun: options.dryRun };
  const { object, entry } = await commit(exchange, place, async live => {
    if (!live) throw notFound(target.info, target.name ?? '');
    const object = parseEntry(live, target.info);
    const type = mediaType(incoming.contentType);
    const wanted =
      target.verb === 'patch'
        ? patched(scaleOf(object, target.info), { body, type, target: { ...target, info } })
        : body;
    return updateDecision(exchange, {
      target,
      live,
      updated: withScale(object, asObject(wanted, info), target.info),
      options,
    });
  });
  return entry && !options.dryRun ? parseEntry(entry, target.info) : object;
}

function pathsOf(info: ResourceInfo): { spec: string; status: string; selector: string } {
  return {
    spec: info.scale?.specReplicasPath ?? '.spec.replicas',
    status: info.scale?.statusReplicasPath ?? '.status.replicas',
    selector: info.custom ? (info.scale?.labelSelectorPath ?? '') : '.spec.selector',
  };
}

function at(object: unknown, path: string): unknown {
  if (path === '') return undefined;
  let value = object;
  for (const step of path.split('.').slice(1)) value = isRecord(value) ? value[step] : undefined;
  return value;
}

function scaleOf(object: KubeObject, info: ResourceInfo): KubeObject {
  const paths = pathsOf(info);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = selectorText(at(object, paths.selector));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: at(object, paths.spec) ?? 0 },
    status: { replicas: at(object, paths.status) ?? 0, ...(selector === '' ? {} : { selector }) },
  } as KubeObject;
}

/** A LabelSelector, a plain map (ReplicationController) or ready text (custom resources). */
function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector;
  if (!isRecord(selector)) return '';
  const structured = 'matchLabels' in selector || 'matchExpressions' in selector;
  const labels = structured ? selector : { matchLabels: selector };
  return labelSelectorText(labels as LabelSelector);
}

function withScale(object: KubeObject, scale: KubeObject, info: ResourceInfo): KubeObject {
  const replicas = at(scale, '.spec.replicas') ?? 0;
  if (typeof replicas !== 'number' || replicas < 0) {
    throw new StatusError(
      'Invalid',
      `Scale.autoscaling "${object.metadata.name}" is invalid: spec.replicas: Invalid value: ${replicas}: must be greater than or equal to 0`,
    );
  }
  const { resourceVersion } = scale.metadata;
  const metadata = { ...object.metadata, ...(resourceVersion ? { resourceVersion } : {}) };
  const changed = structuredClone({ ...object, metadata }) as unknown as Fields;
  setAt(changed, pathsOf(info).spec, replicas);
  return changed as unknown as KubeObject;
}

function setAt(object: Fields, path: string, value: unknown): void {
  const steps = path.split('.').slice(1);
  const last = steps.pop() ?? '';
  let place = object;
  for (const step of steps) {
    const next = isRecord(place[step]) ? place[step] : {};
    place[step] = next;
    place = next;
  }
  place[last] = value;
}
