import type { FieldSpec } from '../config/field-spec.ts';
import { byBytes } from '../resource/json-text.ts';
import { filterFields } from './field-filter.ts';
import { entrySetter } from './set-entry.ts';
import type { Transformer } from './transformer.ts';

/** Labels or annotations, written to every field that the specs name. */
export function metadataTransformer(values: Record<string, string>, specs: FieldSpec[]): Transformer {
  const keys = Object.keys(values).sort(byBytes);
  return set => {
    for (const resource of set.list) {
      for (const key of keys) {
        if (!resource.node) continue;
        const entry = entrySetter(key, values[key] ?? '', '!!str');
        filterFields(resource.node, specs, { set: entry, create: { kind: 'map', tag: '!!map' } });
      }
    }
    if (keys.length > 0) set.dropEmpty();
  };
}
