import { setImmediate } from 'node:timers/promises';
import type { Exchange } from './exchange.ts';

/** Characters from which on each stage of a write takes milliseconds. */
const LARGE = 64 * 1024;

/** Remembers that this exchange deals with a text of so many characters. */
export function dealsWith(exchange: Exchange, characters: number): void {
  exchange.largest = Math.max(exchange.largest ?? 0, characters);
}

/** Between two stages of a write: when its object is large, others get a turn. */
export function pause(exchange: Exchange): Promise<void> | undefined {
  return (exchange.largest ?? 0) < LARGE ? undefined : setImmediate();
}
