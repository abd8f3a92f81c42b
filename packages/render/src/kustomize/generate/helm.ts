import { stringifyYaml } from '../../yaml/stringify-yaml.ts';
import type { HelmChartArgs } from '../kustomization/kustomization.ts';
import { KustomizeError, wrapped } from '../kustomize-error.ts';
import type { HelmInflate, HelmInflation, KustomizeOptions } from '../kustomize-input.ts';
import type { Loader } from '../load/loader.ts';
import { joinPath } from '../load/path.ts';
import { mergeNodes } from '../merge/merge.ts';
import { nodeValue } from '../node/node-value.ts';
import { readDocument } from '../node/read-document.ts';
import { valueNode } from '../node/value-node.ts';
import { copyNode, YNode } from '../node/y-node.ts';
import { HELM_GENERATED } from '../resource/build-annotations.ts';
import type { Resource } from '../resource/resource.ts';
import type { ResourceFactory } from '../resource/resource-factory.ts';

export interface HelmContext {
  loader: Loader;
  factory: ResourceFactory;
  helm: HelmInflate | undefined;
  options: KustomizeOptions;
}

const MERGE_OPTIONS = ['merge', 'override', 'replace'];

/**
 * One chart of `helmCharts`: checks what it says at once, renders it when it is asked.
 * @throws KustomizeError `must specify --enable-helm`
 */
export async function helmGenerator(
  chart: HelmChartArgs,
  chartHome: string,
  context: HelmContext,
): Promise<() => Promise<Resource[]>> {
  const { options, helm, loader } = context;
  if (!options.enableHelm) throw new KustomizeError('must specify --enable-helm');
  if (!helm) throw new KustomizeError('charts cannot be rendered here', 'KustomizeUnsupported');
  if (!chart.name) throw new KustomizeError('chart name cannot be empty');
  const values: string[] = [];
  for (const file of chart.additionalValuesFiles ?? []) values.push(await additional(file, loader));
  const merge = chart.valuesMerge || 'override';
  if (!MERGE_OPTIONS.includes(merge))
    throw new KustomizeError(`valuesMerge must be one of [${MERGE_OPTIONS.join(' ')}]`);
  return () =>
    inflate(
      { ...chart, name: chart.name ?? '', valuesMerge: merge },
      { ...context, chartHome, values, helm },
    );
}

async function additional(file: string, loader: Loader): Promise<string> {
  try {
    return await loader.loadText(file);
  } catch (error) {
    throw wrapped(error, 'could not load additionalValuesFile');
  }
}

type Chart = HelmChartArgs & { name: string };
type Inflation = HelmContext & { chartHome: string; values: string[]; helm: HelmInflate };

async function inflate(chart: Chart, context: Inflation): Promise<Resource[]> {
  const { helm, loader, factory, options, values } = context;
  const { name, version, repo } = chart;
  const home = joinPath(context.chartHome.startsWith('/') ? '' : loader.root, context.chartHome);
  const folder = joinPath(home, version && repo ? `${name}-${version}` : '', name);
  const local = await loader.files.folder(folder);
  if (!local && !repo) throw new KustomizeError(`no repo specified for pull, no chart found at ''`);
  const source = {
    name,
    ...(local ? { local } : {}),
    ...(version ? { version } : {}),
    ...(repo ? { repo } : {}),
  };
  const base = await baseValues(chart, folder, local !== undefined, () => helm.valuesOf(source), loader);
  const inline = chart.valuesInline ?? {};
  const own = Object.keys(inline).length > 0 ? mergedValues(chart, base, context) : base;
  const text = await helm.render({ ...source, ...settings(chart, options), values: [own, ...values] });
  return marked(factory, text);
}

async function baseValues(
  { valuesFile, name }: Chart,
  folder: string,
  isLocal: boolean,
  pulled: () => Promise<string | undefined>,
  loader: Loader,
): Promise<string> {
  if (valuesFile) return loader.loadText(valuesFile);
  if (isLocal) return loader.loadText(joinPath(folder, 'values.yaml'));
  const text = await pulled();
  if (text === undefined) throw new KustomizeError(`chart ${name} has no values.yaml`);
  return text;
}

/** `override`: the inline values win over the file's; `merge`: the file's; `replace`: only the inline ones count. */
function mergedValues(
  { valuesInline = {}, valuesMerge }: Chart,
  base: string,
  { factory }: Inflation,
): string {
  if (valuesMerge === 'replace') return stringifyYaml(valuesInline);
  const file = readDocument(base, factory.budget) ?? new YNode('map', '!!map');
  const inline = valueNode(valuesInline);
  const context = { schemas: factory.schemas, prepend: false };
  const merged =
    valuesMerge === 'merge'
      ? mergeNodes(file, copyNode(inline), context)
      : mergeNodes(inline, copyNode(file), context);
  return stringifyYaml(merged ? nodeValue(merged) : {});
}

function settings(chart: Chart, { helm }: KustomizeOptions): Omit<HelmInflation, 'name' | 'values'> {
  const kubeVersion = chart.kubeVersion || helm.kubeVersion;
  const { releaseName, nameTemplate, namespace } = chart;
  return {
    ...(releaseName ? { releaseName } : {}),
    ...(nameTemplate ? { nameTemplate } : {}),
    ...(namespace ? { namespace } : {}),
    ...(kubeVersion ? { kubeVersion } : {}),
    apiVersions: chart.apiVersions?.length ? chart.apiVersions : (helm.apiVersions ?? []),
    includeCRDs: chart.includeCRDs ?? false,
    skipHooks: chart.skipHooks ?? false,
    skipTests: chart.skipTests ?? false,
    devel: chart.devel ?? false,
    debug: chart.debug ?? helm.debug ?? false,
  };
}

function marked(factory: ResourceFactory, text: string): Resource[] {
  let resources: Resource[];
  try {
    resources = factory.read(text);
  } catch (error) {
    throw wrapped(error, 'could not parse bytes into resource map');
  }
  for (const resource of resources) resource.setAnnotation(HELM_GENERATED, 'true');
  return resources;
}
