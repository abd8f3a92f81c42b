import type { AnyObject } from '@slipway/api';
import { mutate } from '@slipway/client';
import { GrpcError } from '@slipway/gateway';
import { Application } from '@slipway/kinds';
import { REFRESH } from '../application/write-status.ts';
import { sameGitUrl } from '../settings/git-url.ts';
import {
  applicationOf,
  keyOf,
  mayApplication,
  projectOf,
  projectsOf,
  type StoredApplication,
} from './application-access.ts';
import { type Exchange, send } from './exchange.ts';

/** How long a caller who asks to refresh waits for it, at most. */
const REFRESH_MS = 60_000;

/** Applications that the caller may see, by name. */
export async function listApplications(exchange: Exchange): Promise<void> {
  const { query, state } = exchange;
  const namespace = query.get('appNamespace');
  const selector = query.get('selector');
  const list = await state.desk.ports.client.list(Application, {
    ...(namespace ? { namespace } : {}),
    ...(selector ? { labelSelector: selector } : {}),
  });
  const items: StoredApplication[] = [];
  for (const item of list.items) if (await isWanted(exchange, item)) items.push(item);
  items.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  send(exchange, { metadata: { resourceVersion: list.metadata.resourceVersion }, items });
}

/** Whether an Application is what a list or a watch asks for, and the caller may see it. */
export async function isWanted(exchange: Exchange, application: StoredApplication): Promise<boolean> {
  const { query } = exchange;
  const name = query.get('name');
  if (name && application.metadata.name !== name) return false;
  const projects = projectsOf(query);
  if (projects.length > 0 && !projects.includes(projectOf(application))) return false;
  const repo = query.get('repo');
  if (repo && !repositoriesOf(application).some(url => sameGitUrl(url, repo))) return false;
  return mayApplication(exchange, 'get', keyOf(application));
}

function repositoriesOf({ spec = {} }: AnyObject): string[] {
  const { source, sources = [] } = spec as { source?: { repoURL: string }; sources?: { repoURL: string }[] };
  return [...(source ? [source] : []), ...sources].map(each => each.repoURL);
}

/** One of them; with `refresh` it is compared anew first. */
export async function getApplication(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const application = await applicationOf(exchange, name);
  const refresh = exchange.query.get('refresh');
  if (refresh === null) return send(exchange, application);
  send(exchange, await refreshed(exchange, application, refresh === 'hard' ? 'hard' : 'normal'));
}

/** Asks for a comparison as the annotation does, and waits until the controller has taken the annotation away. */
async function refreshed(
  { state }: Exchange,
  application: StoredApplication,
  how: 'normal' | 'hard',
): Promise<StoredApplication> {
  const { client, clock } = state.desk.ports;
  const key = keyOf(application);
  await mutate(client, Application, key, draft => {
    draft.metadata.annotations = { ...draft.metadata.annotations, [REFRESH]: how };
  });
  const waiting = new AbortController();
  const signal = AbortSignal.any([waiting.signal, state.desk.signal]);
  void clock.sleep(REFRESH_MS, signal).then(
    () => waiting.abort(),
    () => {},
  );
  try {
    const scope = { namespace: key.namespace, fieldSelector: `metadata.name=${key.name}` };
    for await (const { type, object } of client.watch(Application, {
      ...scope,
      sendInitialEvents: true,
      signal,
    })) {
      if (type === 'DELETED')
        throw new GrpcError('NotFound', `applications.argoproj.io "${key.name}" not found`);
      if (type !== 'BOOKMARK' && !object.metadata.annotations?.[REFRESH]) return object;
    }
  } finally {
    waiting.abort();
  }
  throw new GrpcError('Internal', 'application refresh deadline exceeded');
}
