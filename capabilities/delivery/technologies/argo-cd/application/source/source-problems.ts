type Raw = Record<string, unknown>;

const DIRECTORY_FIELDS = ['recurse', 'include', 'exclude', 'jsonnet', 'disableExtensionFilter'];
const HELM_FIELDS = [
  'valueFiles',
  'values',
  'valuesObject',
  'parameters',
  'fileParameters',
  'releaseName',
  'namespace',
  'kubeVersion',
  'apiVersions',
  'ignoreMissingValueFiles',
  'passCredentials',
  'skipCrds',
  'skipTests',
  'skipSchemaValidation',
  'version',
];
const KUSTOMIZE_FIELDS = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'images',
  'replicas',
  'commonLabels',
  'commonAnnotations',
  'commonAnnotationsEnvsubst',
  'forceCommonLabels',
  'forceCommonAnnotations',
  'labelWithoutSelector',
  'labelIncludeTemplates',
  'components',
  'ignoreMissingComponents',
  'patches',
  'kubeVersion',
  'apiVersions',
];
const SOURCE_FIELDS = [
  'repoURL',
  'path',
  'chart',
  'targetRevision',
  'tagPrefix',
  'ref',
  'name',
  'directory',
  'helm',
  'kustomize',
];

/** What of an Application's `source` or `sources` cannot be followed, each with its field. */
export function sourcesProblems(spec: Raw): string[] {
  const { sources } = spec;
  if (sources === undefined || (Array.isArray(sources) && sources.length === 0))
    return sourceProblems((spec.source ?? {}) as Raw);
  if (!Array.isArray(sources)) return ['spec.sources is no list'];
  return (sources as Raw[]).flatMap((each, index) => sourceProblems(each, `spec.sources[${index}]`));
}

/** What of one source cannot be followed. */
export function sourceProblems(source: Raw, where = 'spec.source'): string[] {
  if (Object.keys(source).length === 0) return [`${where} is required`];
  return [
    ...typeProblems(source, where),
    ...placeProblems(source, where),
    ...unsupported(source, SOURCE_FIELDS, where),
    ...directoryProblems((source.directory ?? {}) as Raw, `${where}.directory`),
    ...helmProblems((source.helm ?? {}) as Raw, `${where}.helm`),
    ...unsupported((source.kustomize ?? {}) as Raw, KUSTOMIZE_FIELDS, `${where}.kustomize`),
  ];
}

/** Argo CD's own rules of which fields make a source (util/argo ValidatePermissions). */
function placeProblems(source: Raw, where: string): string[] {
  const several = where !== 'spec.source';
  const named = source.path || source.chart || (several && source.ref);
  if (!source.repoURL || !named)
    return several
      ? [`${where}: repoURL and either path, chart or ref are required`]
      : ['spec.source.repoURL and either spec.source.path or spec.source.chart are required'];
  if (source.chart && !source.targetRevision)
    return [`${where}.targetRevision is required if the manifest source is a helm chart`];
  const path = String(source.path ?? '');
  if (path.startsWith('/')) return [`${where}.path: ${path}: app path is absolute`];
  if (leaves(path)) return [`${where}.path: ${path}: app path outside root`];
  if (several && source.ref && source.chart)
    return [`${where}: a chart cannot be referred to; remove ref, or put the files into a Git repository`];
  return [];
}

/** True when the path goes above where it starts. */
function leaves(path: string): boolean {
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    depth += part === '..' ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}

function typeProblems(source: Raw, where: string): string[] {
  if (source.plugin !== undefined)
    return [
      `${where}.plugin is not supported: config management plugins run commands of their own; render with Helm, Kustomize or plain manifests`,
    ];
  const types = ['Kustomize', 'Helm', 'Directory'].filter(type => source[type.toLowerCase()] !== undefined);
  return types.length > 1 ? [`multiple application sources defined: ${types.join(',')}`] : [];
}

function directoryProblems(directory: Raw, where: string): string[] {
  const jsonnet = directory.jsonnet as Raw | undefined;
  return [
    ...unsupported(directory, DIRECTORY_FIELDS, where),
    ...(jsonnet && Object.values(jsonnet).some(each => Array.isArray(each) && each.length > 0)
      ? [`${where}.jsonnet is not supported by this engine; render the Jsonnet to YAML and commit that`]
      : []),
  ];
}

function helmProblems(helm: Raw, where: string): string[] {
  const version = helm.version;
  return [
    ...unsupported(helm, HELM_FIELDS, where),
    // Every version of Helm that Argo CD still takes writes charts as ours does; Helm 2 did not.
    ...(version === undefined || version === '' || version === 'v3' || version === '3'
      ? []
      : [`${where}.version ${JSON.stringify(version)} is not supported; allowed: v3`]),
  ];
}

/** Fields that nobody reads, each with those that are read. */
export function unsupported(value: object, known: string[], where: string): string[] {
  return Object.entries(value)
    .filter(([field, each]) => !known.includes(field) && each !== undefined)
    .map(([field]) => `${where}.${field} is not supported by this engine; allowed: ${known.join(', ')}`);
}
