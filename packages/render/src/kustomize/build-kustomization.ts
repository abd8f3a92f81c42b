import type { AnyObject } from '@slipway/api';
import { RenderError } from '../yaml/parse-yaml.ts';
import { stringifyYaml } from '../yaml/stringify-yaml.ts';
import type { BuildContext } from './build/build-context.ts';
import { Target } from './build/target.ts';
import { KustomizeError, wrapped } from './kustomize-error.ts';
import {
  KUSTOMIZE_LIMITS,
  type KustomizeInput,
  type KustomizeOptions,
  type KustomizeResult,
} from './kustomize-input.ts';
import { confirmFolder, Loader } from './load/loader.ts';
import { joinPath } from './load/path.ts';
import { SourceFiles } from './load/source-files.ts';
import { KindSchemas } from './merge/merge-schema.ts';
import { goSyntax } from './node/go-syntax.ts';
import { setOrigin, setTransformations } from './resource/origin.ts';
import type { Resource } from './resource/resource.ts';
import { isLocal, ResourceFactory, requireMetadata } from './resource/resource-factory.ts';
import type { ResourceSet } from './resource/resource-set.ts';
import { hashNames } from './transform/hash-names.ts';
import { metadataTransformer } from './transform/metadata.ts';
import { fixNameReferences } from './transform/name-references.ts';
import { sortTransformer } from './transform/sort-order.ts';
import { resolveVars } from './transform/vars.ts';

/** The version of kustomize that this one does as. */
export const KUSTOMIZE_VERSION = 'v5.8.1';

const DEFAULT_OPTIONS: KustomizeOptions = {
  loadRestrictor: 'rootOnly',
  enableHelm: false,
  helm: {},
  managedByLabel: false,
  reorder: 'unspecified',
  rootName: '/',
};

/**
 * Builds a kustomization as `kustomize build` (v5.8.1) does. Functions and plugins are not run.
 * @throws RenderError `KustomizeInvalid` (worded as kustomize words it), `KustomizeUnsupported`, `KustomizeTooLarge`
 */
export async function buildKustomization(input: KustomizeInput): Promise<KustomizeResult> {
  try {
    return await build(input);
  } catch (error) {
    // The stack ends before any limit of the text does.
    if (error instanceof RangeError)
      throw new RenderError('KustomizeTooLarge', input.path, 'values are nested too deeply');
    if (!(error instanceof KustomizeError)) throw error;
    throw new RenderError(error.code, input.path, error.message);
  }
}

async function build(input: KustomizeInput): Promise<KustomizeResult> {
  const options = { ...DEFAULT_OPTIONS, ...input.options };
  const limits = { ...KUSTOMIZE_LIMITS, ...input.limits };
  const budget = { left: limits.maxValues };
  const schemas = new KindSchemas();
  const factory = new ResourceFactory(schemas, budget);
  const context: BuildContext = { factory, schemas, budget, helm: input.helm, options, limits, warnings: [] };
  const loading = { fetch: input.fetch, limits, budget: { files: 0, bytes: 0 } };
  const files = new SourceFiles(input.reader, options.rootName, loading);
  const root = await confirmFolder(files, joinPath(files.mount, input.path));
  const restrict = options.loadRestrictor === 'rootOnly';
  const target = await Target.load(new Loader({ files, root, restrict }, loading), context);
  await target.useSchema(true);
  const { set, config, vars } = await target.accumulate();
  hashNames(set);
  fixNameReferences(set, config.nameReference);
  context.warnings.push(...resolveVars(set, vars, config.varReference));
  dropLocal(set);
  finish(set, target, options);
  return resultOf(set, context.warnings);
}

function dropLocal(set: ResourceSet): void {
  for (const { node } of set.list) if (node) requireMetadata(node);
  set.list = set.list.filter(resource => !resource.isEmpty && !isLocal(resource));
}

function finish(set: ResourceSet, { kustomization }: Target, options: KustomizeOptions): void {
  const { sortOptions, buildMetadata = [] } = kustomization;
  if (sortOptions) sortTransformer(sortOptions)(set);
  if (!sortOptions && options.reorder !== 'none') sortTransformer({ order: 'legacy' })(set);
  if (options.managedByLabel || buildMetadata.includes('managedByLabel')) {
    const spec = { group: '', version: '', kind: '', path: 'metadata/labels', create: true };
    metadataTransformer({ 'app.kubernetes.io/managed-by': `kustomize-${KUSTOMIZE_VERSION}` }, [spec])(set);
  }
  for (const resource of set.list) {
    resource.removeBuildAnnotations();
    if (!buildMetadata.includes('originAnnotations')) setOrigin(resource, undefined);
    if (!buildMetadata.includes('transformerAnnotations')) setTransformations(resource, []);
  }
}

function objectOf(resource: Resource): ReturnType<Resource['value']> {
  try {
    return resource.value();
  } catch (error) {
    throw wrapped(error, resource.node ? goSyntax(resource.node) : 'map[string]interface {}(nil)');
  }
}

function resultOf(set: ResourceSet, warnings: string[]): KustomizeResult {
  const objects = set.list.map(resource => objectOf(resource) as unknown as AnyObject);
  return {
    objects,
    warnings,
    get text() {
      return objects.map(object => stringifyYaml(object)).join('---\n');
    },
  };
}
