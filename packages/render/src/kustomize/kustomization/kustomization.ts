import type { JsonValue } from '../node/node-value.ts';
import type { Selector } from '../resource/selector.ts';
import { anything, bool, type GoStruct, int, int64, listOf, struct, text, textMap, texts } from './decode.ts';

export interface GeneratorOptions {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  disableNameSuffixHash?: boolean;
  immutable?: boolean;
}

/** A ConfigMap or Secret (then with a `type`) to make. */
export interface GeneratorArgs {
  namespace?: string;
  name?: string;
  behavior?: string;
  literals?: string[];
  files?: string[];
  envs?: string[];
  env?: string;
  options?: GeneratorOptions;
  type?: string;
}

export interface PatchArgs {
  path?: string;
  patch?: string;
  target?: Selector;
  options?: { allowNameChange?: boolean; allowKindChange?: boolean };
}

export interface ImageArgs {
  name?: string;
  newName?: string;
  tagSuffix?: string;
  newTag?: string;
  digest?: string;
}

export interface FieldSpecArgs {
  group?: string;
  version?: string;
  kind?: string;
  path?: string;
  create?: boolean;
}

export interface LabelArgs {
  pairs?: Record<string, string>;
  includeSelectors?: boolean;
  includeTemplates?: boolean;
  fields?: FieldSpecArgs[];
}

export interface FieldOptions {
  delimiter?: string;
  index?: number;
  encoding?: string;
  create?: boolean;
}

export interface ReplacementArgs {
  source?: Selector & { fieldPath?: string; options?: FieldOptions };
  sourceValue?: string;
  targets?: { select?: Selector; reject?: Selector[]; fieldPaths?: string[]; options?: FieldOptions }[];
  path?: string;
}

export interface VarArgs {
  name?: string;
  objref?: {
    apiVersion?: string;
    group?: string;
    version?: string;
    kind?: string;
    name?: string;
    namespace?: string;
  };
  fieldref?: { fieldPath?: string };
}

export interface HelmChartArgs {
  name?: string;
  version?: string;
  repo?: string;
  releaseName?: string;
  namespace?: string;
  additionalValuesFiles?: string[];
  valuesFile?: string;
  valuesInline?: Record<string, JsonValue>;
  valuesMerge?: string;
  includeCRDs?: boolean;
  skipHooks?: boolean;
  apiVersions?: string[];
  kubeVersion?: string;
  nameTemplate?: string;
  skipTests?: boolean;
  debug?: boolean;
  devel?: boolean;
}

/** `chartName` and so on: the older form. */
export interface OldHelmChartArgs {
  chartName?: string;
  chartVersion?: string;
  chartRepoUrl?: string;
  chartHome?: string;
  helmHome?: string;
  values?: string;
  valuesLocal?: Record<string, JsonValue>;
  valuesMerge?: string;
  releaseName?: string;
}

export interface SortOptions {
  order?: string;
  legacySortOptions?: { orderFirst?: string[]; orderLast?: string[] };
}

/** What a kustomization.yaml says. */
export interface Kustomization {
  kind?: string;
  apiVersion?: string;
  metadata?: Record<string, unknown>;
  openapi?: Record<string, string>;
  namePrefix?: string;
  nameSuffix?: string;
  namespace?: string;
  commonLabels?: Record<string, string>;
  labels?: LabelArgs[];
  commonAnnotations?: Record<string, string>;
  patchesStrategicMerge?: string[];
  patchesJson6902?: PatchArgs[];
  patches?: PatchArgs[];
  images?: ImageArgs[];
  imageTags?: ImageArgs[];
  replacements?: ReplacementArgs[];
  replicas?: { name?: string; count?: number | bigint }[];
  vars?: VarArgs[];
  sortOptions?: SortOptions;
  resources?: string[];
  components?: string[];
  crds?: string[];
  bases?: string[];
  configMapGenerator?: GeneratorArgs[];
  secretGenerator?: GeneratorArgs[];
  helmGlobals?: { chartHome?: string; configHome?: string };
  helmCharts?: HelmChartArgs[];
  helmChartInflationGenerator?: OldHelmChartArgs[];
  generatorOptions?: GeneratorOptions;
  configurations?: string[];
  generators?: string[];
  transformers?: string[];
  validators?: string[];
  buildMetadata?: string[];
}

