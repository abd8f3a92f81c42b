import { hasReason, type Kind, type KubeObject, keyOf, keyText, messageOf, type Stored } from '@slipway/api';
import { Team } from '@slipway/kinds';
import { useEffect, useState } from 'react';
import { paths } from '../paths.ts';
import { client } from './client.ts';

export interface Live<T> {
  /** Undefined until the first answer. */
  items: Stored<T & KubeObject>[] | undefined;
  error: string | undefined;
}

const RETRY_MS = 2000;
const FRAME_MS = 16;

/** Objects of a kind, kept current by a watch for as long as the page shows them. */
export function useLive<T extends KubeObject>(
  kind: Kind<T>,
  options: { namespace?: string; name?: string; labelSelector?: string } = {},
): Live<T> {
  const [state, setState] = useState<Live<T>>({ items: undefined, error: undefined });
  const { namespace, name, labelSelector } = options;
  useEffect(() => {
    const stop = new AbortController();
    void follow(kind, { namespace, name, labelSelector }, stop.signal, setState as Show);
    return () => stop.abort();
  }, [kind, namespace, name, labelSelector]);
  return state;
}

interface Scope {
  namespace: string | undefined;
  name: string | undefined;
  labelSelector: string | undefined;
}

type Show = (state: Live<KubeObject>) => void;

async function follow(kind: Kind, scope: Scope, signal: AbortSignal, show: Show): Promise<void> {
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

/** Who may not read the whole platform reads the namespaces of those teams where that is allowed. */
async function readAll(kind: Kind, scope: Scope, signal: AbortSignal, show: Show): Promise<void> {
  const objects = new Map<string, Stored<KubeObject>>();
  const reading = { kind, signal, objects, draw: drawing(objects, signal, show) };
  const scopes = await scopesOf(kind, scope, signal);
  const versions = await Promise.all(scopes.map(each => readNow(reading, each)));
  reading.draw();
  await Promise.all(scopes.map((each, index) => keepCurrent(reading, each, versions[index])));
}

async function scopesOf(kind: Kind, scope: Scope, signal: AbortSignal): Promise<Scope[]> {
  if (scope.namespace || !kind.namespaced || (await mayList(kind, scope, signal))) return [scope];
  const { items: teams } = await client.list(Team);
  const own = teams.map(({ metadata }) => ({ ...scope, namespace: `team-${metadata.name}` }));
  const allowed = await Promise.all(own.map(each => mayList(kind, each, signal)));
  return own.filter((_each, index) => allowed[index]);
}

async function mayList(kind: Kind, scope: Scope, signal: AbortSignal): Promise<boolean> {
  try {
    await client.list(kind, { ...optionsOf(scope, signal), limit: 1 });
    return true;
  } catch (error) {
    if (hasReason(error, 'Forbidden')) return false;
    throw error;
  }
}

interface Reading {
  kind: Kind;
  signal: AbortSignal;
  objects: Map<string, Stored<KubeObject>>;
  draw: () => void;
}

/** Shows the objects soon: what changes within a frame is drawn once. */
function drawing(objects: Reading['objects'], signal: AbortSignal, show: Show): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      if (!signal.aborted) show({ items: [...objects.values()], error: undefined });
    }, FRAME_MS);
  };
}

function optionsOf({ namespace, name, labelSelector }: Scope, signal: AbortSignal) {
  return {
    signal,
    ...(namespace ? { namespace } : {}),
    ...(labelSelector ? { labelSelector } : {}),
    ...(name ? { fieldSelector: `metadata.name=${name}` } : {}),
  };
}

/** Version up to which it was read. */
async function readNow({ kind, signal, objects }: Reading, scope: Scope): Promise<string | undefined> {
  const { items, metadata } = await client.list(kind, optionsOf(scope, signal));
  for (const item of items) objects.set(keyText(keyOf(item)), item);
  return metadata.resourceVersion;
}

async function keepCurrent(
  { kind, signal, objects, draw }: Reading,
  scope: Scope,
  resourceVersion: string | undefined,
): Promise<void> {
  const since = resourceVersion ? { resourceVersion } : {};
  for await (const event of client.watch(kind, { ...optionsOf(scope, signal), ...since })) {
    if (event.type === 'BOOKMARK') continue;
    const key = keyText(keyOf(event.object));
    if (event.type === 'DELETED') objects.delete(key);
    if (event.type !== 'DELETED') objects.set(key, event.object);
    draw();
  }
}
