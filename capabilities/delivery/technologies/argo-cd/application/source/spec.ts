/** One source of an Application (`ApplicationSource` of the CRD), with Argo CD's defaults filled in. */
export interface SourceSpec {
  repoURL: string;
  /** Folder of a repository; '' for charts of a chart repository and for sources that are only referred to. */
  path: string;
  /** Name of a chart in a chart repository or registry; '' when the source is a folder. */
  chart: string;
  /** Branch, tag, commit or version constraint; `HEAD` unless given. */
  targetRevision: string;
  /** Only tags that begin so count for a version constraint. */
  tagPrefix: string;
  /** Name under which other sources find this one's files (`$ref/path`); '' for none. */
  ref: string;
  name: string;
  directory?: DirectoryOptions;
  helm?: HelmOptions;
  kustomize?: KustomizeOptions;
  /** As it stands in the Application. */
  raw: Record<string, unknown>;
}

/** `spec.source.directory`: its presence alone makes the folder one of plain files. */
export interface DirectoryOptions {
  recurse: boolean;
  include: string;
  exclude: string;
  /** Files of every name are read, not only `.yaml`, `.yml` and `.json`. */
  disableExtensionFilter: boolean;
}

export interface HelmOptions {
  valueFiles: string[];
  /** YAML text. `valuesObject` takes its place when both are given. */
  values: string;
  valuesObject?: Record<string, unknown>;
  parameters: { name: string; value: string; forceString: boolean }[];
  fileParameters: { name: string; path: string }[];
  releaseName: string;
  namespace: string;
  kubeVersion: string;
  apiVersions: string[];
  ignoreMissingValueFiles: boolean;
  passCredentials: boolean;
  skipCrds: boolean;
  skipTests: boolean;
  skipSchemaValidation: boolean;
}

export interface KustomizePatch {
  patch?: string;
  path?: string;
  options?: Record<string, boolean>;
  target?: Record<string, string>;
}

export interface KustomizeOptions {
  namePrefix: string;
  nameSuffix: string;
  namespace: string;
  images: string[];
  replicas: { name: string; count: number }[];
  commonLabels: Record<string, string>;
  commonAnnotations: Record<string, string>;
  commonAnnotationsEnvsubst: boolean;
  forceCommonLabels: boolean;
  forceCommonAnnotations: boolean;
  labelWithoutSelector: boolean;
  labelIncludeTemplates: boolean;
  components: string[];
  ignoreMissingComponents: boolean;
  patches: KustomizePatch[];
  kubeVersion: string;
  apiVersions: string[];
}