const gvk = struct('resid.Gvk', { group: text, version: text, kind: text });
const resId = struct('resid.ResId', { name: text, namespace: text }, gvk);
export const selectorShape = struct(
  'types.Selector',
  { annotationSelector: text, labelSelector: text },
  resId,
);
const kvPairSources = struct('types.KvPairSources', {
  literals: texts,
  files: texts,
  envs: texts,
  env: text,
});
const generatorOptions = struct('types.GeneratorOptions', {
  labels: textMap,
  annotations: textMap,
  disableNameSuffixHash: bool,
  immutable: bool,
});
const generatorArgs = struct(
  'types.GeneratorArgs',
  { namespace: text, name: text, behavior: text, options: generatorOptions },
  kvPairSources,
);
export const objectMetaShape = struct('types.ObjectMeta', {
  name: text,
  namespace: text,
  labels: textMap,
  annotations: textMap,
});
export const configMapArgsShape = struct('types.ConfigMapArgs', {}, generatorArgs);
export const secretArgsShape = struct('types.SecretArgs', { type: text }, generatorArgs);
export const patchShape = struct('types.Patch', {
  path: text,
  patch: text,
  target: selectorShape,
  options: struct('types.PatchArgs', { allowNameChange: bool, allowKindChange: bool }),
});
export const imageShape = struct('types.Image', {
  name: text,
  newName: text,
  tagSuffix: text,
  newTag: text,
  digest: text,
});
export const fieldSpecShape = struct('types.FieldSpec', { path: text, create: bool }, gvk);
export const nameReferenceShape = struct(
  'builtinconfig.NameBackReferences',
  { fieldSpecs: listOf(fieldSpecShape) },
  gvk,
);
const fieldOptions = struct('types.FieldOptions', {
  delimiter: text,
  index: int,
  encoding: text,
  create: bool,
});
const targetSelector = struct('types.TargetSelector', {
  select: selectorShape,
  reject: listOf(selectorShape),
  fieldPaths: texts,
  options: fieldOptions,
});
export const replacementShape = struct('types.Replacement', {
  source: struct('types.SourceSelector', { fieldPath: text, options: fieldOptions }, resId),
  targets: listOf(targetSelector),
  sourceValue: text,
});
export const replacementFieldShape = struct('types.ReplacementField', { path: text }, replacementShape);
export const replicaShape = struct('types.Replica', { name: text, count: int64 });
const varShape = struct('types.Var', {
  name: text,
  objref: struct('types.Target', { apiVersion: text, name: text, namespace: text }, gvk),
  fieldref: struct('types.FieldSelector', { fieldPath: text }),
});
export const helmGlobalsShape = struct('types.HelmGlobals', { chartHome: text, configHome: text });
const anyMap = { shape: 'map', type: 'map[string]interface {}', of: anything } as const;
export const helmChartShape = struct('types.HelmChart', {
  name: text,
  version: text,
  repo: text,
  releaseName: text,
  namespace: text,
  additionalValuesFiles: texts,
  valuesFile: text,
  valuesInline: anyMap,
  valuesMerge: text,
  includeCRDs: bool,
  skipHooks: bool,
  apiVersions: texts,
  kubeVersion: text,
  nameTemplate: text,
  skipTests: bool,
  debug: bool,
  devel: bool,
});
const oldHelmChart = struct('types.HelmChartArgs', {
  chartName: text,
  chartVersion: text,
  chartRepoUrl: text,
  chartHome: text,
  chartRepoName: text,
  helmBin: text,
  helmHome: text,
  values: text,
  valuesLocal: anyMap,
  valuesMerge: text,
  releaseName: text,
  releaseNamespace: text,
  extraArgs: texts,
});
const sortOptionsShape = struct('types.SortOptions', {
  order: text,
  legacySortOptions: struct('types.LegacySortOptions', { orderFirst: texts, orderLast: texts }),
});
const label = struct('types.Label', {
  pairs: textMap,
  includeSelectors: bool,
  includeTemplates: bool,
  fields: listOf(fieldSpecShape),
});

export const kustomizationShape: GoStruct = struct('types.Kustomization', {
  kind: text,
  apiVersion: text,
  metadata: objectMetaShape,
  openapi: textMap,
  namePrefix: text,
  nameSuffix: text,
  namespace: text,
  commonLabels: textMap,
  labels: listOf(label),
  commonAnnotations: textMap,
  patchesStrategicMerge: {
    shape: 'list',
    type: '[]types.PatchStrategicMerge',
    of: { ...text, type: 'types.PatchStrategicMerge' } as typeof text,
  },
  patchesJson6902: listOf(patchShape),
  patches: listOf(patchShape),
  images: listOf(imageShape),
  imageTags: listOf(imageShape),
  replacements: listOf(replacementFieldShape),
  replicas: listOf(replicaShape),
  vars: listOf(varShape),
  sortOptions: sortOptionsShape,
  resources: texts,
  components: texts,
  crds: texts,
  bases: texts,
  configMapGenerator: listOf(configMapArgsShape),
  secretGenerator: listOf(secretArgsShape),
  helmGlobals: helmGlobalsShape,
  helmCharts: listOf(helmChartShape),
  helmChartInflationGenerator: listOf(oldHelmChart),
  generatorOptions,
  configurations: texts,
  generators: texts,
  transformers: texts,
  validators: texts,
  buildMetadata: texts,
});
