import type { DirectoryOptions, HelmOptions, KustomizeOptions, KustomizePatch, SourceSpec } from './spec.ts';

type Raw = Record<string, unknown>;

/** A source of an Application, of an operation or of its history. What it holds was checked by `sourceProblems`. */
export function readSource(raw: Raw): SourceSpec {
  return {
    repoURL: text(raw.repoURL),
    path: text(raw.path),
    chart: text(raw.chart),
    targetRevision: text(raw.targetRevision) || 'HEAD',
    tagPrefix: text(raw.tagPrefix),
    ref: text(raw.ref),
    name: text(raw.name),
    ...(isMap(raw.directory) ? { directory: readDirectory(raw.directory) } : {}),
    ...(isMap(raw.helm) ? { helm: readHelm(raw.helm) } : {}),
    ...(isMap(raw.kustomize) ? { kustomize: readKustomize(raw.kustomize) } : {}),
    raw,
  };
}

/** The sources of `spec`: all of `sources`, else the one `source` (Argo CD ignores `source` beside `sources`). */
export function readSources(spec: Raw): SourceSpec[] {
  return rawSources(spec).map(readSource);
}

/** As `readSources`, as they stand in the Application. */
export function rawSources(spec: Raw): Raw[] {
  const sources = list(spec.sources).filter(isMap);
  if (sources.length > 0) return sources;
  return isMap(spec.source) ? [spec.source] : [];
}

function readDirectory(raw: Raw): DirectoryOptions {
  return {
    recurse: raw.recurse === true,
    include: text(raw.include),
    exclude: text(raw.exclude),
    disableExtensionFilter: raw.disableExtensionFilter === true,
  };
}

function readHelm(raw: Raw): HelmOptions {
  return {
    valueFiles: list(raw.valueFiles).map(text),
    values: text(raw.values),
    ...(isMap(raw.valuesObject) ? { valuesObject: raw.valuesObject } : {}),
    parameters: maps(raw.parameters).map(each => ({
      name: text(each.name),
      value: text(each.value),
      forceString: each.forceString === true,
    })),
    fileParameters: maps(raw.fileParameters).map(each => ({ name: text(each.name), path: text(each.path) })),
    releaseName: text(raw.releaseName),
    namespace: text(raw.namespace),
    kubeVersion: text(raw.kubeVersion),
    apiVersions: list(raw.apiVersions).map(text),
    ignoreMissingValueFiles: raw.ignoreMissingValueFiles === true,
    passCredentials: raw.passCredentials === true,
    skipCrds: raw.skipCrds === true,
    skipTests: raw.skipTests === true,
    skipSchemaValidation: raw.skipSchemaValidation === true,
  };
}

function readKustomize(raw: Raw): KustomizeOptions {
  return {
    namePrefix: text(raw.namePrefix),
    nameSuffix: text(raw.nameSuffix),
    namespace: text(raw.namespace),
    images: list(raw.images).map(text),
    replicas: maps(raw.replicas).map(each => ({ name: text(each.name), count: Number(each.count) })),
    commonLabels: texts(raw.commonLabels),
    commonAnnotations: texts(raw.commonAnnotations),
    commonAnnotationsEnvsubst: raw.commonAnnotationsEnvsubst === true,
    forceCommonLabels: raw.forceCommonLabels === true,
    forceCommonAnnotations: raw.forceCommonAnnotations === true,
    labelWithoutSelector: raw.labelWithoutSelector === true,
    labelIncludeTemplates: raw.labelIncludeTemplates === true,
    components: list(raw.components).map(text),
    ignoreMissingComponents: raw.ignoreMissingComponents === true,
    patches: maps(raw.patches) as KustomizePatch[],
    kubeVersion: text(raw.kubeVersion),
    apiVersions: list(raw.apiVersions).map(text),
  };
}

function isMap(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function maps(value: unknown): Raw[] {
  return list(value).filter(isMap);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): Record<string, string> {
  if (!isMap(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, text(each)]));
}
