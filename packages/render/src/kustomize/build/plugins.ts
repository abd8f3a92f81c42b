import type { FieldSpec } from '../config/field-spec.ts';
import { fieldSpecOf } from '../config/read-config-files.ts';
import { type GeneratedKind, generateResource } from '../generate/generate.ts';
import { helmGenerator } from '../generate/helm.ts';
import { generateServiceAccount, type IamPolicyArgs } from '../generate/iam-policy.ts';
import {
  bool,
  decode,
  type GoStruct,
  int,
  listOf,
  struct,
  text,
  textMap,
  texts,
} from '../kustomization/decode.ts';
import {
  configMapArgsShape,
  type FieldSpecArgs,
  fieldSpecShape,
  type GeneratorArgs,
  type HelmChartArgs,
  helmChartShape,
  helmGlobalsShape,
  type ImageArgs,
  imageShape,
  objectMetaShape,
  type PatchArgs,
  patchShape,
  type ReplacementArgs,
  replacementFieldShape,
  replicaShape,
  secretArgsShape,
  selectorShape,
} from '../kustomization/kustomization.ts';
import { readConfig } from '../kustomization/read-config.ts';
import { KustomizeError, wrapped } from '../kustomize-error.ts';
import type { Loader } from '../load/loader.ts';
import { baseName } from '../load/path.ts';
import type { JsonValue } from '../node/node-value.ts';
import { json6902Transformer, patchTransformer, strategicMergeTransformer } from '../patch/patches.ts';
import type { Resource } from '../resource/resource.ts';
import { gvkText, idText } from '../resource/resource-id.ts';
import { hashNames } from '../transform/hash-names.ts';
import { imageTransformer } from '../transform/images.ts';
import { loadReplacements } from '../transform/load-replacements.ts';
import { metadataTransformer } from '../transform/metadata.ts';
import { nameTransformer } from '../transform/names.ts';
import { namespaceTransformer } from '../transform/namespace.ts';
import { replacementTransformer } from '../transform/replacements.ts';
import { replicaTransformer } from '../transform/replicas.ts';
import { resourceText } from '../transform/resource-text.ts';
import type { Transformer } from '../transform/transformer.ts';
import { type ValueAddTarget, valueAddTransformer } from '../transform/value-add.ts';
import type { BuildContext } from './build-context.ts';

export type Generator = () => Promise<Resource[]>;
export type Plugin = { generate: Generator } | { transform: Transformer };

interface PluginContext extends BuildContext {
  loader: Loader;
}

interface PluginKind<T> {
  shape: GoStruct;
  make(args: T, context: PluginContext, config: string): Promise<Plugin>;
}

const LENIENT = { strict: false, lenient: true };

/**
 * The built-in generator or transformer that a resource configures.
 * @throws KustomizeError for every other kind: functions and plugins are not run
 */
export async function loadPlugin(resource: Resource, context: PluginContext): Promise<Plugin> {
  const { group, version, kind } = resource.gvk;
  if (group !== '' || version !== 'builtin')
    throw new KustomizeError(
      `external plugins disabled; unable to load external plugin '${resource.originalId.kind}'`,
      'KustomizeUnsupported',
    );
  const plugin = PLUGINS.get(kind);
  if (!plugin) throw new KustomizeError(`unable to load builtin ${gvkText(resource.gvk)}`);
  const config = resourceText(resource);
  try {
    const value = readConfig(config, context.budget);
    return await plugin.make(decode(value, plugin.shape, LENIENT) ?? {}, context, config);
  } catch (error) {
    throw wrapped(error, `plugin ${idText(resource.originalId)} fails configuration`);
  }
}

const specs = listOf(fieldSpecShape);
const specsOf = (list: FieldSpecArgs[] | undefined): FieldSpec[] => (list ?? []).map(fieldSpecOf);

function requiredSpecs(list: FieldSpecArgs[] | undefined): FieldSpec[] {
  if (list === undefined) throw new KustomizeError('fieldSpecs is not expected to be nil');
  return specsOf(list);
}

type Make<T> = (args: T, context: PluginContext, config: string) => Transformer | Promise<Transformer>;

function transformer<T>(shape: GoStruct, make: Make<T>): PluginKind<T> {
  return { shape, make: async (args, context, config) => ({ transform: await make(args, context, config) }) };
}

type Metadata = { metadata?: { name?: string; namespace?: string } };

function generator(kind: GeneratedKind, shape: GoStruct): PluginKind<GeneratorArgs & Metadata> {
  return {
    shape: struct('plugin', { metadata: objectMetaShape }, shape),
    make: async ({ metadata = {}, ...args }, context) => {
      const name = args.name || metadata.name;
      const namespace = args.namespace || metadata.namespace;
      const own = { ...args, ...(name ? { name } : {}), ...(namespace ? { namespace } : {}) };
      return { generate: async () => [await generateResource(kind, own, context)] };
    },
  };
}

const iamPolicy: PluginKind<IamPolicyArgs> = {
  shape: struct('plugin', {
    cloud: text,
    kubernetesService: struct('types.KubernetesService', { name: text, namespace: text }),
    serviceAccount: struct('types.ServiceAccount', { name: text, projectId: text }),
  }),
  make: async (args, { schemas }) => ({ generate: async () => [generateServiceAccount(args, schemas)] }),
};

const helmChart: PluginKind<HelmChartArgs & { chartHome?: string }> = {
  shape: struct('plugin', {}, helmGlobalsShape, helmChartShape),
  make: async ({ chartHome, ...chart }, context) => ({
    generate: await helmGenerator(chart, chartHome || 'charts', context),
  }),
};

