import { parseApiVersion, SlipwayError } from '@slipway/api';
import { GrpcError } from '@slipway/gateway';
import type { Item } from '../application/compare.ts';
import { hideSecretData } from '../application/diff/hide-secret-data.ts';
import { type Inspection, inspect } from '../application/inspect.ts';
import { applicationOf, type StoredApplication } from './application-access.ts';
import { type Exchange, flag, send } from './exchange.ts';

/** Looks at an Application as the controller does. What is wrong with it is the caller's to know. */
async function lookAt(
  { state }: Exchange,
  application: StoredApplication,
  hard = false,
): Promise<Inspection> {
  const { desk } = state;
  try {
    return await inspect(desk, application, { hard, signal: desk.signal });
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    throw new GrpcError('FailedPrecondition', error.message);
  }
}

/** What the source says of each object beside what lives, as JSON texts; values of Secrets are hidden. */
export async function managedResources(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const application = await applicationOf(exchange, name);
  const { items } = await lookAt(exchange, application);
  const wanted = items.filter(item => isWanted(item, exchange.query));
  const { maskedAnnotations } = exchange.state.desk.settings.config();
  send(exchange, { items: wanted.map(item => shown(item, maskedAnnotations)) });
}

function isWanted({ kind, name, namespace = '' }: Item, query: URLSearchParams): boolean {
  const fits = (field: string, value: string) => [null, '', value].includes(query.get(field));
  return (
    fits('group', kind.group) && fits('kind', kind.kind) && fits('name', name) && fits('namespace', namespace)
  );
}

function shown({ kind, name, namespace, hook, diff, ...item }: Item, masked: string[]): object {
  const isSecret = kind.group === '' && kind.kind === 'Secret';
  const hidden = (target: Item['target'], live: Item['target']) =>
    isSecret ? hideSecretData({ target, live }, masked) : { target, live };
  const { target, live } = hidden(item.target, item.live);
  const states = hidden(diff?.predictedLive ?? item.live, diff?.normalizedLive ?? item.live);
  return {
    ...(kind.group ? { group: kind.group } : {}),
    kind: kind.kind,
    ...(namespace ? { namespace } : {}),
    name,
    targetState: JSON.stringify(target ?? null),
    liveState: JSON.stringify(live ?? null),
    normalizedLiveState: JSON.stringify(states.live ?? null),
    predictedLiveState: JSON.stringify(states.target ?? null),
    ...(item.live ? { resourceVersion: item.live.metadata.resourceVersion } : {}),
    ...(hook ? { hook } : {}),
    ...((diff?.modified ?? item.status === 'OutOfSync') ? { modified: true } : {}),
  };
}

/** The objects of the sources as JSON texts, and which revisions they are of. */
export async function getManifests(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const application = await applicationOf(exchange, name);
  const revision = exchange.query.get('revision');
  const { items, revisions, sourceTypes } = await lookAt(
    exchange,
    revision ? atRevision(application, revision) : application,
    flag(exchange.query, 'noCache') ?? false,
  );
  const { destination } = (application.spec ?? {}) as {
    destination?: { server?: string; namespace?: string };
  };
  const { maskedAnnotations } = exchange.state.desk.settings.config();
  const manifests = items.flatMap(({ kind, target }) => {
    if (!target) return [];
    const { group } = parseApiVersion(target.apiVersion);
    const isSecret = group === '' && kind.kind === 'Secret';
    const hidden = isSecret ? hideSecretData({ target, live: undefined }, maskedAnnotations).target : target;
    return [JSON.stringify(hidden)];
  });
  send(exchange, {
    manifests,
    ...(destination?.namespace ? { namespace: destination.namespace } : {}),
    ...(destination?.server ? { server: destination.server } : {}),
    revision: revisions[0] ?? '',
    sourceType: sourceTypes[0] ?? '',
  });
}

/** The same Application with its one source at another revision. */
function atRevision(application: StoredApplication, revision: string): StoredApplication {
  const { source } = (application.spec ?? {}) as { source?: object };
  if (!source)
    throw new GrpcError('InvalidArgument', 'revision: the application has several sources; leave it out');
  return { ...application, spec: { ...application.spec, source: { ...source, targetRevision: revision } } };
}
