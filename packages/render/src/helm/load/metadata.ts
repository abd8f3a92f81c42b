import type { ChartDependency, ChartLock, ChartMetadata, ChartValue, Maintainer } from '../chart.ts';
import { ChartError } from '../chart-error.ts';
import { decodeFields, type Field, list, map, struct, text, truth } from './decode.ts';

/** What Go's `encoding/json` calls the struct in its errors. */
const MAINTAINER = struct<Maintainer>('Maintainer', { name: text, email: text, url: text });

const DEPENDENCY = struct<ChartDependency>('Dependency', {
  name: text,
  version: text,
  repository: text,
  condition: text,
  tags: list(text),
  enabled: truth,
  importValues: list({ empty: null, decode: value => value }),
  alias: text,
});

const METADATA: { [Key in keyof ChartMetadata]: Field<ChartMetadata[Key]> } = {
  name: text,
  home: text,
  sources: list(text),
  version: text,
  description: text,
  keywords: list(text),
  maintainers: list(MAINTAINER),
  icon: text,
  apiVersion: text,
  condition: text,
  tags: text,
  appVersion: text,
  deprecated: truth,
  annotations: map(text),
  kubeVersion: text,
  dependencies: { ...list(DEPENDENCY), empty: undefined },
  type: text,
};

export function emptyMetadata(): ChartMetadata {
  return decodeFields({ struct: 'Metadata', fields: [] }, METADATA, {});
}

/**
 * Chart.yaml's fields, or those of requirements.yaml on top of it: only what stands there is changed.
 * @throws Error with the words of Go's `encoding/json`
 */
export function readMetadata(value: ChartValue, onto: ChartMetadata = emptyMetadata()): ChartMetadata {
  return decodeFields({ struct: 'Metadata', fields: [] }, METADATA, value, onto);
}

export function readLock(value: ChartValue): ChartLock | undefined {
  if (value === null) return undefined;
  return decodeFields<ChartLock>(
    { struct: 'Lock', fields: [] },
    { generated: text, digest: text, dependencies: list(DEPENDENCY) },
    value,
  );
}

const ALIAS = /^[a-zA-Z0-9_-]+$/;

/**
 * Checks as Helm's `Metadata.Validate`, and takes characters out that do not print.
 * @throws ChartError ChartInvalid
 */
export function checkMetadata(metadata: ChartMetadata, isVersion: (text: string) => boolean): void {
  for (const key of [
    'name',
    'description',
    'home',
    'icon',
    'condition',
    'tags',
    'appVersion',
    'kubeVersion',
  ] as const)
    metadata[key] = printable(metadata[key]);
  metadata.sources = metadata.sources.map(printable);
  metadata.keywords = metadata.keywords.map(printable);
  const { apiVersion, name, version, type } = metadata;
  if (apiVersion === '') throw refuse('chart.metadata.apiVersion is required');
  if (name === '') throw refuse('chart.metadata.name is required');
  if (name === '.' || name === '..') throw refuse(`chart.metadata.name "${name}" is not allowed`);
  if (name.includes('/')) throw refuse(`chart.metadata.name "${name}" is invalid`);
  if (version === '') throw refuse('chart.metadata.version is required');
  if (!isVersion(version)) throw refuse(`chart.metadata.version "${version}" is invalid`);
  if (!['', 'application', 'library'].includes(type))
    throw refuse('chart.metadata.type must be application or library');
  metadata.maintainers = metadata.maintainers.map(checkMaintainer);
  checkDependencies(metadata.dependencies ?? []);
}

function checkMaintainer(maintainer: Maintainer | null): Maintainer {
  if (!maintainer) throw refuse('maintainers must not contain empty or null nodes');
  const { name, email, url } = maintainer;
  return { name: printable(name), email: printable(email), url: printable(url) };
}

function checkDependencies(dependencies: (ChartDependency | null)[]): void {
  const names = new Set<string>();
  for (const dependency of dependencies) {
    if (!dependency) throw refuse('dependencies must not contain empty or null nodes');
    for (const key of ['name', 'version', 'repository', 'condition'] as const)
      dependency[key] = printable(dependency[key]);
    dependency.tags = dependency.tags.map(printable);
    const { name, alias } = dependency;
    if (alias !== '' && !ALIAS.test(alias))
      throw refuse(`dependency "${name}" has disallowed characters in the alias`);
    const key = alias === '' ? name : alias;
    if (names.has(key)) throw refuse(`more than one dependency with name or alias "${key}"`);
    names.add(key);
  }
}

/** White space of any kind becomes a blank, what does not print is dropped (Go's `unicode.IsPrint`). */
function printable(value: string): string {
  return value.replace(/[\s\u0085]/gu, ' ').replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '');
}

function refuse(message: string): ChartError {
  return new ChartError('ChartInvalid', 'Chart.yaml', `validation: ${message}`);
}
