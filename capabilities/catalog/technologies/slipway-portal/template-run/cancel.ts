import { type Clock, SlipwayError, type Stored } from '@slipway/api';
import { TemplateRun } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';

/** Set it to ask a run to stop: what its step waits for ends, and no further step begins. */
export const CANCEL = 'slipway.dev/cancel';

const LOOK_MS = 100;

export interface CancelSignal {
  /** Ends when the run is cancelled, and when the platform stops. */
  signal: AbortSignal;
  stop(): void;
}

/** Watches a run's annotation for as long as it goes. */
export function cancelSignal(run: Stored<TemplateRun>, context: Context, clock: Clock): CancelSignal {
  const cancelled = new AbortController();
  const over = new AbortController();
  const { namespace = '', name } = run.metadata;
  // A run that was deleted is nobody's any more: it ends, and what it made goes.
  const asked = () => {
    const present = context.cache(TemplateRun).get({ namespace, name });
    return present?.metadata.uid !== run.metadata.uid || present.metadata.annotations?.[CANCEL] !== undefined;
  };
  const look = async () => {
    while (!over.signal.aborted) {
      if (asked()) return cancelled.abort(new SlipwayError(CANCEL, 'the run was cancelled'));
      await clock.sleep(LOOK_MS, over.signal).catch(() => {});
    }
  };
  void look();
  return { signal: AbortSignal.any([context.signal, cancelled.signal]), stop: () => over.abort() };
}
