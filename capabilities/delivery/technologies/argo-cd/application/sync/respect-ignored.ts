import type { AnyObject } from '@slipway/api';
import { type Fields, field, isFields, same, setField } from '../diff/fields.ts';
import type { PatchMeta } from '../diff/patch-meta.ts';

export interface IgnoredInput {
  /** The target, and without what is ignored in it. */
  target: AnyObject;
  normalizedTarget: AnyObject;
  live: AnyObject;
  normalizedLive: AnyObject;
}

/**
 * The target with what is ignored as it lives, so that a sync leaves it alone (`RespectIgnoreDifferences=true`;
 * controller, normalizeTargetResources). The status is never taken: it is its controller's.
 */
export function withIgnoredAsLive(
  { target, normalizedTarget, live, normalizedLive }: IgnoredInput,
  meta: PatchMeta | undefined,
): AnyObject {
  const { status: _live, ...alive } = live;
  const { status: _normalized, ...compared } = normalizedLive;
  const base = structuredClone(normalizedTarget);
  const taken = take(base, compared, alive, meta) as AnyObject;
  return { ...taken, apiVersion: target.apiVersion, kind: target.kind };
}

/** Puts into `base` what `live` has and `compared` lacks. */
function take(base: unknown, compared: unknown, live: unknown, meta: PatchMeta | undefined): unknown {
  if (same(compared, live)) return base;
  if (Array.isArray(live) && Array.isArray(compared)) return takeItems(base, compared, live, meta);
  if (!isFields(live) || !isFields(compared)) return live;
  const result: Fields = isFields(base) ? base : {};
  for (const [name, value] of Object.entries(live)) {
    const before = field(compared, name);
    if (same(before, value)) continue;
    const next = before === undefined ? value : take(field(result, name), before, value, meta?.field(name));
    if (next !== undefined) setField(result, name, next);
  }
  return result;
}

function takeItems(
  base: unknown,
  compared: unknown[],
  live: unknown[],
  meta: PatchMeta | undefined,
): unknown {
  const list = Array.isArray(base) ? base : [];
  const key = meta?.mergeKey;
  if (key === undefined || ![...live, ...list].every(isFields)) {
    // One value: what is ignored in it can only be kept with the rest, unless both have the same items.
    const isSameLength = live.length === compared.length && live.length === list.length;
    return isSameLength
      ? list.map((item, index) => take(item, compared[index], live[index], undefined))
      : live;
  }
  const keyOf = (item: unknown) => field(item as Fields, key);
  const [wanted, was] = [byKey(list, keyOf), byKey(compared, keyOf)];
  const result = [...list];
  for (const item of live) {
    const before = was.get(keyOf(item));
    const present = wanted.get(keyOf(item));
    if (before !== undefined && present === undefined) continue;
    const next = before === undefined ? item : take(present, before, item, meta?.items());
    const place = present === undefined ? -1 : result.indexOf(present);
    if (place >= 0) result[place] = next;
    if (place < 0) result.push(next);
  }
  return result;
}

function byKey(list: unknown[], keyOf: (item: unknown) => unknown): Map<unknown, unknown> {
  return new Map(list.map(item => [keyOf(item), item]));
}
