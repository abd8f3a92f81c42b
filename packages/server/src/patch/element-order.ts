import type { Json } from '@slipway/api';

/**
 * Brings a merged list into the patch's order, keeping what only the server has where it stood
 * relative to its neighbours (strategicpatch's normalizeElementOrder).
 */
export function orderItems(
  merged: Json[],
  patchOrder: Json[],
  serverOrder: Json[],
  mergeKey: string | undefined,
): Json[] {
  const patchPlaces = placesOf(patchOrder, mergeKey);
  const serverPlaces = placesOf(serverOrder, mergeKey);
  const patched = merged
    .filter(item => patchPlaces.has(identity(item, mergeKey)))
    .sort((a, b) => place(patchPlaces, a, mergeKey) - place(patchPlaces, b, mergeKey));
  const serverOnly = merged
    .filter(item => !patchPlaces.has(identity(item, mergeKey)))
    .sort((a, b) => place(serverPlaces, a, mergeKey) - place(serverPlaces, b, mergeKey));
  return interleave(serverOnly, patched, item => serverPlaces.get(identity(item, mergeKey)));
}

function identity(item: Json, mergeKey: string | undefined): Json | undefined {
  if (!mergeKey || typeof item !== 'object' || item === null || Array.isArray(item)) return item;
  return item[mergeKey];
}

function placesOf(list: Json[], mergeKey: string | undefined): Map<Json | undefined, number> {
  return new Map(list.map((item, index) => [identity(item, mergeKey), index]));
}

function place(places: Map<Json | undefined, number>, item: Json, mergeKey: string | undefined): number {
  return places.get(identity(item, mergeKey)) ?? Number.MAX_SAFE_INTEGER;
}

/** A server item goes first only when both stood in the server's list in that order. */
function interleave(left: Json[], right: Json[], serverPlace: (item: Json) => number | undefined): Json[] {
  const result: Json[] = [];
  const rest = [...left];
  for (const item of right) {
    const at = serverPlace(item);
    while (rest.length > 0 && at !== undefined && (serverPlace(rest[0] as Json) ?? at) < at) {
      result.push(rest.shift() as Json);
    }
    result.push(item);
  }
  return [...result, ...rest];
}
