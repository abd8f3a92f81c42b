import { Application } from '@slipway/kinds';
import { applicationOf, keyOf } from './application-access.ts';
import { type Exchange, send } from './exchange.ts';
import { openStream } from './stream.ts';
import { treeOf } from './tree/tree-of.ts';

export async function getResourceTree(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const { nodes, orphanedNodes } = await treeOf(exchange.state, await applicationOf(exchange, name));
  send(exchange, { nodes, ...(orphanedNodes ? { orphanedNodes } : {}) });
}

/** The tree now, and again whenever the controller has something new to say of the Application. */
export async function watchResourceTree(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const { state } = exchange;
  const application = await applicationOf(exchange, name);
  const { namespace } = keyOf(application);
  const stream = openStream(exchange);
  const scope = { namespace, fieldSelector: `metadata.name=${name}` };
  let last = '';
  const events = state.desk.ports.client.watch(Application, {
    ...scope,
    sendInitialEvents: true,
    signal: stream.signal,
  });
  for await (const { type, object } of events) {
    if (type === 'DELETED') break;
    if (type === 'BOOKMARK') continue;
    const { nodes, orphanedNodes } = await treeOf(state, object);
    const tree = { nodes, ...(orphanedNodes ? { orphanedNodes } : {}) };
    const text = JSON.stringify(tree);
    if (text !== last) stream.send(tree);
    last = text;
  }
  stream.end();
}
