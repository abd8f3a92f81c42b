import { within } from '../kustomize-error.ts';
import { compareGvk, type Gvk, sameGvk } from '../resource/resource-id.ts';
import table from './default-config.generated.json' with { type: 'json' };
import { type FieldSpec, mergeFieldSpecs, sortFieldSpecs } from './field-spec.ts';

/** Whose name stands in which fields of others. */
export interface NameReference extends Gvk {
  fieldSpecs: FieldSpec[];
}

const LISTS = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonAnnotations',
  'commonLabels',
  'labels',
  'templateLabels',
  'varReference',
  'images',
  'replicas',
] as const;
type ListName = (typeof LISTS)[number];

/** Where each transformer writes. */
export type TransformerConfig = Record<ListName, FieldSpec[]> & { nameReference: NameReference[] };

export function emptyConfig(): TransformerConfig {
  const lists = Object.fromEntries(LISTS.map(name => [name, []])) as unknown as Record<ListName, FieldSpec[]>;
  return { ...lists, nameReference: [] };
}

/** Both, without doubles, sorted by kind. @throws KustomizeError for specs that contradict each other */
export function mergeConfigs(own: TransformerConfig, more: Partial<TransformerConfig>): TransformerConfig {
  const merged = emptyConfig();
  for (const name of LISTS) {
    const title = name === 'namespace' ? 'NameSpace' : name.charAt(0).toUpperCase() + name.slice(1);
    merged[name] = sortFieldSpecs(
      within(`failed to merge ${title} fieldSpec`, () => mergeFieldSpecs(own[name], more[name] ?? [])),
    );
  }
  merged.nameReference = within('failed to merge NameReference fieldSpec', () =>
    mergeReferences(own.nameReference, more.nameReference ?? []),
  ).sort(compareGvk);
  return merged;
}

function mergeReferences(own: readonly NameReference[], more: readonly NameReference[]): NameReference[] {
  let result = [...own];
  for (const reference of more) {
    const known = result.some(each => sameGvk(each, reference));
    result = result.map(each =>
      sameGvk(each, reference)
        ? { ...each, fieldSpecs: mergeFieldSpecs(each.fieldSpecs, reference.fieldSpecs) }
        : each,
    );
    if (!known) result.push(reference);
  }
  return result;
}

function specOf(text: string): FieldSpec {
  const [group = '', version = '', kind = '', place = ''] = text.split('|');
  const create = place.startsWith('+');
  return { group, version, kind, path: create ? place.slice(1) : place, create };
}

function makeDefault(): TransformerConfig {
  const config = emptyConfig();
  const { nameReference, ...lists } = table;
  for (const name of LISTS) {
    const specs: string[] = name in lists ? lists[name as keyof typeof lists] : [];
    config[name] = sortFieldSpecs(specs.map(specOf));
  }
  config.nameReference = (nameReference as [string, string[]][])
    .map(([target, specs]) => {
      const { group, version, kind } = specOf(`${target}|`);
      return { group, version, kind, fieldSpecs: specs.map(specOf) };
    })
    .sort(compareGvk);
  return config;
}

/** What kustomize does unless it is told otherwise. */
export const DEFAULT_CONFIG: TransformerConfig = makeDefault();
