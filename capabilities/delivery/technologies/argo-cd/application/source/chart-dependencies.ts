import { SlipwayError } from '@slipway/api';
import {
  type ChartFile,
  parseConstraint,
  parseVersion,
  parseYaml,
  readChartFiles,
  type SourceReader,
  satisfies,
} from '@slipway/render';

interface Dependency {
  name: string;
  version: string;
  repository: string;
}

export interface DependencyInput {
  files: ChartFile[];
  /** The source that the chart's folder is in: `file://` leads within it. */
  reader: SourceReader;
  path: string;
  /** Brings a packed chart; `version` may be a range. */
  fetch: (dependency: Dependency) => Promise<Uint8Array>;
}

/**
 * The chart's files with the dependencies that are not in `charts/`, as `helm dependency build` brings them: the
 * versions of Chart.lock when there is one.
 * @throws SlipwayError DependencyInvalid in Helm's words, and what `fetch` throws
 */
export async function withDependencies({
  files,
  reader,
  path,
  fetch,
}: DependencyInput): Promise<ChartFile[]> {
  const wanted = dependenciesIn(files, 'Chart.yaml') ?? dependenciesIn(files, 'requirements.yaml') ?? [];
  const locked = dependenciesIn(files, 'Chart.lock') ?? dependenciesIn(files, 'requirements.lock');
  const added: ChartFile[] = [];
  for (const dependency of wanted) {
    if (isThere(files, dependency)) continue;
    const exact = locked ? lockedAs(dependency, locked) : dependency;
    if (exact.repository.startsWith('file://')) {
      added.push(...(await localChart(exact, reader, path)));
      continue;
    }
    if (exact.repository === '')
      throw invalid(
        `chart ${JSON.stringify(exact.name)} has no repository and is not in charts/; put it there`,
      );
    const data = await fetch(exact);
    added.push({ name: `charts/${exact.name}-${safe(exact.version)}.tgz`, data });
  }
  return [...files, ...added];
}

function dependenciesIn(files: ChartFile[], name: string): Dependency[] | undefined {
  const file = files.find(each => each.name === name);
  if (!file) return undefined;
  const value = parseYaml(new TextDecoder().decode(file.data), name)[0]?.value as
    | { dependencies?: Partial<Dependency>[] }
    | undefined;
  return value?.dependencies?.map(each => ({
    name: String(each.name ?? ''),
    version: String(each.version ?? ''),
    repository: String(each.repository ?? ''),
  }));
}

function isThere(files: ChartFile[], { name }: Dependency): boolean {
  return files.some(
    file =>
      file.name === `charts/${name}/Chart.yaml` ||
      (file.name.startsWith(`charts/${name}-`) && /-v?\d[^/]*\.tgz$/.test(file.name)),
  );
}

function lockedAs(dependency: Dependency, locked: Dependency[]): Dependency {
  const found = locked.find(
    ({ name, repository }) => name === dependency.name && repository === dependency.repository,
  );
  if (found && isIn(found.version, dependency.version)) return found;
  throw invalid(
    'the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies',
  );
}

function isIn(version: string, range: string): boolean {
  try {
    return range === '' || version === range || satisfies(parseVersion(version), parseConstraint(range));
  } catch {
    return false;
  }
}

async function localChart(
  { name, repository }: Dependency,
  reader: SourceReader,
  path: string,
): Promise<ChartFile[]> {
  const target = repository.slice('file://'.length);
  const parts = target.startsWith('/') ? [] : path.split('/').filter(part => part !== '' && part !== '.');
  for (const part of target.split('/')) {
    if (part === '..' && parts.length === 0)
      throw invalid(`${repository} of ${JSON.stringify(name)} leads out of the repository`);
    if (part === '..') parts.pop();
    if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  const files = await readChartFiles(reader, parts.join('/') || '.');
  return files.map(file => ({ ...file, name: `charts/${name}/${file.name}` }));
}

/** A range is no name for a file. */
function safe(version: string): string {
  return version.replace(/[^0-9A-Za-z.+-]/g, '_') || '0.0.0';
}

function invalid(why: string): SlipwayError {
  return new SlipwayError('DependencyInvalid', `error building helm chart dependencies: ${why}`);
}
