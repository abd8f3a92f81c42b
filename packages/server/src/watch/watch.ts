import { apiVersionOf, hasReason, messageOf, type Status, StatusError } from '@slipway/api';
import { parseEntry, storageOf, textOf } from '../http/convert.ts';
import { metadataOnly, tableFor } from '../http/encode.ts';
import { type Exchange, type Sink, targetOf } from '../http/exchange.ts';
import { negotiate, type Shape } from '../http/negotiate.ts';
import { refuseFuture } from '../http/read.ts';
import { invalidOptions } from '../http/refusals.ts';
import { isTrue } from '../http/route.ts';
import { type Selection, selectionOf } from '../http/selection.ts';
import type { ResourceInfo } from '../schema/index.ts';
import type { Entry, StoreEvent } from '../store/store.ts';
import { putOut } from './put-out.ts';
import { eventFor, type WatchType } from './transition.ts';

const INITIAL_END = 'k8s.io/initial-events-end';
const BOOKMARK_MS = 60_000;
const LAST_BEAT_MS = 2_000;
/** Initial events written at once before others get a turn. */
const AT_ONCE = 200;

interface Plan {
  info: ResourceInfo;
  selection: Selection;
  shape: Shape;
  /** Watch what happens after this version; undefined: begin with the present state. */
  after: number | undefined;
  initialEnd: boolean;
  bookmarks: boolean;
  timeoutMs: number;
}

/** Endpoint: a stream of changes, one JSON document on each line. */
export function watch(exchange: Exchange): void {
  const plan = planOf(exchange);
  exchange.answer = {
    status: 200,
    contentType: 'application/json',
    body: '',
    stream: sink => run(exchange, plan, sink),
  };
}

