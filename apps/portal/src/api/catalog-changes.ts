import { Entity } from '@slipway/kinds';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { client } from './client.ts';

/** Changes that come together are read once. */
const TOGETHER_MS = 250;
const RETRY_MS = 5_000;

/** Reads the catalog again when an entity changes: a watch tells that there is news, the catalog's REST what it is. */
export function useCatalogChanges(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const news = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey: ['catalog'] });
      }, TOGETHER_MS);
    };
    void follow(stop.signal, news);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [queries]);
}

/** Who may not watch sees what was there when the page opened. */
async function follow(signal: AbortSignal, news: () => void): Promise<void> {
  while (!signal.aborted) {
    try {
      const { metadata } = await client.list(Entity, { limit: 1 });
      const since = metadata.resourceVersion ? { resourceVersion: metadata.resourceVersion } : {};
      for await (const event of client.watch(Entity, { ...since, signal }))
        if (event.type !== 'BOOKMARK') news();
    } catch {
      // tried again below, as long as the page is there
    }
    await new Promise(resolve => setTimeout(resolve, RETRY_MS));
  }
}
