import { type AnyObject, hasReason, type Stored } from '@slipway/api';
import { mutate } from '@slipway/client';
import { GrpcError, readJson } from '@slipway/gateway';
import { ApplicationSet } from '@slipway/kinds';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import { projectsOf } from './application-access.ts';
import { type Exchange, flag, mayDo, permissionDenied, send } from './exchange.ts';

const RESOURCE = { group: 'argoproj.io', resource: 'applicationsets' } as const;

function maySee(exchange: Exchange, { metadata }: Stored<AnyObject>): Promise<boolean> {
  const { namespace = '', name } = metadata;
  return mayDo(exchange, { verb: 'get', ...RESOURCE, namespace, name });
}

export async function listApplicationSets(exchange: Exchange): Promise<void> {
  const { query, state } = exchange;
  const [namespace, selector] = [query.get('appsetNamespace'), query.get('selector')];
  const list = await state.desk.ports.client.list(ApplicationSet, {
    ...(namespace ? { namespace } : {}),
    ...(selector ? { labelSelector: selector } : {}),
  });
  const projects = projectsOf(query);
  const items: Stored<AnyObject>[] = [];
  for (const item of list.items) {
    const project = String((item.spec?.template as { spec?: AnyObject } | undefined)?.spec?.project ?? '');
    if (projects.length > 0 && !projects.includes(project)) continue;
    if (await maySee(exchange, item)) items.push(item);
  }
  send(exchange, { metadata: { resourceVersion: list.metadata.resourceVersion }, items });
}

async function applicationSetOf(exchange: Exchange, name: string): Promise<Stored<AnyObject>> {
  const namespace = exchange.query.get('appsetNamespace') || CONTROL_NAMESPACE;
  const found = await exchange.state.desk.ports.client.find(ApplicationSet, { namespace, name });
  if (!found || !(await maySee(exchange, found))) throw permissionDenied();
  return found;
}

export async function getApplicationSet(exchange: Exchange, [name = '']: string[]): Promise<void> {
  send(exchange, await applicationSetOf(exchange, name));
}

export async function createApplicationSet(exchange: Exchange): Promise<void> {
  const { metadata, spec } = (await readJson(exchange.request)) as Partial<AnyObject>;
  if (!metadata?.name || !spec)
    throw new GrpcError('InvalidArgument', 'applicationset: metadata.name and spec are required');
  const client = exchange.state.desk.ports.as(exchange.user);
  const namespace = metadata.namespace || CONTROL_NAMESPACE;
  const object: AnyObject = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { ...metadata, namespace },
    spec,
  };
  try {
    return send(exchange, await client.create(ApplicationSet, object));
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  }
  if (!flag(exchange.query, 'upsert'))
    throw new GrpcError(
      'InvalidArgument',
      'existing ApplicationSet spec is different, use upsert flag to force update',
    );
  const updated = await mutate(client, ApplicationSet, { namespace, name: metadata.name }, draft => {
    draft.spec = spec;
  });
  send(exchange, updated);
}

export async function deleteApplicationSet(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const { metadata } = await applicationSetOf(exchange, name);
  const key = { namespace: metadata.namespace ?? '', name };
  await exchange.state.desk.ports.as(exchange.user).delete(ApplicationSet, key);
  send(exchange, {});
}
