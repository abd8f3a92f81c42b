import type { SortOptions } from '../kustomization/kustomization.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { gvkSortText, gvkText, kindOrder, type ResourceId, sameGvk } from '../resource/resource-id.ts';
import type { Transformer } from './transformer.ts';

/** `sortOptions`: `fifo` leaves the order, `legacy` sorts by kind, then by name. @throws KustomizeError */
export function sortTransformer(options: SortOptions | undefined): Transformer {
  const order = options === undefined ? 'fifo' : (options.order ?? '');
  const legacy = options?.legacySortOptions;
  if (order !== 'fifo' && order !== 'legacy')
    throw new KustomizeError("the field 'sortOptions.order' must be one of [fifo, legacy]");
  if (order === 'fifo' && legacy)
    throw new KustomizeError(
      "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
    );
  if (order === 'fifo') return () => {};
  const kinds = legacy ? kindOrder(legacy.orderFirst ?? [], legacy.orderLast ?? []) : kindOrder();
  return set => {
    const sorted = set.list
      .map(resource => ({ resource, id: resource.id }))
      .sort((left, right) => compare(left.id, right.id, kinds));
    set.list = [];
    set.appendAll(sorted.map(({ resource }) => resource));
  };
}

function compare(left: ResourceId, right: ResourceId, kinds: Map<string, number>): number {
  if (sameGvk(left, right)) return byText(sortText(left), sortText(right));
  const order = (kinds.get(left.kind) ?? 0) - (kinds.get(right.kind) ?? 0);
  if (order !== 0) return order;
  const areNamespaces = left.kind === 'Namespace' && right.kind === 'Namespace';
  const isReversed = areNamespaces && (left.group === '' || right.group === '');
  const result = byText(gvkSortText(left), gvkSortText(right));
  return isReversed ? -result : result;
}

function sortText(id: ResourceId): string {
  return `${gvkText(id)}|${id.namespace || '~X'}|${id.name || '~N'}`;
}

function byText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
