import { StatusError } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';
import type { Entry, Snapshot } from '../store/store.ts';
import { storageOf } from './convert.ts';
import { entryAnswer, type ListMeta, listAnswer } from './encode.ts';
import { type Exchange, targetOf } from './exchange.ts';
import { continueToken, type PageToken, readContinueToken, SnapshotShelf } from './paging.ts';
import { notFound } from './refusals.ts';
import { type Selection, selectionOf } from './selection.ts';

/** `namespace/name` as the store keys objects. */
export function keyFor(target: { namespace?: string | undefined }, name: string): string {
  return target.namespace === undefined ? name : `${target.namespace}/${name}`;
}

/** Endpoint: one object. */
export function get(exchange: Exchange): void {
  const target = targetOf(exchange);
  const name = target.name ?? '';
  refuseFuture(exchange, exchange.incoming.query.get('resourceVersion'));
  const entry = exchange.parts.store.get(storageOf(target.info), keyFor(target, name));
  if (!entry) throw notFound(target.info, name);
  exchange.answer = entryAnswer(exchange, entry, target.info);
}

/**
 * A version nobody has seen yet: everything committed is visible here at once, so waiting would not help.
 * @throws StatusError BadRequest, Timeout
 */
export function refuseFuture(exchange: Exchange, text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (!/^\d+$/.test(text))
    throw new StatusError('BadRequest', `resourceVersion: Invalid value: "${text}": must be a number`);
  const wanted = Number(text);
  const current = exchange.parts.store.resourceVersion;
  if (wanted <= current) return wanted;
  throw new StatusError('Timeout', `Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

const shelves = new WeakMap<object, SnapshotShelf>();

/** Endpoint: a list, or one page of it. */
export function list(exchange: Exchange): void {
  const target = targetOf(exchange);
  const { query } = exchange.incoming;
  const selection = selectionOf(exchange, target);
  const shelf = shelves.get(exchange.parts) ?? new SnapshotShelf(exchange.parts.clock);
  shelves.set(exchange.parts, shelf);
  const resource = storageOf(target.info);
  const token = readContinueToken(query.get('continue'));
  const version = token?.resourceVersion;
  const snapshot =
    token && version !== undefined
      ? shelf.take(resource, { ...token, resourceVersion: version })
      : exchange.parts.store.snapshot(resource);
  checkVersion(exchange, { resource, token });
  const limit = Number(query.get('limit') ?? 0) || 0;
  const page = pageOf(snapshot, selection, { limit, ...(token ? { from: token.from } : {}) });
  if (page.next !== undefined) shelf.keep(resource, snapshot);
  exchange.answer = listAnswer(exchange, page.entries, {
    info: target.info,
    metadata: metadataOf(page, snapshot, target.info),
  });
}

/** Exactly an older state can be served only while nothing of the resource changed since. */
function checkVersion(exchange: Exchange, about: { resource: string; token: PageToken | undefined }): void {
  const { query } = exchange.incoming;
  const wanted = refuseFuture(exchange, query.get('resourceVersion'));
  if (about.token || wanted === undefined) return;
  if (query.get('resourceVersionMatch') !== 'Exact') return;
  const { store } = exchange.parts;
  if (store.eventsAfter(about.resource, wanted).length === 0) return;
  throw new StatusError('Expired', `The resourceVersion for the provided list is too old: ${wanted}.`);
}

interface Page {
  entries: Entry[];
  /** Key that the next page starts with. */
  next: string | undefined;
  remaining: number | undefined;
}

function pageOf(snapshot: Snapshot, selection: Selection, range: { limit: number; from?: string }): Page {
  const { prefix, key } = selection;
  const entries: Entry[] = [];
  let next: string | undefined;
  for (const entry of snapshot.entries({
    prefix: key ?? prefix,
    ...(range.from ? { from: range.from } : {}),
  })) {
    if (key !== undefined && entry.key !== key) break;
    if (!selection.everything && !selection.matches(entry)) continue;
    if (range.limit > 0 && entries.length === range.limit) {
      next = entry.key;
      break;
    }
    entries.push(entry);
  }
  const counted = next !== undefined && selection.everything;
  return { entries, next, remaining: counted ? countFrom(snapshot, prefix, next ?? '') : undefined };
}

function countFrom(snapshot: Snapshot, prefix: string, from: string): number {
  let count = 0;
  for (const _ of snapshot.entries({ prefix, from })) count++;
  return count;
}

function metadataOf(page: Page, snapshot: Snapshot, info: ResourceInfo): ListMeta {
  const resourceVersion = String(snapshot.resourceVersion);
  // Lists of custom resources say that nothing follows, as upstream's unstructured lists do.
  if (page.next === undefined) return info.custom ? { continue: '', resourceVersion } : { resourceVersion };
  return {
    resourceVersion,
    continue: continueToken({ resourceVersion: snapshot.resourceVersion, from: page.next }),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  };
}
