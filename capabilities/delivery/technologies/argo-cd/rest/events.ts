import type { AnyObject } from '@slipway/api';
import type { Client } from '@slipway/client';
import { GrpcError } from '@slipway/gateway';
import { Event } from '@slipway/kinds';
import { applicationOf } from './application-access.ts';
import { type Exchange, send } from './exchange.ts';
import { treeOf } from './tree/tree-of.ts';

/** Events of the Application, or of one of its objects (`resourceUID`, `resourceName`, `resourceNamespace`). */
export async function listEvents(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const { state, query } = exchange;
  const application = await applicationOf(exchange, name);
  const uid = query.get('resourceUID') ?? '';
  if (uid === '' && !query.get('resourceName')) {
    const { namespace = '' } = application.metadata;
    return send(exchange, await eventsOf(state.desk.ports.client, namespace, application));
  }
  const tree = await treeOf(state, application);
  const nodes = [...tree.nodes, ...(tree.orphanedNodes ?? [])];
  const node = nodes.find(
    each =>
      each.uid === uid &&
      each.name === query.get('resourceName') &&
      (each.namespace ?? '') === (query.get('resourceNamespace') ?? ''),
  );
  const object = tree.live.get(node?.uid ?? '');
  if (!object)
    throw new GrpcError(
      'InvalidArgument',
      `${query.get('resourceName')} not found as part of application ${name}`,
    );
  const { namespace = 'default' } = object.metadata;
  send(exchange, await eventsOf(tree.reached.client, namespace, object));
}

async function eventsOf(
  client: Client,
  namespace: string,
  { metadata }: AnyObject & { metadata: { uid: string; name: string } },
): Promise<object> {
  const fields = [`involvedObject.name=${metadata.name}`, `involvedObject.uid=${metadata.uid}`];
  const { metadata: list, items } = await client.list(Event, {
    namespace,
    fieldSelector: fields.join(','),
  });
  return { metadata: { resourceVersion: list.resourceVersion }, items };
}
