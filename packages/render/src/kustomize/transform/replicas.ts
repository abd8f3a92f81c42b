import type { FieldSpec } from '../config/field-spec.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { gvkText, isSelected } from '../resource/resource-id.ts';
import { filterField } from './field-filter.ts';
import { entrySetter } from './set-entry.ts';
import type { Transformer } from './transformer.ts';

/** One entry of `replicas`. @throws KustomizeError when nothing of that name has replicas */
export function replicaTransformer(
  { name = '', count = 0 }: { name?: string; count?: number | bigint },
  specs: FieldSpec[],
): Transformer {
  return set => {
    let found = false;
    for (const spec of specs) {
      for (const { node } of set.byAnyId(id => id.name === name && isSelected(id, spec))) {
        found = true;
        const entry = entrySetter('', String(count), '!!int');
        if (node) filterField(node, spec, { set: entry, create: { kind: 'scalar', tag: '!!int' } });
      }
    }
    if (!found)
      throw new KustomizeError(
        `resource with name ${name} does not match a config with the following GVK [${specs.map(gvkText).join(' ')}]`,
      );
  };
}
