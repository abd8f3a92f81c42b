import { Application } from '@slipway/kinds';
import { isWanted } from './applications.ts';
import type { Exchange } from './exchange.ts';
import { openStream } from './stream.ts';

/** Applications as they change; first those that are there, unless a version says what the caller has seen. */
export async function watchApplications(exchange: Exchange): Promise<void> {
  const { query, state } = exchange;
  const namespace = query.get('appNamespace');
  const selector = query.get('selector');
  const resourceVersion = query.get('resourceVersion') ?? '';
  const isWhole = resourceVersion === '' || query.get('name');
  const stream = openStream(exchange);
  const events = state.desk.ports.client.watch(Application, {
    ...(namespace ? { namespace } : {}),
    ...(selector ? { labelSelector: selector } : {}),
    ...(isWhole ? { sendInitialEvents: true } : { resourceVersion }),
    signal: stream.signal,
  });
  for await (const { type, object } of events) {
    if (type !== 'BOOKMARK' && (await isWanted(exchange, object))) stream.send({ type, application: object });
  }
  stream.end();
}
