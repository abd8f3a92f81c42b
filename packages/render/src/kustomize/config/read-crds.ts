import { readConfig } from '../kustomization/read-config.ts';
import type { Loader } from '../load/loader.ts';
import type { JsonValue } from '../node/node-value.ts';
import type { NodeBudget } from '../node/read-document.ts';
import type { FieldSpec } from './field-spec.ts';
import { emptyConfig, mergeConfigs, type TransformerConfig } from './transformer-config.ts';

const MAX_DEPTH = 50;

/** What `crds` say of own kinds by their extensions (`x-kubernetes-object-ref-kind` and so on). */
export async function loadCrds(
  loader: Loader,
  paths: readonly string[],
  budget: NodeBudget,
): Promise<TransformerConfig> {
  let config = emptyConfig();
  for (const path of paths) {
    const types = mapOf(readConfig(await loader.loadText(path), budget));
    for (const [name, type] of Object.entries(types)) {
      const properties = propertiesOf(type);
      if (!['kind', 'apiVersion', 'metadata'].every(field => field in properties)) continue;
      const found = emptyConfig();
      const kind = name.slice(name.lastIndexOf('.') + 1);
      collect(found, kind, { types, name, path: [] });
      config = mergeConfigs(config, found);
    }
  }
  return config;
}

type JsonMap = { [key: string]: JsonValue };

function mapOf(value: JsonValue | undefined): JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function propertiesOf(type: JsonValue | undefined): JsonMap {
  const map = mapOf(type);
  return mapOf(mapOf(map.Schema ?? map.schema).properties);
}

interface Place {
  types: JsonMap;
  name: string;
  path: string[];
}

function collect(config: TransformerConfig, kind: string, { types, name, path }: Place): void {
  if (path.length > MAX_DEPTH) return;
  for (const [property, value] of Object.entries(propertiesOf(types[name]))) {
    const extensions = mapOf(value);
    const text = (key: string): string | undefined => {
      const found = extensions[`x-kubernetes-${key}`];
      return typeof found === 'string' ? found : undefined;
    };
    const at = [...path, property];
    if (text('annotation') !== undefined) config.commonAnnotations.push(specOf(kind, at));
    if (text('label-selector') !== undefined) config.commonLabels.push(specOf(kind, at));
    if (text('identity') !== undefined) config.namePrefix.push(specOf(kind, at));
    const [version, target] = [text('object-ref-api-version'), text('object-ref-kind')];
    if (version !== undefined && target !== undefined) {
      const spec = specOf(kind, [...at, text('object-ref-name-key') ?? 'name']);
      config.nameReference.push({ group: '', version, kind: target, fieldSpecs: [spec] });
    }
    const { $ref } = extensions;
    if (typeof $ref === 'string') collect(config, kind, { types, name: $ref, path: at });
  }
}

function specOf(kind: string, path: string[]): FieldSpec {
  return { group: '', version: '', kind, path: path.join('/'), create: false };
}
