import { type AnyObject, hasReason, type Stored } from '@slipway/api';
import { mutate } from '@slipway/client';
import { GrpcError, readJson } from '@slipway/gateway';
import { AppProject, Event } from '@slipway/kinds';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import { projectSpecOf } from '../project/spec.ts';
import { activeWindows } from '../project/sync-window.ts';
import { type Exchange, mayDo, requireRight, send } from './exchange.ts';

const RESOURCE = { group: 'argoproj.io', resource: 'appprojects', namespace: CONTROL_NAMESPACE } as const;

async function projectOf(exchange: Exchange, name: string): Promise<Stored<AnyObject>> {
  await requireRight(exchange, { verb: 'get', ...RESOURCE, name });
  return exchange.state.desk.ports.client.get(AppProject, { namespace: CONTROL_NAMESPACE, name });
}

/** Projects that the caller may see. */
export async function listProjects(exchange: Exchange): Promise<void> {
  const name = exchange.query.get('name');
  const list = await exchange.state.desk.ports.client.list(AppProject, { namespace: CONTROL_NAMESPACE });
  const items: Stored<AnyObject>[] = [];
  for (const item of list.items) {
    if (name && item.metadata.name !== name) continue;
    if (await mayDo(exchange, { verb: 'get', ...RESOURCE, name: item.metadata.name })) items.push(item);
  }
  send(exchange, { metadata: { resourceVersion: list.metadata.resourceVersion }, items });
}

export async function getProject(exchange: Exchange, [name = '']: string[]): Promise<void> {
  send(exchange, await projectOf(exchange, name));
}

function readProject(body: Record<string, unknown>): AnyObject {
  const { metadata, spec } = (body.project ?? {}) as Partial<AnyObject>;
  if (!metadata?.name) throw new GrpcError('InvalidArgument', 'project: metadata.name is required');
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { ...metadata, namespace: CONTROL_NAMESPACE },
    spec: spec ?? {},
  };
}

/** `{project, upsert}`, as the caller. */
export async function createProject(exchange: Exchange): Promise<void> {
  const body = await readJson(exchange.request);
  const project = readProject(body);
  const client = exchange.state.desk.ports.as(exchange.user);
  try {
    return send(exchange, await client.create(AppProject, project));
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  }
  const key = { namespace: CONTROL_NAMESPACE, name: project.metadata.name ?? '' };
  if (body.upsert !== true)
    throw new GrpcError(
      'InvalidArgument',
      'existing project spec is different, use upsert flag to force update',
    );
  const updated = await mutate(client, AppProject, key, draft => {
    draft.spec = project.spec ?? {};
  });
  send(exchange, updated);
}

export async function updateProject(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const { spec, metadata } = readProject(await readJson(exchange.request));
  if (metadata.name !== name)
    throw new GrpcError('InvalidArgument', `the body is project ${metadata.name}, not ${name}`);
  const key = { namespace: CONTROL_NAMESPACE, name };
  const updated = await mutate(exchange.state.desk.ports.as(exchange.user), AppProject, key, draft => {
    draft.spec = spec ?? {};
    draft.metadata.labels = metadata.labels ?? {};
    draft.metadata.annotations = metadata.annotations ?? {};
  });
  send(exchange, updated);
}

export async function deleteProject(exchange: Exchange, [name = '']: string[]): Promise<void> {
  if (name === 'default')
    throw new GrpcError('InvalidArgument', "name 'default' is reserved and cannot be deleted");
  await exchange.state.desk.ports
    .as(exchange.user)
    .delete(AppProject, { namespace: CONTROL_NAMESPACE, name });
  send(exchange, {});
}

export async function projectEvents(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const project = await projectOf(exchange, name);
  const { metadata, items } = await exchange.state.desk.ports.client.list(Event, {
    namespace: CONTROL_NAMESPACE,
    fieldSelector: `involvedObject.name=${name},involvedObject.uid=${project.metadata.uid}`,
  });
  send(exchange, { metadata: { resourceVersion: metadata.resourceVersion }, items });
}

/** Windows of the project that are open now. */
export async function projectWindows(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const { syncWindows = [] } = projectSpecOf(await projectOf(exchange, name));
  send(exchange, { windows: activeWindows(syncWindows, exchange.state.desk.ports.clock.now()) });
}