const PLUGINS = new Map<string, PluginKind<never>>(
  Object.entries({
    ConfigMapGenerator: generator('ConfigMap', configMapArgsShape),
    SecretGenerator: generator('Secret', secretArgsShape),
    IAMPolicyGenerator: iamPolicy,
    HelmChartInflationGenerator: helmChart,
    AnnotationsTransformer: transformer(
      struct('plugin', { annotations: textMap, fieldSpecs: specs }),
      ({ annotations, fieldSpecs }: { annotations?: Record<string, string>; fieldSpecs?: FieldSpecArgs[] }) =>
        metadataTransformer(annotations ?? {}, specsOf(fieldSpecs)),
    ),
    LabelTransformer: transformer(
      struct('plugin', { labels: textMap, fieldSpecs: specs }),
      ({ labels, fieldSpecs }: { labels?: Record<string, string>; fieldSpecs?: FieldSpecArgs[] }) =>
        metadataTransformer(labels ?? {}, specsOf(fieldSpecs)),
    ),
    HashTransformer: transformer(struct('plugin', {}), () => hashNames),
    ImageTagTransformer: transformer(
      struct('plugin', { imageTag: imageShape, fieldSpecs: specs }),
      ({ imageTag, fieldSpecs }: { imageTag?: ImageArgs; fieldSpecs?: FieldSpecArgs[] }) =>
        imageTransformer(imageTag ?? {}, specsOf(fieldSpecs)),
    ),
    NamespaceTransformer: transformer(
      struct('plugin', {
        metadata: objectMetaShape,
        fieldSpecs: specs,
        unsetOnly: bool,
        setRoleBindingSubjects: text,
      }),
      (
        args: Metadata & {
          fieldSpecs?: FieldSpecArgs[];
          unsetOnly?: boolean;
          setRoleBindingSubjects?: string;
        },
      ) =>
        namespaceTransformer({
          namespace: args.metadata?.namespace ?? '',
          fieldSpecs: specsOf(args.fieldSpecs),
          unsetOnly: args.unsetOnly ?? false,
          setRoleBindingSubjects: args.setRoleBindingSubjects ?? '',
        }),
    ),
    PatchJson6902Transformer: transformer(
      struct('plugin', { target: selectorShape, path: text, jsonOp: text }),
      ({ jsonOp, ...args }: PatchArgs & { jsonOp?: string }, context) =>
        json6902Transformer({ ...args, ...(jsonOp ? { patch: jsonOp } : {}) }, context),
    ),
    PatchStrategicMergeTransformer: transformer(
      struct('plugin', { paths: texts, patches: text }),
      (args: { paths?: string[]; patches?: string }, context) => strategicMergeTransformer(args, context),
    ),
    PatchTransformer: transformer(patchShape, (args: PatchArgs, context, config) =>
      patchTransformer(args, context, () => config),
    ),
    PrefixTransformer: transformer(
      struct('plugin', { prefix: text, fieldSpecs: specs }),
      ({ prefix, fieldSpecs }: { prefix?: string; fieldSpecs?: FieldSpecArgs[] }) =>
        nameTransformer({ prefix: prefix ?? '' }, requiredSpecs(fieldSpecs)),
    ),
    SuffixTransformer: transformer(
      struct('plugin', { suffix: text, fieldSpecs: specs }),
      ({ suffix, fieldSpecs }: { suffix?: string; fieldSpecs?: FieldSpecArgs[] }) =>
        nameTransformer({ suffix: suffix ?? '' }, requiredSpecs(fieldSpecs)),
    ),
    PrefixSuffixTransformer: transformer(
      struct('plugin', { prefix: text, suffix: text, fieldSpecs: specs }),
      ({
        prefix,
        suffix,
        fieldSpecs,
      }: {
        prefix?: string;
        suffix?: string;
        fieldSpecs?: FieldSpecArgs[];
      }) => {
        const list = requiredSpecs(fieldSpecs);
        const both = [
          nameTransformer({ prefix: prefix ?? '' }, list),
          nameTransformer({ suffix: suffix ?? '' }, list),
        ];
        return set => {
          for (const each of both) each(set);
        };
      },
    ),
    ReplacementTransformer: transformer(
      struct('plugin', { replacements: listOf(replacementFieldShape) }),
      async ({ replacements }: { replacements?: ReplacementArgs[] }, { loader, budget }) =>
        replacementTransformer(await loadReplacements(replacements ?? [], loader, budget), budget),
    ),
    ReplicaCountTransformer: transformer(
      struct('plugin', { replica: replicaShape, fieldSpecs: specs }),
      ({
        replica,
        fieldSpecs,
      }: {
        replica?: { name?: string; count?: number };
        fieldSpecs?: FieldSpecArgs[];
      }) => replicaTransformer(replica ?? {}, specsOf(fieldSpecs)),
    ),
    ValueAddTransformer: transformer(valueAddShape(), valueAdd),
  }) as [string, PluginKind<never>][],
);

interface ValueAddArgs {
  value?: string;
  targets?: ValueAddTarget[];
  targetFilePath?: string;
}

function valueAddShape(): GoStruct {
  const target = struct('builtins.Target', {
    selector: selectorShape,
    fieldPath: text,
    filePathPosition: int,
  });
  return struct('plugin', { value: text, targets: listOf(target), targetFilePath: text });
}

async function valueAdd(args: ValueAddArgs, { loader, budget }: PluginContext): Promise<Transformer> {
  const value = (args.value ?? '').trim() || baseName(loader.root);
  const targets = [...(args.targets ?? [])];
  if (args.targetFilePath) {
    const shared: JsonValue = readConfig(await loader.loadText(args.targetFilePath), budget);
    targets.push(...(decode<ValueAddArgs | undefined>(shared, valueAddShape(), LENIENT)?.targets ?? []));
  }
  return valueAddTransformer(value, targets);
}
