import { decode, listOf, struct } from '../kustomization/decode.ts';
import { type FieldSpecArgs, fieldSpecShape, nameReferenceShape } from '../kustomization/kustomization.ts';
import { readDecodable } from '../kustomization/read-config.ts';
import { KustomizeError } from '../kustomize-error.ts';
import type { Loader } from '../load/loader.ts';
import type { NodeBudget } from '../node/read-document.ts';
import { compareGvk } from '../resource/resource-id.ts';
import { type FieldSpec, sortFieldSpecs } from './field-spec.ts';
import { DEFAULT_CONFIG, emptyConfig, mergeConfigs, type TransformerConfig } from './transformer-config.ts';

const specs = listOf(fieldSpecShape);
const configShape = struct('builtinconfig.TransformerConfig', {
  namePrefix: specs,
  nameSuffix: specs,
  namespace: specs,
  commonLabels: specs,
  labels: specs,
  templateLabels: specs,
  commonAnnotations: specs,
  nameReference: listOf(nameReferenceShape),
  varReference: specs,
  images: specs,
  replicas: specs,
});

type ReferenceArgs = FieldSpecArgs & { fieldSpecs?: FieldSpecArgs[] };
type ConfigArgs = Partial<Record<Exclude<keyof TransformerConfig, 'nameReference'>, FieldSpecArgs[]>> & {
  nameReference?: ReferenceArgs[];
};

export function fieldSpecOf({
  group = '',
  version = '',
  kind = '',
  path = '',
  create = false,
}: FieldSpecArgs): FieldSpec {
  return { group, version, kind, path, create };
}

/** kustomize's own configuration with that of `configurations` beside it. @throws KustomizeError */
export async function loadConfig(
  loader: Loader,
  paths: readonly string[],
  budget: NodeBudget,
): Promise<TransformerConfig> {
  if (paths.length === 0) return DEFAULT_CONFIG;
  let own = emptyConfig();
  for (const path of paths) own = mergeConfigs(own, parseConfig(await loader.loadText(path), budget));
  return mergeConfigs(DEFAULT_CONFIG, own);
}

function parseConfig(text: string, budget: NodeBudget): TransformerConfig {
  const { nameReference = [], ...lists } = decodeConfig(text, budget);
  const config = emptyConfig();
  for (const [name, list] of Object.entries(lists))
    config[name as keyof typeof lists] = sortFieldSpecs(list.map(fieldSpecOf));
  config.nameReference = nameReference
    .map(({ group = '', version = '', kind = '', fieldSpecs = [] }) => ({
      group,
      version,
      kind,
      fieldSpecs: fieldSpecs.map(fieldSpecOf),
    }))
    .sort(compareGvk);
  return config;
}

function decodeConfig(text: string, budget: NodeBudget): ConfigArgs {
  const value = readDecodable(text, budget);
  try {
    return decode<ConfigArgs | undefined>(value, configShape, { strict: true, lenient: true }) ?? {};
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw new KustomizeError(`error unmarshaling JSON: while decoding JSON: ${error.message}`);
  }
}
