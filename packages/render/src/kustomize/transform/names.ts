import type { FieldSpec } from '../config/field-spec.ts';
import { PREFIXES, SUFFIXES } from '../resource/build-annotations.ts';
import { type Gvk, isSelected } from '../resource/resource-id.ts';
import { filterField } from './field-filter.ts';
import { entrySetter } from './set-entry.ts';
import type { Transformer } from './transformer.ts';

/** Kinds whose names mean something outside a kustomization. */
const KEPT: Partial<Gvk>[] = [
  { kind: 'CustomResourceDefinition' },
  { group: 'apiregistration.k8s.io', kind: 'APIService' },
  { kind: 'Namespace' },
];

/** `namePrefix` or `nameSuffix`; an empty one is still noted on what it would have changed. */
export function nameTransformer(
  affix: { prefix?: string; suffix?: string },
  specs: FieldSpec[],
): Transformer {
  const { prefix = '', suffix = '' } = affix;
  const annotation = affix.prefix === undefined ? SUFFIXES : PREFIXES;
  return set => {
    for (const resource of set.list) {
      const id = resource.originalId;
      if (KEPT.some(kept => isSelected(id, kept))) continue;
      for (const spec of specs) {
        if (!isSelected(id, spec) || !resource.node) continue;
        if (spec.path === 'metadata/name') resource.appendTo(annotation, prefix + suffix);
        if (spec.path === 'metadata/name' && prefix + suffix !== '') resource.storePreviousId();
        filterField(resource.node, spec, {
          set: node => entrySetter('', prefix + node.value + suffix, '')(node),
          create: { kind: 'scalar', tag: '!!str' },
        });
      }
    }
  };
}
