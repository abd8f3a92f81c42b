import { type Clock, messageOf } from '@slipway/api';
import type { SecurityFinding } from '@slipway/kinds';

/** What a look came to. */
export interface Seen {
  result: SecurityFinding['result'];
  found: string;
  advice?: string;
}

/** One thing to look at; `look` asks the platform that runs. */
export interface Check {
  check: string;
  what: string;
  how: string;
  /** @param signal aborted when nobody waits any more */
  look(signal: AbortSignal): Promise<Seen>;
}

export const ok = (found: string): Seen => ({ result: 'ok', found });
export const warn = (found: string, advice: string): Seen => ({ result: 'warn', found, advice });
export const bad = (found: string, advice: string): Seen => ({ result: 'bad', found, advice });
export const unknown = (found: string, advice: string): Seen => ({ result: 'unknown', found, advice });

const LOOK_MS = 30_000;

/** Looks, and says when. A look that fails or takes too long finds out nothing, which is told. */
export async function ask({ check, what, how, look }: Check, clock: Clock): Promise<SecurityFinding> {
  const [timeout, gone] = [new AbortController(), new AbortController()];
  const late = clock
    .sleep(LOOK_MS, timeout.signal)
    .then(() => unknown(`no answer in ${LOOK_MS / 1000} s`, 'ask again; the platform’s log may say more'));
  const seen = await Promise.race([
    look(gone.signal).catch(error => unknown(messageOf(error), 'see what it says, and ask again')),
    late,
  ]).finally(() => {
    timeout.abort();
    gone.abort();
    late.catch(() => {});
  });
  return { check, what, how, ...seen, at: new Date(clock.now()).toISOString() };
}

/** At most some of many, for one line. */
export function several(names: string[], most = 8): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
