import { type AnyObject, messageOf } from '@slipway/api';
import { type AppliedObject, applyStep, GOING, type Known } from './apply-objects.ts';
import type { Waiting } from './await-ready.ts';

/** A tool whose pods are ready may still wait for its webhook's certificate. */
const NOT_YET = ['failed calling webhook', 'no endpoints available for service', GOING];
const LOOK_MS = 1000;

/**
 * Applies a step, again and again while only webhooks that do not answer yet refuse it, or what is still being deleted.
 * @throws SlipwayError as `applyStep`, after the time is over
 */
export async function applyPatiently(
  objects: AnyObject[],
  known: Known,
  { client, clock, timeoutMs, say, signal }: Waiting,
): Promise<AppliedObject[]> {
  const end = clock.now() + timeoutMs;
  let told = '';
  for (;;) {
    try {
      return await applyStep(client, objects, known);
    } catch (error) {
      const message = messageOf(error);
      if (!NOT_YET.some(text => message.includes(text)) || clock.now() >= end) throw error;
      if (message !== told) say?.(message);
      told = message;
      await clock.sleep(LOOK_MS, signal);
    }
  }
}
