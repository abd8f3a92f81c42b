import type { Clock } from '@slipway/api';
import type { HostContext, ListedRepository, RepositoryHost } from './repository-host.ts';

export type RecentList = (context: HostContext) => Promise<ReadonlyMap<string, ListedRepository>>;

/** One list for all who look within the same few seconds. */
export function recentList(host: Pick<RepositoryHost, 'list'>, maxAgeMs: number): RecentList {
  let kept: { at: number; list: ReturnType<RecentList> } | undefined;
  const isYoung = (clock: Clock) => kept !== undefined && clock.now() - kept.at < maxAgeMs;
  return context => {
    if (kept && isYoung(context.clock)) return kept.list;
    const list = host.list(context);
    const mine = { at: context.clock.now(), list };
    kept = mine;
    // What failed is asked again by whoever looks next.
    list.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return list;
  };
}
