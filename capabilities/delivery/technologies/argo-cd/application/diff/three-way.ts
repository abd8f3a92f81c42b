import { type Fields, field, isFields, onlyFieldsOf, same, setField, valueAt } from './fields.ts';
import type { PatchMeta } from './patch-meta.ts';

/** The three objects of `kubectl apply`. */
export interface ThreeWay {
  /** What was applied last (`kubectl.kubernetes.io/last-applied-configuration`), or the wanted one itself. */
  original: Fields;
  wanted: Fields;
  live: Fields;
}

/**
 * What a live object would be after `kubectl apply`: what is wanted is set, what was applied and is not wanted any more
 * goes, everything else stays (strategicpatch's and jsonmergepatch's CreateThreeWayMergePatch, and applying it).
 * `meta` is that of a built-in kind; without it objects are merged as plain JSON.
 */
export function applied(given: ThreeWay, meta: PatchMeta | undefined): Fields {
  const three = given.wanted.kind === 'StatefulSet' ? withLiveClaims(given) : given;
  return mergeFields(three, { meta, isPlain: meta === undefined });
}

/** The server completes volume claims in ways that no client repeats (gitops-engine, statefulSetWorkaround). */
function withLiveClaims({ original, wanted, live }: ThreeWay): ThreeWay {
  const claims = (of: Fields) => valueAt(of, ['spec', 'volumeClaimTemplates']);
  if (!same(onlyFieldsOf(claims(original), claims(live)), claims(wanted))) return { original, wanted, live };
  const spec = { ...(wanted.spec as Fields), volumeClaimTemplates: claims(live) };
  return { original, wanted: { ...wanted, spec }, live };
}

/** How the fields at one place are merged. */
interface Way {
  meta: PatchMeta | undefined;
  /** The object is of no built-in kind: lists are one value, what the server added to their items aside. */
  isPlain: boolean;
}

interface Values {
  original: unknown;
  wanted: unknown;
  live: unknown;
}

function mergeFields({ original, wanted, live }: ThreeWay, way: Way): Fields {
  const result = { ...live };
  for (const name of Object.keys(original)) {
    if (original[name] !== null && field(wanted, name) === undefined) delete result[name];
  }
  for (const name of Object.keys(wanted)) {
    if (wanted[name] === undefined) continue;
    if (wanted[name] === null) {
      delete result[name];
      continue;
    }
    const values = {
      original: field(original, name),
      wanted: wanted[name],
      live: field(live, name),
    };
    setField(result, name, mergeValue(values, { ...way, meta: way.meta?.field(name) }));
  }
  return way.meta?.strategies.includes('retainKeys') ? retained({ original, wanted, live }, result) : result;
}

/** Where anything of it changes, nothing stays but what is wanted (patchStrategy `retainKeys`). */
function retained({ original, wanted, live }: ThreeWay, result: Fields): Fields {
  const changed = Object.keys(wanted).some(name => !same(field(result, name), field(live, name)));
  const dropped = Object.keys(original).some(name => field(wanted, name) === undefined);
  if (!changed && !dropped) return result;
  return Object.fromEntries(
    Object.entries(result).filter(([name]) => field(wanted, name) !== undefined && wanted[name] !== null),
  );
}

function mergeValue({ original, wanted, live }: Values, way: Way): unknown {
  const { meta, isPlain } = way;
  if (isFields(wanted) && isFields(live)) {
    if (meta?.strategies.includes('replace')) return same(wanted, live) ? live : wanted;
    return mergeFields({ original: isFields(original) ? original : {}, wanted, live }, way);
  }
  if (isFields(wanted)) return withoutNulls(wanted);
  if (isPlain && same(onlyFieldsOf(original ?? wanted, live), wanted)) return live;
  if (!Array.isArray(wanted) || !Array.isArray(live) || !meta?.strategies.includes('merge')) return wanted;
  const before = Array.isArray(original) ? original : [];
  const isOfObjects = [...wanted, ...live].some(isFields);
  if (!isOfObjects) return mergeScalars(before, wanted, live);
  return meta.mergeKey === undefined ? wanted : mergeObjects(before, wanted, live, meta, meta.mergeKey);
}

/** A field that is new takes no nulls with it. */
function withoutNulls(value: unknown): unknown {
  if (!isFields(value)) return value;
  const kept: Fields = {};
  for (const [name, each] of Object.entries(value))
    if (each !== null) setField(kept, name, withoutNulls(each));
  return kept;
}

function mergeScalars(original: unknown[], wanted: unknown[], live: unknown[]): unknown[] {
  const gone = new Set(original.filter(item => !wanted.includes(item)));
  const kept = live.filter(item => !gone.has(item));
  const isNew = wanted.filter(item => !kept.includes(item));
  if (isNew.length === 0 && inOrder(wanted, live, item => item)) return kept;
  return ordered([...new Set([...kept, ...isNew])], wanted, live, item => item);
}

function mergeObjects(
  original: unknown[],
  wanted: unknown[],
  live: unknown[],
  meta: PatchMeta,
  mergeKey: string,
): unknown[] {
  const keyOf = (item: unknown) => (isFields(item) ? field(item, mergeKey) : undefined);
  const [was, is] = [byKey(original, keyOf), byKey(live, keyOf)];
  const names = new Set(wanted.map(keyOf));
  const items = meta.items();
  const merged = new Map<unknown, unknown>();
  for (const item of live) {
    const key = keyOf(item);
    if (names.has(key) || !was.has(key)) merged.set(key, item);
  }
  for (const item of wanted) {
    const key = keyOf(item);
    merged.set(
      key,
      mergeValue(
        { original: was.get(key), wanted: item, live: is.get(key) },
        { meta: items, isPlain: false },
      ),
    );
  }
  const result = [...merged.values()];
  // Nothing of it changes: its order stays the server's.
  if (result.length === live.length && result.every((item, index) => same(item, live[index]))) {
    if (inOrder(wanted, live, keyOf)) return result;
  }
  return ordered(result, wanted, live, keyOf);
}

function byKey(list: unknown[], keyOf: (item: unknown) => unknown): Map<unknown, unknown> {
  return new Map(list.map(item => [keyOf(item), item]));
}

/** Whether what is wanted stands in the live list in the same order. */
function inOrder(wanted: unknown[], live: unknown[], keyOf: (item: unknown) => unknown): boolean {
  const places = new Map(live.map((item, index) => [keyOf(item), index]));
  let last = -1;
  for (const item of wanted) {
    const place = places.get(keyOf(item));
    if (place === undefined) continue;
    if (place < last) return false;
    last = place;
  }
  return true;
}

/** The wanted order; what only lives stays where it stood between its neighbours (`$setElementOrder`). */
function ordered(
  list: unknown[],
  wanted: unknown[],
  live: unknown[],
  keyOf: (item: unknown) => unknown,
): unknown[] {
  const places = new Map(wanted.map((item, index) => [keyOf(item), index]));
  const lived = new Map(live.map((item, index) => [keyOf(item), index]));
  const place = (item: unknown) => places.get(keyOf(item)) ?? 0;
  const known = list.filter(item => places.has(keyOf(item))).sort((a, b) => place(a) - place(b));
  const rest = list.filter(item => !places.has(keyOf(item)));
  const result: unknown[] = [];
  for (const item of known) {
    const at = lived.get(keyOf(item));
    while (rest.length > 0 && at !== undefined && (lived.get(keyOf(rest[0])) ?? at) < at)
      result.push(rest.shift());
    result.push(item);
  }
  return [...result, ...rest];
}
