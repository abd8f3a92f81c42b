import { KustomizeError, within } from '../kustomize-error.ts';
import type { NodeBudget } from '../node/read-document.ts';
import { decode } from './decode.ts';
import {
  type GeneratorArgs,
  type Kustomization,
  kustomizationShape,
  type OldHelmChartArgs,
} from './kustomization.ts';
import { readConfig } from './read-config.ts';

export const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

const EXACT = { strict: true, lenient: false };
const VERSION = 'kustomize.config.k8s.io/v1beta1';
const COMPONENT_VERSION = 'kustomize.config.k8s.io/v1alpha1';

/** In the order in which kustomize warns of them. */
const DEPRECATED = [
  ['bases', 'resources'],
  ['commonLabels', 'labels'],
  ['imageTags', 'images'],
  ['patchesJson6902', 'patches'],
  ['patchesStrategicMerge', 'patches'],
  ['vars', 'replacements'],
] as const;

export interface ReadKustomization {
  kustomization: Kustomization;
  warnings: string[];
}

/**
 * Reads a kustomization file: unknown fields are refused, older ones become what replaced them.
 * @param root what its folder is called in messages
 * @throws KustomizeError `invalid Kustomization: …`, `kustomization.yaml is empty`
 */
export function readKustomization(text: string, root: string, budget: NodeBudget): ReadKustomization {
  const kustomization = within(
    'invalid Kustomization',
    () => decode<Kustomization | undefined>(readConfig(text, budget), kustomizationShape, EXACT) ?? {},
  );
  const warnings = DEPRECATED.filter(([old]) => kustomization[old] !== undefined).map(warningOf);
  modernize(kustomization);
  const { kind, apiVersion, ...rest } = kustomization;
  if (Object.values(rest).every(value => value === ''))
    throw new KustomizeError('kustomization.yaml is empty');
  const problems: string[] = [];
  if (kind !== 'Kustomization' && kind !== 'Component')
    problems.push('kind should be Kustomization or Component');
  const wanted = kind === 'Component' ? COMPONENT_VERSION : VERSION;
  if (apiVersion !== wanted) problems.push(`apiVersion for ${kind} should be ${wanted}`);
  if (problems.length > 0)
    throw new KustomizeError(`Failed to read kustomization file under ${root}:\n${problems.join('\n')}`);
  return { kustomization, warnings };
}

function warningOf([old, use]: (typeof DEPRECATED)[number]): string {
  const experimental = old === 'vars' ? '[EXPERIMENTAL] ' : '';
  return `# Warning: '${old}' is deprecated. Please use '${use}' instead. ${experimental}Run 'kustomize edit fix' to update your Kustomization automatically.`;
}

function modernize(kustomization: Kustomization): void {
  kustomization.kind ||= 'Kustomization';
  kustomization.apiVersion ||= kustomization.kind === 'Component' ? COMPONENT_VERSION : VERSION;
  const { bases, imageTags, helmChartInflationGenerator: old } = kustomization;
  if (bases?.length) kustomization.resources = [...(kustomization.resources ?? []), ...bases];
  if (imageTags?.length) kustomization.images = [...(kustomization.images ?? []), ...imageTags];
  delete kustomization.bases;
  delete kustomization.imageTags;
  delete kustomization.helmChartInflationGenerator;
  kustomization.configMapGenerator?.forEach(severalEnvs);
  kustomization.secretGenerator?.forEach(severalEnvs);
  if (old) modernizeCharts(kustomization, old);
}

function severalEnvs(args: GeneratorArgs): void {
  if (!args.env) return;
  args.envs = [...(args.envs ?? []), args.env];
  delete args.env;
}

function modernizeCharts(kustomization: Kustomization, old: OldHelmChartArgs[]): void {
  const chartHome = old.findLast(each => each.chartHome)?.chartHome;
  const configHome = old.findLast(each => each.helmHome)?.helmHome;
  if (!kustomization.helmGlobals && (chartHome || configHome))
    kustomization.helmGlobals = {
      ...(chartHome ? { chartHome } : {}),
      ...(configHome ? { configHome } : {}),
    };
  const charts = old.map(each => ({
    ...(each.chartName ? { name: each.chartName } : {}),
    ...(each.chartVersion ? { version: each.chartVersion } : {}),
    ...(each.chartRepoUrl ? { repo: each.chartRepoUrl } : {}),
    ...(each.values ? { valuesFile: each.values } : {}),
    ...(each.valuesLocal ? { valuesInline: each.valuesLocal } : {}),
    ...(each.valuesMerge ? { valuesMerge: each.valuesMerge } : {}),
    ...(each.releaseName ? { releaseName: each.releaseName } : {}),
  }));
  kustomization.helmCharts = [...(kustomization.helmCharts ?? []), ...charts];
}
