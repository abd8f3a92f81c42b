/** The parts of a package.json that say how to install, build and start it. */
export interface PackageJson {
  name?: string;
  version?: string;
  main?: string;
  bin?: string | Record<string, string>;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  [field: string]: unknown;
}

/** What a recognizer may know of a folder; gathered before, so that it does no I/O itself. */
export interface PackageFacts {
  manifest: PackageJson;
  /** Paths of files (no folders, no node_modules), without leading slash. */
  files: ReadonlySet<string>;
  /** Text of small source files, for a look at what they do; undefined for others. */
  textOf(path: string): string | undefined;
}

export const LOCKFILES = ['package-lock.json', 'npm-shrinkwrap.json'];
const OTHER_LOCKFILES = ['yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'];

/** The file behind a path as Node resolves it: as it is, with an extension, or a folder's index. */
export function resolveFile({ files }: Pick<PackageFacts, 'files'>, path: string): string | undefined {
  const clean = path.replace(/^\.\//, '').replace(/\/$/, '');
  const candidates = [clean, `${clean}.js`, `${clean}.mjs`, `${clean}.cjs`, `${clean}/index.js`];
  return candidates.find(candidate => files.has(candidate));
}

export function hasLockfile({ files }: PackageFacts): boolean {
  return LOCKFILES.some(name => files.has(name));
}

/** Name of a lockfile that npm does not read. */
export function foreignLockfile({ files }: PackageFacts): string | undefined {
  return OTHER_LOCKFILES.find(name => files.has(name));
}

/** Path of the program that carries the package's own name, or of its only one. */
export function mainProgram(facts: PackageFacts): string | undefined {
  const { bin, name = '' } = facts.manifest;
  if (typeof bin === 'string') return resolveFile(facts, bin);
  const own = bin?.[name.replace(/^@[^/]*\//, '')];
  const only = Object.values(bin ?? {});
  const chosen = own ?? (only.length === 1 ? only[0] : undefined);
  return chosen === undefined ? undefined : resolveFile(facts, chosen);
}

/**
 * True for what `npm publish` sent: no lockfile, none of the files that only a repository has, and its program or main
 * file there already. Its build and lifecycle scripts need sources that were not published.
 */
export function isPublished(facts: PackageFacts): boolean {
  const repositoryOnly = ['package-lock.json', ...OTHER_LOCKFILES, '.gitignore', '.npmignore'];
  if (repositoryOnly.some(name => facts.files.has(name))) return false;
  const main = facts.manifest.main === undefined ? undefined : resolveFile(facts, facts.manifest.main);
  return mainProgram(facts) !== undefined || main !== undefined;
}