/** @throws StatusError Invalid for combinations that upstream refuses */
function planOf(exchange: Exchange): Plan {
  const target = targetOf(exchange);
  const { query, accept } = exchange.incoming;
  const wanted = refuseFuture(exchange, query.get('resourceVersion'));
  const match = query.get('resourceVersionMatch');
  const initial = query.get('sendInitialEvents');
  const bookmarks = isTrue(query.get('allowWatchBookmarks'));
  if (match !== null && initial === null) {
    throw invalidOptions(
      'ListOptions',
      'resourceVersionMatch',
      'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  }
  if (isTrue(initial) && match !== 'NotOlderThan') {
    throw invalidOptions(
      'ListOptions',
      'resourceVersionMatch',
      'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    );
  }
  if (isTrue(initial) && !bookmarks) {
    throw invalidOptions(
      'ListOptions',
      'allowWatchBookmarks',
      'Forbidden: sendInitialEvents requires setting allowWatchBookmarks to true',
    );
  }
  const fromNow = initial === 'false' && !wanted;
  const present = isTrue(initial) || (initial === null && !wanted);
  return {
    info: target.info,
    selection: selectionOf(exchange, target),
    shape: negotiate(accept.replaceAll(';stream=watch', '')),
    after: present ? undefined : fromNow ? exchange.parts.store.resourceVersion : wanted,
    initialEnd: isTrue(initial),
    bookmarks,
    timeoutMs: timeoutOf(exchange, Number(query.get('timeoutSeconds') ?? 0)),
  };
}

/** As upstream: what was asked for, else a random time between 30 and 60 minutes, so that clients do not come at once. */
function timeoutOf(exchange: Exchange, seconds: number): number {
  if (seconds > 0) return seconds * 1000;
  const [byte = 0] = exchange.parts.random.bytes(1);
  return 1_800_000 * (1 + byte / 255);
}

async function run(exchange: Exchange, plan: Plan, sink: Sink): Promise<void> {
  const { store, clock, signal } = exchange.parts;
  const over = new AbortController();
  const stop = AbortSignal.any([sink.signal, signal, exchange.incoming.signal, over.signal]);
  void putOut(exchange, stop).then(async refusal => {
    if (refusal) await sink.write(errorLine(refusal));
    over.abort();
  });
  const writer = new EventWriter(exchange, plan, sink);
  const resource = storageOf(plan.info);
  let unsubscribe = () => {};
  try {
    const before = plan.after === undefined ? [] : store.eventsAfter(resource, plan.after);
    const snapshot = store.snapshot(resource);
    unsubscribe = store.subscribe(resource, event => writer.take(event));
    if (plan.after === undefined) {
      await writer.initial(snapshot.entries({ prefix: plan.selection.key ?? plan.selection.prefix }), stop);
    }
    if (plan.initialEnd) await writer.bookmark(snapshot.resourceVersion, { [INITIAL_END]: 'true' });
    for (const event of before) writer.send(event);
    writer.release();
    await wait(plan, { clock, stop, beat: () => writer.bookmark(store.resourceVersion) });
  } catch (error) {
    if (!stop.aborted) await sink.write(errorLine(error));
  } finally {
    unsubscribe();
    over.abort();
  }
}

async function wait(
  plan: Plan,
  {
    clock,
    stop,
    beat,
  }: { clock: Exchange['parts']['clock']; stop: AbortSignal; beat(): void | Promise<void> },
): Promise<void> {
  const end = clock.now() + plan.timeoutMs;
  // The last bookmark comes a little before the end, so that clients resume from a fresh version.
  const lastBeat = end - LAST_BEAT_MS;
  while (!stop.aborted && clock.now() < end) {
    const beats = plan.bookmarks && clock.now() < lastBeat;
    const until = beats ? Math.min(clock.now() + BOOKMARK_MS, lastBeat) : end;
    await clock.sleep(Math.max(1, until - clock.now()), stop).catch(() => {});
    if (beats && !stop.aborted) await beat();
  }
}

/** What goes wrong after the stream began is an event of the stream. */
function errorLine(error: unknown): string {
  const status: Status = hasReason(error, 'Expired', 'Timeout', 'BadRequest', 'Unauthorized')
    ? error.toStatus()
    : new StatusError('InternalError', messageOf(error)).toStatus();
  return `${JSON.stringify({ type: 'ERROR', object: status })}\n`;
}

/** Turns store events into the lines of one watch. Until `release`, what happens is held back. */
class EventWriter {
  readonly #exchange: Exchange;
  readonly #plan: Plan;
  readonly #sink: Sink;
  #held: StoreEvent[] | undefined = [];
  readonly #apiVersion: string;

  constructor(exchange: Exchange, plan: Plan, sink: Sink) {
    this.#exchange = exchange;
    this.#plan = plan;
    this.#sink = sink;
    this.#apiVersion = apiVersionOf(plan.info.kind);
  }

  async initial(entries: Iterable<Entry>, stop: AbortSignal): Promise<void> {
    const { selection } = this.#plan;
    let lines: string[] = [];
    for (const entry of entries) {
      if (stop.aborted) return;
      if (!inRange(entry, selection) || !selection.matches(entry)) continue;
      lines.push(this.#line('ADDED', entry));
      if (lines.length < AT_ONCE) continue;
      await this.#sink.write(lines.join(''));
      lines = [];
    }
    if (lines.length > 0) await this.#sink.write(lines.join(''));
  }

  take(event: StoreEvent): void {
    if (this.#held) this.#held.push(event);
    if (!this.#held) this.send(event);
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of held) this.send(event);
  }

  send(event: StoreEvent): void {
    const { selection } = this.#plan;
    if (!inRange(event.entry, selection)) return;
    const change = eventFor(event, selection);
    if (!change) return;
    void this.#sink.write(this.#line(change.type, change.entry));
  }

  bookmark(resourceVersion: number, annotations?: Record<string, string>): void | Promise<void> {
    const { kind } = this.#plan.info.kind;
    const metadata = { resourceVersion: String(resourceVersion), creationTimestamp: null, annotations };
    const object = { kind, apiVersion: this.#apiVersion, metadata };
    return this.#sink.write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
  }

  #line(type: WatchType, entry: Entry): string {
    const { info, shape } = this.#plan;
    if (shape.as === 'object')
      return `{"type":"${type}","object":${textOf(entry, info, this.#apiVersion)}}\n`;
    const object = parseEntry(entry, info);
    const shaped = shape.as === 'table' ? tableFor(this.#exchange, [object], info) : metadataOnly(object);
    return `${JSON.stringify({ type, object: shaped })}\n`;
  }
}

function inRange(entry: Entry, { key, prefix }: Selection): boolean {
  return key === undefined ? entry.key.startsWith(prefix) : entry.key === key;
}
