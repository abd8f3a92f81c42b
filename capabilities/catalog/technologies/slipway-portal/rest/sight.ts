import type { Indexed } from '../entity/entity-index.ts';
import { type Exchange, mayDo } from './exchange.ts';

const GROUP = { group: 'catalog.slipway.dev', resource: 'entities' } as const;

/** Which of these entities the caller may see: all, or those of the namespaces where listing is allowed. */
export async function sightOf(
  exchange: Exchange,
  items: Iterable<Indexed>,
): Promise<(item: Indexed) => boolean> {
  if (await mayDo(exchange, { verb: 'list', ...GROUP })) return () => true;
  const namespaces = new Set<string>();
  for (const { object } of items) namespaces.add(object.metadata.namespace ?? '');
  const allowed = new Set<string>();
  for (const namespace of namespaces)
    if (await mayDo(exchange, { verb: 'list', ...GROUP, namespace })) allowed.add(namespace);
  return ({ object }) => allowed.has(object.metadata.namespace ?? '');
}
