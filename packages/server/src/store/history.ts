import { StatusError } from '@slipway/api';
import type { StoreEvent } from './store.ts';

const MOST_EVENTS = 10_000;
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** The recent events of one resource, bounded by number and size: what a watch may start from. */
export class History {
  #events: StoreEvent[] = [];
  /** Index of the oldest event still held; what is before it is dropped in bulk. */
  #start = 0;
  #characters = 0;
  /** Events up to and including this version may be gone. */
  #floor: number;

  constructor(floor: number) {
    this.#floor = floor;
  }

  push(event: StoreEvent): void {
    this.#events.push(event);
    this.#characters += event.entry.text.length;
    while (this.#events.length - this.#start > MOST_EVENTS || this.#characters > MOST_CHARACTERS) {
      if (this.#start >= this.#events.length - 1) break;
      this.#dropOldest();
    }
    if (this.#start > 1024 && this.#start * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#start);
      this.#start = 0;
    }
  }

  #dropOldest(): void {
    const oldest = this.#events[this.#start++];
    if (!oldest) return;
    this.#characters -= oldest.entry.text.length;
    this.#floor = oldest.entry.resourceVersion;
  }

  /** Drops everything up to `resourceVersion`. */
  compact(resourceVersion: number): void {
    while (this.#start < this.#events.length) this.#dropOldest();
    this.#events = [];
    this.#start = 0;
    this.#floor = Math.max(this.#floor, resourceVersion);
  }

  /** @throws StatusError Expired when events after `resourceVersion` are gone */
  after(resourceVersion: number): StoreEvent[] {
    if (resourceVersion < this.#floor) {
      throw new StatusError('Expired', `too old resource version: ${resourceVersion} (${this.#floor + 1})`);
    }
    let low = this.#start;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const event = this.#events[middle];
      if (event && event.entry.resourceVersion <= resourceVersion) low = middle + 1;
      if (!event || event.entry.resourceVersion > resourceVersion) high = middle;
    }
    return this.#events.slice(low);
  }
}
