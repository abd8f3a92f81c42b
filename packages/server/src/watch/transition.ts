import type { Selection } from '../http/selection.ts';
import type { Entry, StoreEvent } from '../store/store.ts';

export type WatchType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** What a change means to somebody who sees only a selection: coming in is ADDED, leaving is DELETED. */
export function eventFor(
  event: StoreEvent,
  selection: Selection,
): { type: WatchType; entry: Entry } | undefined {
  if (selection.everything) return event;
  const before = event.previous !== undefined && selection.matches(event.previous);
  if (event.type === 'DELETED') return before ? { type: 'DELETED', entry: event.entry } : undefined;
  const now = selection.matches(event.entry);
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', entry: event.entry };
  if (!before || !event.previous) return undefined;
  return { type: 'DELETED', entry: atVersion(event.previous, event.entry.resourceVersion) };
}

/** The state before, at the version in which it ceased to match (apiserver/pkg/storage/cacher). */
function atVersion(entry: Entry, resourceVersion: number): Entry {
  const [before, after] = [entry.resourceVersion, resourceVersion].map(v => `"resourceVersion":"${v}"`);
  const text = entry.text.replace(before ?? '', after ?? '');
  return { key: entry.key, resourceVersion, text, labels: () => entry.labels() };
}
