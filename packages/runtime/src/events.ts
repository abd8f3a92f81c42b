import { type Clock, hasReason, type KubeObject, type Log, messageOf, timestamp } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Event } from '@slipway/kinds';

export type EventType = 'Normal' | 'Warning';

/** Records an event; equal ones become one object with a count. It never rejects and never makes its caller wait. */
export type Recorder = (object: KubeObject, type: EventType, reason: string, message: string) => void;

interface Recorded {
  namespace: string;
  name: string;
  count: number;
}

/** Upstream's spam filter (client-go tools/record): 25 at once for one object, then one each five minutes. */
const BURST = 25;
const REFILL_MS = 300_000;
const MOST_REMEMBERED = 4_096;
const LONGEST_MESSAGE = 1_024;

/** Makes a recorder that writes core/v1 Events as `component`. */
export function createRecorder(options: {
  client: Client;
  clock: Clock;
  log: Log;
  component: string;
}): Recorder {
  const known = new Map<string, Recorded>();
  const buckets = new Map<string, { left: number; at: number }>();
  let last: Promise<void> = Promise.resolve();
  return (object, type, reason, message) => {
    const text = message.slice(0, LONGEST_MESSAGE);
    const now = options.clock.now();
    if (!allowed(buckets, object.metadata.uid ?? '', now)) return;
    // One after another, so that two equal events cannot both be the first.
    last = last
      .then(() => record(options, known, { object, type, reason, text, now }))
      .catch(error => {
        if (!hasReason(error, 'NotFound', 'Forbidden')) {
          options.log.debug('event not recorded', { reason, error: messageOf(error) });
        }
      });
  };
}

interface Occurrence {
  object: KubeObject;
  type: EventType;
  reason: string;
  text: string;
  now: number;
}

async function record(
  { client, component }: { client: Client; component: string },
  known: Map<string, Recorded>,
  occurrence: Occurrence,
): Promise<void> {
  const { object, type, reason, text, now } = occurrence;
  const key = JSON.stringify([object.metadata.uid, object.kind, type, reason, text]);
  const before = known.get(key);
  if (before) {
    before.count++;
    const again = await client
      .patch(Event, before, { type: 'merge', body: { count: before.count, lastTimestamp: timestamp(now) } })
      .catch(error => {
        if (!hasReason(error, 'NotFound')) throw error;
      });
    if (again) return;
  }
  const event = eventOf(occurrence, component);
  await client.create(Event, event);
  bound(known);
  known.set(key, { namespace: event.metadata.namespace ?? '', name: event.metadata.name ?? '', count: 1 });
}

function eventOf({ object, type, reason, text, now }: Occurrence, component: string): Event {
  const { namespace, name = '', uid, resourceVersion } = object.metadata;
  const time = timestamp(now);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: namespace ?? 'default', name: `${name}.${eventId(now)}` },
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      ...(namespace ? { namespace } : {}),
      name,
      ...(uid ? { uid } : {}),
      ...(resourceVersion ? { resourceVersion } : {}),
    },
    type,
    reason,
    message: text,
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
    firstTimestamp: time,
    lastTimestamp: time,
    eventTime: null,
    count: 1,
  };
}

let sequence = 0;

/** Sixteen hex digits as upstream has: time, then a number that makes two of one millisecond differ. */
function eventId(now: number): string {
  sequence = (sequence + 1) % 0x10000;
  return `${now.toString(16).padStart(12, '0')}${sequence.toString(16).padStart(4, '0')}`;
}

function allowed(buckets: Map<string, { left: number; at: number }>, uid: string, now: number): boolean {
  const bucket = buckets.get(uid) ?? { left: BURST, at: now };
  const refilled = Math.floor((now - bucket.at) / REFILL_MS);
  const left = Math.min(BURST, bucket.left + refilled);
  bound(buckets);
  buckets.set(uid, { left: Math.max(0, left - 1), at: refilled > 0 ? now : bucket.at });
  return left > 0;
}

function bound(entries: Map<string, unknown>): void {
  const oldest = entries.size >= MOST_REMEMBERED ? entries.keys().next().value : undefined;
  if (oldest !== undefined) entries.delete(oldest);
}
