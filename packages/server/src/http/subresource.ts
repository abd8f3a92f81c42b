import type { KubeObject } from '@slipway/api';
import { hasSubresource } from '../schema/index.ts';
import type { Target } from './exchange.ts';
import { statusOf } from './kind-rules.ts';

type Fields = KubeObject & Record<string, unknown>;

/** Limits what a write may touch: a subresource to its own part, the whole object to all but the status. */
export function restrict(updated: KubeObject, live: KubeObject, target: Target): KubeObject {
  const { info, subresource } = target;
  const [next, before] = [updated as Fields, live as Fields];
  if (subresource === undefined) return withField(next, statusOf(info), before);
  const metadata = { ...live.metadata, ...managedFieldsOf(updated), ...annotationsOf(updated, target) };
  if (subresource === 'status') return withField({ ...before, metadata } as Fields, 'status', next);
  if (subresource === 'finalize') return withField({ ...before, metadata } as Fields, 'spec', next);
  if (subresource === 'approval') return withField({ ...before, metadata } as Fields, 'status', next);
  if (subresource === 'ephemeralcontainers') return withSpecField(before, next, 'ephemeralContainers');
  if (subresource === 'resize') return withSpecField(before, next, 'containers');
  return updated;
}

function managedFieldsOf({ metadata }: KubeObject): object {
  return metadata.managedFields ? { managedFields: metadata.managedFields } : {};
}

/**
 * Status strategies of built-in kinds keep the spec and little else: annotations may come with a status (that is how
 * a Deployment gets its revision without a new generation). A custom kind's status write changes nothing but status.
 */
function annotationsOf({ metadata }: KubeObject, { info, subresource }: Target): object {
  if (info.custom || (subresource !== 'status' && subresource !== 'approval')) return {};
  return { annotations: metadata.annotations };
}

/** `object` with one field as `source` has it. */
function withField(object: Fields, field: string, source: Fields): KubeObject {
  if (field === '') return object;
  const { [field]: _dropped, ...rest } = object;
  return (source[field] === undefined ? rest : { ...rest, [field]: source[field] }) as unknown as KubeObject;
}

function withSpecField(object: Fields, source: Fields, field: string): KubeObject {
  const spec = { ...(object.spec as object), [field]: (source.spec as Fields | undefined)?.[field] };
  return { ...object, spec } as KubeObject;
}

/** Subresources that read and write a part of the object itself. */
const PARTS = new Set(['status', 'finalize', 'approval', 'ephemeralcontainers', 'resize']);

export function isPart(target: Target): boolean {
  const { subresource } = target;
  return subresource === undefined || (PARTS.has(subresource) && hasSubresource(target.info, subresource));
}
