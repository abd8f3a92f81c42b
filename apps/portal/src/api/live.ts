import { hasReason, type Kind, type KubeObject, keyOf, keyText, messageOf, type Stored } from '@slipway/api';
import { useEffect, useState } from 'react';
import { paths } from '../paths.ts';
import { client } from './client.ts';

export interface Live<T> {
  /** Undefined until the first answer. */
  items: Stored<T & KubeObject>[] | undefined;
  error: string | undefined;
}

const RETRY_MS = 2000;

/** Objects of a kind, kept current by a watch for as long as the page shows them. */
export function useLive<T extends KubeObject>(
  kind: Kind<T>,
  options: { namespace?: string; name?: string; labelSelector?: string } = {},
): Live<T> {
  const [state, setState] = useState<Live<T>>({ items: undefined, error: undefined });
  const { namespace, name, labelSelector } = options;
  useEffect(() => {
    const stop = new AbortController();
    void follow(
      kind,
      { namespace, name, labelSelector },
      stop.signal,
      setState as (state: Live<KubeObject>) => void,
    );
    return () => stop.abort();
  }, [kind, namespace, name, labelSelector]);
  return state;
}

interface Scope {
  namespace: string | undefined;
  name: string | undefined;
  labelSelector: string | undefined;
}

async function follow(
  kind: Kind,
  scope: Scope,
  signal: AbortSignal,
  show: (state: Live<KubeObject>) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await readAll(kind, scope, signal, show);
    } catch (error) {
      if (signal.aborted) return;
      if (hasReason(error, 'Unauthorized')) return location.assign(paths.signIn(location.pathname));
      show({ items: undefined, error: messageOf(error) });
    }
    await new Promise(resolve => setTimeout(resolve, RETRY_MS));
  }
}

async function readAll(
  kind: Kind,
  { namespace, name, labelSelector }: Scope,
  signal: AbortSignal,
  show: (state: Live<KubeObject>) => void,
) {
  const objects = new Map<string, Stored<KubeObject>>();
  const options = {
    signal,
    ...(namespace ? { namespace } : {}),
    ...(labelSelector ? { labelSelector } : {}),
    ...(name ? { fieldSelector: `metadata.name=${name}` } : {}),
  };
  const list = await client.list(kind, options);
  for (const item of list.items) objects.set(keyText(keyOf(item)), item);
  const draw = () => show({ items: [...objects.values()], error: undefined });
  draw();
  const { resourceVersion } = list.metadata;
  for await (const event of client.watch(kind, {
    ...options,
    ...(resourceVersion ? { resourceVersion } : {}),
  })) {
    if (event.type === 'BOOKMARK') continue;
    const key = keyText(keyOf(event.object));
    if (event.type === 'DELETED') objects.delete(key);
    if (event.type !== 'DELETED') objects.set(key, event.object);
    draw();
  }
}
