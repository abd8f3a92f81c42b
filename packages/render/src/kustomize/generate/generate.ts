import type { GeneratorArgs, GeneratorOptions } from '../kustomization/kustomization.ts';
import { KustomizeError, wrapped } from '../kustomize-error.ts';
import type { Loader } from '../load/loader.ts';
import type { KindSchemas } from '../merge/merge-schema.ts';
import { lookup, setField } from '../node/lookup.ts';
import { scalarNode, textNode, YNode } from '../node/y-node.ts';
import { GENERATOR_BEHAVIOR, NEEDS_HASH } from '../resource/build-annotations.ts';
import { byBytes } from '../resource/json-text.ts';
import { Resource } from '../resource/resource.ts';
import { fillConfigMap, fillSecret } from './data-map.ts';
import { type KeyValue, loadKeyValues } from './key-values.ts';

export type GeneratedKind = 'ConfigMap' | 'Secret';

/** Makes a ConfigMap or Secret (`configMapGenerator`, `secretGenerator`). */
export async function generateResource(
  kind: GeneratedKind,
  args: GeneratorArgs,
  { loader, schemas }: { loader: Loader; schemas: KindSchemas },
): Promise<Resource> {
  const node = new YNode('map', '!!map');
  setField(node, 'apiVersion', scalarNode('v1', '!!str'));
  setField(node, 'kind', scalarNode(kind, '!!str'));
  if (!args.name) throw new KustomizeError('a configmap must have a name');
  setMeta(node, ['metadata'], 'name', args.name);
  if (args.namespace) setMeta(node, ['metadata'], 'namespace', args.namespace);
  if (kind === 'Secret') setField(node, 'type', textNode(args.type || 'Opaque'));
  const values = valuesOf(await pairsOf(args, loader), args.name);
  if (kind === 'Secret') fillSecret(node, values);
  if (kind === 'ConfigMap') fillConfigMap(node, values);
  return dressed(new Resource(node, schemas), args);
}

async function pairsOf(args: GeneratorArgs, loader: Loader): Promise<KeyValue[]> {
  try {
    return await loadKeyValues(args, loader);
  } catch (error) {
    throw wrapped(error, 'loading KV pairs');
  }
}

function valuesOf(pairs: KeyValue[], name: string): Map<string, Uint8Array> {
  const values = new Map<string, Uint8Array>();
  for (const { key, value } of pairs) {
    if (values.has(key)) throw new KustomizeError(`configmap ${name} illegally repeats the key \`${key}\``);
    values.set(key, value);
  }
  return values;
}

function setMeta(node: YNode, path: string[], key: string, value: string): void {
  const map = lookup(node, path, 'map');
  if (map) setField(map, key, textNode(value));
}

function dressed(resource: Resource, args: GeneratorArgs): Resource {
  const { node } = resource;
  const { labels = {}, annotations = {}, immutable, disableNameSuffixHash } = args.options ?? {};
  if (!node) return resource;
  for (const key of Object.keys(labels).sort(byBytes)) {
    const value = textNode(labels[key] ?? '');
    value.style = 'single';
    const map = lookup(node, ['metadata', 'labels'], 'map');
    if (map) setField(map, key, value);
  }
  for (const key of Object.keys(annotations).sort(byBytes))
    resource.setAnnotation(key, annotations[key] ?? '');
  if (immutable) setField(node, 'immutable', scalarNode('true', '!!bool'));
  if (!disableNameSuffixHash) resource.enable(NEEDS_HASH);
  const known = ['replace', 'merge', 'create'].includes(args.behavior ?? '');
  resource.setAnnotations(
    resource.annotations().set(GENERATOR_BEHAVIOR, known ? (args.behavior ?? '') : 'unspecified'),
  );
  return resource;
}

/** A generator's own options win over those for all, as far as they can. */
export function mergeOptions(
  own: GeneratorOptions | undefined,
  all: GeneratorOptions | undefined,
): GeneratorOptions | undefined {
  if (!all) return own;
  return {
    labels: { ...all.labels, ...own?.labels },
    annotations: { ...all.annotations, ...own?.annotations },
    disableNameSuffixHash: Boolean(all.disableNameSuffixHash || own?.disableNameSuffixHash),
    immutable: Boolean(all.immutable || own?.immutable),
  };
}
