/** One source of an Application, with Argo CD's defaults filled in. */
export interface SourceSpec {
  repoURL: string;
  path: string;
  targetRevision: string;
  recurse: boolean;
  /** `directory` is set: the folder is read as plain files, whatever it looks like. */
  isDirectory: boolean;
  include?: string;
  exclude?: string;
}

const SOURCE_FIELDS = ['repoURL', 'path', 'targetRevision', 'directory', 'name'];
const DIRECTORY_FIELDS = ['recurse', 'include', 'exclude', 'jsonnet'];

/** A source of an Application, or of an operation. */
export function readSource(source: Record<string, unknown>): SourceSpec {
  const directory = (source.directory ?? {}) as { recurse?: boolean; include?: string; exclude?: string };
  return {
    repoURL: String(source.repoURL),
    path: String(source.path),
    targetRevision: String(source.targetRevision || 'HEAD'),
    recurse: directory.recurse === true,
    isDirectory: source.directory !== undefined,
    ...(directory.include ? { include: directory.include } : {}),
    ...(directory.exclude ? { exclude: directory.exclude } : {}),
  };
}

/** What of a source cannot be followed. */
export function sourceProblems(source: Record<string, unknown>): string[] {
  if (Object.keys(source).length === 0) return ['spec.source is required'];
  const directory = (source.directory ?? {}) as Record<string, unknown>;
  const jsonnet = directory.jsonnet as Record<string, unknown> | undefined;
  return [
    ...unsupported(source, SOURCE_FIELDS, 'spec.source'),
    ...unsupported(directory, DIRECTORY_FIELDS, 'spec.source.directory'),
    ...(typeof source.repoURL === 'string' && source.repoURL !== ''
      ? []
      : ['spec.source.repoURL is required']),
    ...(typeof source.path === 'string' && source.path !== '' ? [] : ['spec.source.path is required']),
    ...(String(source.path ?? '')
      .split('/')
      .includes('..')
      ? ['spec.source.path may not leave the repository']
      : []),
    ...(jsonnet && Object.keys(jsonnet).length > 0
      ? ['spec.source.directory.jsonnet is not supported by this engine']
      : []),
  ];
}

/** Fields that nobody reads, each with those that are read. */
export function unsupported(value: object, known: string[], where: string): string[] {
  return Object.entries(value)
    .filter(([field, each]) => !known.includes(field) && each !== undefined)
    .map(([field]) => `${where}.${field} is not supported by this engine; allowed: ${known.join(', ')}`);
}
