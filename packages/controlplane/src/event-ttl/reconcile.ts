import { hasReason, keyOf, type Stored } from '@slipway/api';
import { Event } from '@slipway/kinds';
import { type Controller, controller, done, doneFor } from '@slipway/runtime';

/** Upstream's --event-ttl. */
const LIFETIME_MS = 3_600_000;

/** Events are news: an hour after their last occurrence they go. */
export const eventTtlController: Controller = controller<Event>({
  name: 'event-ttl-controller',
  kind: Event,
  concurrency: 1,
  reconcile: async (event, { client, clock }) => {
    const left = lastSeen(event) + LIFETIME_MS - clock.now();
    if (left > 0) return doneFor(left);
    await client.delete(Event, keyOf(event)).catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
    return done;
  },
});

function lastSeen({ lastTimestamp, eventTime, metadata }: Stored<Event>): number {
  const times = [lastTimestamp, eventTime, metadata.creationTimestamp].map(
    time => Date.parse(time ?? '') || 0,
  );
  return Math.max(...times);
}
