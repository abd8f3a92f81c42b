import { isDeepStrictEqual } from 'node:util';
import { type AnyObject, hasReason } from '@slipway/api';
import { mutate } from '@slipway/client';
import { GrpcError, readJson } from '@slipway/gateway';
import { Application } from '@slipway/kinds';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import { applicationOf, keyOf, type StoredApplication } from './application-access.ts';
import { type Exchange, flag, send } from './exchange.ts';

/** Argo CD's finalizers that take away what an Application made, by propagation policy. */
const CASCADE: Record<string, string> = {
  '': 'resources-finalizer.argocd.argoproj.io',
  foreground: 'resources-finalizer.argocd.argoproj.io',
  background: 'resources-finalizer.argocd.argoproj.io/background',
};

/** Makes one; again with the same content it changes nothing, with another it needs `upsert`. */
export async function createApplication(exchange: Exchange): Promise<void> {
  const { state, request, query, user } = exchange;
  const wanted = readApplication(await readJson(request));
  const namespace = wanted.metadata.namespace || CONTROL_NAMESPACE;
  const client = state.desk.ports.as(user);
  const object = { ...wanted, metadata: { ...wanted.metadata, namespace } };
  try {
    return send(exchange, await client.create(Application, object));
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  }
  const { name = '' } = wanted.metadata;
  const existing = await client.get(Application, { namespace, name });
  if (isSame(existing, object)) return send(exchange, existing);
  if (!flag(query, 'upsert'))
    throw new GrpcError(
      'InvalidArgument',
      'existing application spec is different, use upsert flag to force update',
    );
  send(exchange, await replaced(exchange, existing, object, { merge: true }));
}

function isSame({ spec, metadata }: StoredApplication, wanted: AnyObject): boolean {
  const part = ({ labels, annotations, finalizers }: AnyObject['metadata']) => ({
    labels: labels ?? {},
    annotations: annotations ?? {},
    finalizers: finalizers ?? [],
  });
  return isDeepStrictEqual(spec, wanted.spec) && isDeepStrictEqual(part(metadata), part(wanted.metadata));
}

/** An Application of a body. A sync is asked for at its own address, never smuggled in. */
function readApplication(body: Record<string, unknown>): AnyObject {
  const { metadata, spec } = body as Partial<AnyObject>;
  if (!metadata?.name || !spec)
    throw new GrpcError('InvalidArgument', 'application: metadata.name and spec are required');
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata, spec };
}

/** Labels, annotations and finalizers are replaced; with `merge` labels and annotations are added, as upstream does. */
function replaced(
  { state, user }: Exchange,
  existing: StoredApplication,
  { spec, metadata }: AnyObject,
  { merge }: { merge: boolean },
): Promise<StoredApplication> {
  return mutate(state.desk.ports.as(user), Application, keyOf(existing), draft => {
    if (spec) draft.spec = spec;
    draft.metadata.labels = { ...(merge ? draft.metadata.labels : {}), ...metadata.labels };
    draft.metadata.annotations = { ...(merge ? draft.metadata.annotations : {}), ...metadata.annotations };
    draft.metadata.finalizers = metadata.finalizers ?? [];
  });
}

export async function updateApplication(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const wanted = readApplication(await readJson(exchange.request));
  if (wanted.metadata.name !== name)
    throw new GrpcError('InvalidArgument', `the body is application ${wanted.metadata.name}, not ${name}`);
  const { namespace } = wanted.metadata;
  const query = new URLSearchParams(exchange.query);
  if (namespace) query.set('appNamespace', namespace);
  const existing = await applicationOf({ ...exchange, query }, name);
  send(exchange, await replaced(exchange, existing, wanted, { merge: false }));
}

export async function updateSpec(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const spec = await readJson(exchange.request);
  const { metadata } = await applicationOf(exchange, name);
  const key = { namespace: metadata.namespace ?? '', name };
  const updated = await mutate(exchange.state.desk.ports.as(exchange.user), Application, key, draft => {
    draft.spec = spec;
  });
  send(exchange, updated.spec);
}

/** `{patch, patchType}`: `json` (RFC 6902, the default) or `merge` (RFC 7386). */
export async function patchApplication(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const { patch = '', patchType = 'json' } = (await readJson(exchange.request)) as Record<string, string>;
  if (patchType !== 'json' && patchType !== 'merge')
    throw new GrpcError('InvalidArgument', `Patch type '${patchType}' is not supported`);
  const existing = await applicationOf(exchange, name);
  const client = exchange.state.desk.ports.as(exchange.user);
  const body = parsed(patch);
  if (patchType === 'merge')
    return send(exchange, await client.patch(Application, keyOf(existing), { type: 'merge', body }));
  if (!Array.isArray(body)) throw new GrpcError('InvalidArgument', 'error decoding json patch: no list');
  send(exchange, await client.patch(Application, keyOf(existing), { type: 'json', body }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new GrpcError('InvalidArgument', `error decoding json patch: ${(error as Error).message}`);
  }
}

/** With what it made, unless `cascade=false`. */
export async function deleteApplication(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const { state, query, user } = exchange;
  const cascade = flag(query, 'cascade') ?? true;
  const policy = query.get('propagationPolicy') ?? '';
  if (!cascade && policy)
    throw new GrpcError('InvalidArgument', 'cannot set propagation policy when cascading is disabled');
  const finalizer = CASCADE[policy];
  if (finalizer === undefined)
    throw new GrpcError('InvalidArgument', `invalid propagation policy: ${policy}`);
  const application = await applicationOf(exchange, name);
  const client = state.desk.ports.as(user);
  // Before a finalizer changes: who may not delete changes nothing.
  await client.delete(Application, keyOf(application), { dryRun: true });
  await mutate(client, Application, keyOf(application), draft => {
    if (draft.metadata.deletionTimestamp) return;
    const others = (draft.metadata.finalizers ?? []).filter(
      each => !Object.values(CASCADE).includes(each) && each !== `${CASCADE['']}/foreground`,
    );
    draft.metadata.finalizers = cascade ? [...others, finalizer] : others;
  });
  await client.delete(Application, keyOf(application));
  send(exchange, {});
}
