import { stringifyYaml } from '../../yaml/stringify-yaml.ts';
import { type FieldSpec, mergeFieldSpecs } from '../config/field-spec.ts';
import { fieldSpecOf } from '../config/read-config-files.ts';
import type { TransformerConfig } from '../config/transformer-config.ts';
import { generateResource, mergeOptions } from '../generate/generate.ts';
import { helmGenerator } from '../generate/helm.ts';
import type { Kustomization, LabelArgs } from '../kustomization/kustomization.ts';
import { within, wrapped } from '../kustomize-error.ts';
import type { Loader } from '../load/loader.ts';
import { json6902Transformer, patchTransformer, strategicMergeTransformer } from '../patch/patches.ts';
import { imageTransformer } from '../transform/images.ts';
import { loadReplacements } from '../transform/load-replacements.ts';
import { metadataTransformer } from '../transform/metadata.ts';
import { nameTransformer } from '../transform/names.ts';
import { namespaceTransformer } from '../transform/namespace.ts';
import { replacementTransformer } from '../transform/replacements.ts';
import { replicaTransformer } from '../transform/replicas.ts';
import type { Transformer } from '../transform/transformer.ts';
import type { BuildContext } from './build-context.ts';
import type { Generator } from './plugins.ts';

/** What a kustomization's own fields make it do; `by` is what kustomize notes as its origin. */
export interface Step<T> {
  by: string;
  run: T;
}

interface StepContext extends BuildContext {
  loader: Loader;
  /** Namespace that a kustomization above gives to charts without one. */
  helmNamespace: string;
}

/** `configMapGenerator`, `secretGenerator`, `helmCharts`, in this order. */
export async function generatorSteps(own: Kustomization, context: StepContext): Promise<Step<Generator>[]> {
  const steps: Step<Generator>[] = [];
  for (const [by, list, kind] of [
    ['ConfigMapGenerator', own.configMapGenerator, 'ConfigMap'],
    ['SecretGenerator', own.secretGenerator, 'Secret'],
  ] as const) {
    for (const args of list ?? []) {
      const options = mergeOptions(args.options, own.generatorOptions);
      const all = { ...args, ...(options ? { options } : {}) };
      steps.push({ by, run: async () => [await generateResource(kind, all, context)] });
    }
  }
  for (const chart of own.helmCharts ?? []) {
    const namespace = chart.namespace || own.namespace || context.helmNamespace;
    const args = { ...chart, ...(namespace ? { namespace } : {}) };
    const run = await configured('HelmChartInflationGenerator', { ...own.helmGlobals, ...args }, () =>
      helmGenerator(args, own.helmGlobals?.chartHome || 'charts', context),
    );
    steps.push({ by: 'HelmChartInflationGenerator', run });
  }
  return steps;
}

/** What goes wrong while a step is set up shows what it was set up with. */
async function configured<T>(by: string, config: object, make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    throw wrapped(error, `trouble configuring builtin ${by} with config: \`\n${stringifyYaml(config)}\``);
  }
}

/** All transformers of a kustomization's fields, in the order in which kustomize runs them. */
export async function transformerSteps(
  own: Kustomization,
  config: TransformerConfig,
  context: StepContext,
): Promise<Step<Transformer>[]> {
  const steps: Step<Transformer>[] = [];
  const add = async (
    by: string,
    args: object,
    make: () => Transformer | Promise<Transformer>,
  ): Promise<void> => {
    steps.push({ by, run: await configured(by, args, make) });
  };
  const paths = own.patchesStrategicMerge ?? [];
  if (paths.length > 0)
    await add('PatchStrategicMergeTransformer', { paths }, () =>
      strategicMergeTransformer({ paths }, context),
    );
  for (const { path, patch, target, options } of own.patches ?? []) {
    const args = shown({
      path,
      patch,
      target: target && shown(target),
      options: options && shown(options),
    });
    const text = (): string => stringifyYaml(args);
    await add('PatchTransformer', args, () => patchTransformer(args, context, text));
  }
  await addNaming(own, config, add);
  for (const { path, patch, target } of own.patchesJson6902 ?? []) {
    const args = shown({ path, jsonOp: patch, target: target && shown(target) });
    await add('PatchJson6902Transformer', args, () =>
      json6902Transformer(shown({ path, patch, target }), context),
    );
  }
  for (const replica of own.replicas ?? [])
    await add('ReplicaCountTransformer', { replica }, () => replicaTransformer(replica, config.replicas));
  for (const image of own.images ?? [])
    await add('ImageTagTransformer', { image }, () => imageTransformer(image, config.images));
  const { replacements = [] } = own;
  if (replacements.length > 0)
    await add('ReplacementTransformer', { Replacements: replacements }, async () =>
      replacementTransformer(
        await loadReplacements(replacements, context.loader, context.budget),
        context.budget,
      ),
    );
  return steps;
}

type Add = (by: string, args: object, make: () => Transformer) => Promise<void>;

async function addNaming(own: Kustomization, config: TransformerConfig, add: Add): Promise<void> {
  const {
    namespace,
    namePrefix: prefix,
    nameSuffix: suffix,
    commonAnnotations = {},
    commonLabels = {},
  } = own;
  if (namespace)
    await add('NamespaceTransformer', { namespace }, () =>
      namespaceTransformer({ namespace, fieldSpecs: config.namespace }),
    );
  if (prefix)
    await add('PrefixTransformer', { prefix }, () => nameTransformer({ prefix }, config.namePrefix));
  if (suffix)
    await add('SuffixTransformer', { suffix }, () => nameTransformer({ suffix }, config.nameSuffix));
  const { labels = [] } = own;
  for (const label of labels) {
    const specs = labelSpecs(label, config);
    await add('LabelTransformer', {}, () => metadataTransformer(label.pairs ?? {}, specs));
  }
  if (labels.length > 0 || Object.keys(commonLabels).length > 0)
    await add('LabelTransformer', {}, () => metadataTransformer(commonLabels, config.commonLabels));
  if (Object.keys(commonAnnotations).length > 0)
    await add('AnnotationsTransformer', {}, () =>
      metadataTransformer(commonAnnotations, config.commonAnnotations),
    );
}

const METADATA_LABELS: FieldSpec = {
  group: '',
  version: '',
  kind: '',
  path: 'metadata/labels',
  create: true,
};

function labelSpecs(
  { fields = [], includeSelectors, includeTemplates }: LabelArgs,
  config: TransformerConfig,
): FieldSpec[] {
  return within('failed to merge labels', () => {
    const own = mergeFieldSpecs(fields.map(fieldSpecOf), config.labels);
    if (includeSelectors) return mergeFieldSpecs(own, config.commonLabels);
    const templates = includeTemplates
      ? within('failed to merge template fieldSpec', () => mergeFieldSpecs(own, config.templateLabels))
      : own;
    return mergeFieldSpecs(templates, [METADATA_LABELS]);
  });
}

type Shown<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is empty, as Go leaves it out. */
function shown<T extends object>(fields: T): Shown<T> {
  const kept = Object.entries(fields).filter(
    ([, value]) => value !== undefined && value !== '' && value !== false,
  );
  return Object.fromEntries(kept) as Shown<T>;
}
