import type { Rendered } from './render-context.ts';

/** Renderings by what they were made of; the ones used longest ago go when there are too many, or too large ones. */
export interface RenderedCache<T extends Rendered> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
}

const MOST = 5_000;
/** Of all renderings together: some hundred MB of ordinary objects. */
const MOST_OBJECTS = 200_000;

export function renderedCache<T extends Rendered>(most = MOST, mostObjects = MOST_OBJECTS): RenderedCache<T> {
  const entries = new Map<string, T>();
  let objects = 0;
  const drop = (key: string) => {
    objects -= entries.get(key)?.manifests.length ?? 0;
    entries.delete(key);
  };
  return {
    get: key => {
      const found = entries.get(key);
      // Used now: the last to go.
      if (found) {
        entries.delete(key);
        entries.set(key, found);
      }
      return found;
    },
    set: (key, value) => {
      drop(key);
      entries.set(key, value);
      objects += value.manifests.length;
      for (const oldest of entries.keys()) {
        if ((entries.size <= most && objects <= mostObjects) || oldest === key) return;
        drop(oldest);
      }
    },
  };
}
