/**
 * What one reconcile came to. Reconcilers return one of these and nothing else;
 * the runtime alone turns it into a condition, an event and a requeue.
 */
export type Outcome =
  | { outcome: 'done'; ms?: number }
  | { outcome: 'retryAfter'; ms: number; reason: string; message: string }
  | { outcome: 'waitingFor'; reason: string; message: string; ms?: number }
  | { outcome: 'terminal'; reason: string; message: string };

/** All is as it should be; look again when something changes. */
export const done: Outcome = { outcome: 'done' };

/** All is as it should be now; time will change that, so look again after `ms`. */
export function doneFor(ms: number): Outcome {
  return { outcome: 'done', ms: Math.max(0, ms) };
}

/** Something failed that time may mend: look again after `ms`. */
export function retryAfter(ms: number, reason: string, message: string): Outcome {
  return { outcome: 'retryAfter', ms, reason, message };
}

/** Somebody else has to act first; a watch (or `ms`) brings us back. `reason` is CamelCase and stable. */
export function waitingFor(reason: string, message: string, ms?: number): Outcome {
  return ms === undefined
    ? { outcome: 'waitingFor', reason, message }
    : { outcome: 'waitingFor', reason, message, ms };
}

/** Only a change of the object itself can help: not looked at again until it changes. */
export function terminal(reason: string, message: string): Outcome {
  return { outcome: 'terminal', reason, message };
}
