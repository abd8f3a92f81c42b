import type { ObservedContainer } from './observed.ts';

/** As upstream's kubelet: 10 s, doubling, at most 5 minutes; forgotten after 10 minutes of running. */
export const BACKOFF = { firstMs: 10_000, mostMs: 300_000, forgetMs: 600_000 };

type Crashes = Pick<ObservedContainer, 'crashes' | 'backoffMs'> & { retryAt: number };

/** The pause after a run that has ended: none after the first, then 10 s, 20 s, 40 s … */
export function backOff(
  { crashes, startedAt }: Pick<ObservedContainer, 'crashes' | 'startedAt'>,
  now: number,
): Crashes {
  const before = now - (startedAt ?? now) >= BACKOFF.forgetMs ? 0 : crashes;
  const backoffMs = before === 0 ? 0 : pauseOf(before);
  return { crashes: before + 1, backoffMs, retryAt: now + backoffMs };
}

/** The pause after a container that could not be started at all: it waits from the first time on. */
export function backOffStart({ crashes }: Pick<ObservedContainer, 'crashes'>, now: number): Crashes {
  const backoffMs = pauseOf(crashes + 1);
  return { crashes: crashes + 1, backoffMs, retryAt: now + backoffMs };
}

function pauseOf(crashes: number): number {
  return Math.min(BACKOFF.firstMs * 2 ** (crashes - 1), BACKOFF.mostMs);
}
